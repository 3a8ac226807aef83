internal import LaminarFormats
internal import LaminarSQL

extension ColumnType {
    /// The type that a declaration means; a DECIMAL without a precision gets the widest one.
    ///
    /// Both TIMESTAMP and TIMESTAMP WITH TIME ZONE are an instant in microseconds; a precision is taken and not kept.
    init(_ type: SQL.TypeName) {
        switch type {
        case .boolean: self = .boolean
        case .smallint: self = .smallint
        case .int: self = .int
        case .bigint: self = .bigint
        case .real: self = .real
        case .double: self = .double
        case .decimal(nil, _): self = .defaultDecimal
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
