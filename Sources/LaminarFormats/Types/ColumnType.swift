/// What a column holds: SQL's types as Laminar knows them.
///
///     let type = ColumnType.array(.structure([StructField("sku", .text), StructField("quantity", .int)]))
///     print(type)          // STRUCT<sku TEXT, quantity INT>[]
///
/// Each type has one layout in memory, which is Arrow's (see ``Column``).
public indirect enum ColumnType: Hashable, Sendable {
    /// True or false.
    case boolean
    /// 16 bits, signed.
    case smallint
    /// 32 bits, signed.
    case int
    /// 64 bits, signed.
    case bigint
    /// IEEE 754 binary32.
    case real
    /// IEEE 754 binary64.
    case double
    /// An exact decimal number: `precision` digits (1 to 38), `scale` of them after the point (0 to `precision`).
    case decimal(precision: Int, scale: Int)
    /// UTF-8 text.
    case text
    /// Any bytes.
    case bytea
    /// A day of the proleptic Gregorian calendar.
    case date
    /// A time of day in microseconds.
    case time
    /// An instant in microseconds, UTC.
    case timestamp
    /// Months, days and microseconds.
    case interval
    /// 16 bytes.
    case uuid
    /// The text of a JSON value, as it was written.
    case json
    /// A list whose elements may be NULL.
    case array(ColumnType)
    /// Named fields.
    case structure([StructField])
    /// Text keys, each with a value that may be NULL.
    case map(ColumnType)

    /// DECIMAL where neither precision nor scale is written: 38 digits, 9 of them after the point.
    public static let defaultDecimal = ColumnType.decimal(precision: 38, scale: 9)

    /// Why the type can't be a column's, or nil: a DECIMAL out of range, a STRUCT without fields or with two of one name.
    public var problem: String? {
        switch self {
        case .decimal(let precision, let scale):
            if !(1...38).contains(precision) { return "DECIMAL's precision is 1 to 38, not \(precision)" }
            if !(0...precision).contains(scale) { return "DECIMAL's scale is 0 to its precision, not \(scale)" }
            return nil
        case .array(let element): return element.problem
        case .map(let value): return value.problem
        case .structure(let fields):
            if fields.isEmpty { return "a STRUCT needs at least one field" }
            var names = Set<String>()
            for field in fields {
                if !names.insert(field.name).inserted { return "the STRUCT has two fields named \(field.name)" }
                if let problem = field.type.problem { return problem }
            }
            return nil
        case .boolean, .smallint, .int, .bigint, .real, .double, .text, .bytea, .date, .time, .timestamp, .interval,
            .uuid, .json:
            return nil
        }
    }
}

extension ColumnType: CustomStringConvertible {
    /// The type as SQL writes it.
    public var description: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .smallint: "SMALLINT"
        case .int: "INT"
        case .bigint: "BIGINT"
        case .real: "REAL"
        case .double: "DOUBLE"
        case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
        case .text: "TEXT"
        case .bytea: "BYTEA"
        case .date: "DATE"
        case .time: "TIME"
        case .timestamp: "TIMESTAMP"
        case .interval: "INTERVAL"
        case .uuid: "UUID"
        case .json: "JSON"
        case .array(let element): "\(element)[]"
        case .structure(let fields): "STRUCT<\(fields.map(\.description).joined(separator: ", "))>"
        case .map(let value): "MAP<TEXT, \(value)>"
        }
    }
}

/// One field of a STRUCT.
public struct StructField: Hashable, Sendable {
    /// As written in the DDL, folded unless quoted there.
    public let name: String
    /// What it holds.
    public let type: ColumnType
    /// Whether a missing or null field is NULL, or makes the record a bad one.
    public let isNullable: Bool

    /// - Parameters:
    ///   - name: matched to a record's field by exact name, then ignoring case.
    ///   - type: any type, nested ones too.
    ///   - isNullable: false for NOT NULL.
    public init(_ name: String, _ type: ColumnType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}

extension StructField: CustomStringConvertible {
    /// The field as SQL writes it, its name quoted where it must be.
    public var description: String {
        "\(RowSchema.quoted(name)) \(type)\(isNullable ? "" : " NOT NULL")"
    }
}
