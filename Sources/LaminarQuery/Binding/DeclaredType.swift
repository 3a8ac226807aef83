package import LaminarFormats
package import LaminarSQL

extension ColumnType {
    /// The type that a declaration means.
    ///
    /// Both TIMESTAMP and TIMESTAMP WITH TIME ZONE are an instant in microseconds; a precision is taken and not kept.
    ///
    /// - Parameter decimal: what a DECIMAL without a precision is, though not inside of another type: the widest one.
    package init(_ type: SQL.TypeName, decimal: ColumnType = .defaultDecimal) {
        switch type {
        case .boolean: self = .boolean
        case .smallint: self = .smallint
        case .int: self = .int
        case .bigint: self = .bigint
        case .real: self = .real
        case .double: self = .double
        case .decimal(nil, _): self = decimal
        case .decimal(.some(let precision), let scale): self = .decimal(precision: precision, scale: scale ?? 0)
        case .text: self = .text
        case .bytea: self = .bytea
        case .date: self = .date
        case .time: self = .time
        case .timestamp, .timestamptz: self = .timestamp
        case .interval: self = .interval
        case .uuid: self = .uuid
        case .json: self = .json
        case .array(let element): self = .array(ColumnType(element))
        case .map(let value): self = .map(ColumnType(value))
        case .structure(let fields):
            self = .structure(
                fields.map { StructField($0.name.name, ColumnType($0.type), isNullable: !$0.isNotNull) })
        }
    }
}

extension Binder {
    /// The type that CAST names.
    ///
    /// - Parameter source: the type of the value, which gives a DECIMAL without parameters its scale.
    func declared(_ name: SQL.TypeName, of source: ColumnType? = nil) throws -> ColumnType {
        let type = ColumnType(name, decimal: source?.asDecimal ?? .defaultDecimal)
        if let problem = type.problem { throw fail(problem, expected: "another type") }
        return type
    }
}
