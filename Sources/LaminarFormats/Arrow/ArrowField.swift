/// A column's type as Arrow names it, with the fields below it: what schemas of both interfaces are written from.
///
/// | SQL | Arrow |
/// |---|---|
/// | BOOLEAN, SMALLINT, INT, BIGINT, REAL, DOUBLE | bool, int16, int32, int64, float, double |
/// | DECIMAL(p, s) | decimal128(p, s) |
/// | TEXT, BYTEA | utf8, binary |
/// | DATE, TIME, TIMESTAMP | date32, time64(µs), timestamp(µs, UTC) |
/// | INTERVAL | interval(month, day, nanosecond) |
/// | UUID | fixed_size_binary(16), extension `arrow.uuid` |
/// | JSON | utf8, extension `arrow.json` |
/// | `T[]`, STRUCT, MAP | list, struct, map of utf8 |
///
/// - Note: Format: Apache Arrow columnar format 1.4; "Canonical extension types".
struct ArrowField {
    enum Kind {
        case boolean, int16, int32, int64, float, double, utf8, binary, date, time, timestamp, interval, uuid
        case decimal(precision: Int, scale: Int)
        case list, structure, map
    }

    let name: String
    let isNullable: Bool
    let kind: Kind
    /// The name of the extension type, where there is one.
    let extensionName: String?
    let children: [ArrowField]

    init(_ name: String, _ type: ColumnType, isNullable: Bool) {
        var extensionName: String?
        var children: [ArrowField] = []
        switch type {
        case .boolean: kind = .boolean
        case .smallint: kind = .int16
        case .int: kind = .int32
        case .bigint: kind = .int64
        case .real: kind = .float
        case .double: kind = .double
        case .decimal(let precision, let scale): kind = .decimal(precision: precision, scale: scale)
        case .text: kind = .utf8
        case .bytea: kind = .binary
        case .date: kind = .date
        case .time: kind = .time
        case .timestamp: kind = .timestamp
        case .interval: kind = .interval
        case .uuid:
            kind = .uuid
            extensionName = "arrow.uuid"
        case .json:
            kind = .utf8
            extensionName = "arrow.json"
        case .array(let element):
            kind = .list
            children = [ArrowField("item", element, isNullable: true)]
        case .structure(let fields):
            kind = .structure
            children = fields.map { ArrowField($0.name, $0.type, isNullable: $0.isNullable) }
        case .map(let value):
            kind = .map
            let fields = [StructField("key", .text, isNullable: false), StructField("value", value)]
            children = [ArrowField("entries", .structure(fields), isNullable: false)]
        }
        self.name = name
        self.isNullable = isNullable
        self.extensionName = extensionName
        self.children = children
    }

    init(_ column: ColumnSchema) { self.init(column.name, column.type, isNullable: column.isNullable) }

    /// A record batch is a structure without NULLs.
    init(_ schema: RowSchema) {
        name = ""
        isNullable = false
        kind = .structure
        extensionName = nil
        children = schema.columns.map { ArrowField($0) }
    }

    /// The type in the letters of the C data interface.
    var format: String {
        switch kind {
        case .boolean: "b"
        case .int16: "s"
        case .int32: "i"
        case .int64: "l"
        case .float: "f"
        case .double: "g"
        case .decimal(let precision, let scale): "d:\(precision),\(scale)"
        case .utf8: "u"
        case .binary: "z"
        case .date: "tdD"
        case .time: "ttu"
        case .timestamp: "tsu:UTC"
        case .interval: "tin"
        case .uuid: "w:16"
        case .list: "+l"
        case .structure: "+s"
        case .map: "+m"
        }
    }

    /// What a field says beside its type, as keys and values.
    var metadata: [(key: String, value: String)] {
        guard let extensionName else { return [] }
        return [("ARROW:extension:name", extensionName), ("ARROW:extension:metadata", "")]
    }
}
