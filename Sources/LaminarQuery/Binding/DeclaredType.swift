import LaminarFormats
import LaminarSQL

extension Binder {
    /// The type that CAST names.
    ///
    /// - Parameter source: the type of the value, which gives a DECIMAL without parameters its scale.
    func declared(_ name: SQL.TypeName, of source: ColumnType? = nil) throws -> ColumnType {
        let type = columnType(name, source)
        if let problem = type.problem { throw fail(problem, expected: "another type") }
        return type
    }

    private func columnType(_ name: SQL.TypeName, _ source: ColumnType?) -> ColumnType {
        switch name {
        case .boolean: .boolean
        case .smallint: .smallint
        case .int: .int
        case .bigint: .bigint
        case .real: .real
        case .double: .double
        case .decimal(let precision?, let scale): .decimal(precision: precision, scale: scale ?? 0)
        case .decimal(nil, _): source?.asDecimal ?? .defaultDecimal
        case .text: .text
        case .bytea: .bytea
        case .date: .date
        case .time: .time
        case .timestamp, .timestamptz: .timestamp
        case .interval: .interval
        case .uuid: .uuid
        case .json: .json
        case .array(let element): .array(columnType(element, nil))
        case .structure(let fields):
            .structure(
                fields.map { StructField($0.name.name, columnType($0.type, nil), isNullable: !$0.isNotNull) })
        case .map(let value): .map(columnType(value, nil))
        }
    }
}
