/// What a schema's types are as columns, and which field fills which column.
enum AvroColumns {
    /// Deeper than that, a column is JSON.
    private static let depthLimit = 32
    /// No more STRUCT fields than this come of one schema: names that are used many times can multiply them.
    private static let fieldLimit = 20_000

    /// The columns of a table that lists none.
    static func columns(of schema: AvroSchema) throws(FormatError) -> RowSchema {
        let root = schema[schema.root]
        guard root.kind == .record, !root.fields.isEmpty else {
            let (type, isNullable) = column(schema.root, in: schema)
            return try RowSchema([ColumnSchema(AvroTop.column, type, isNullable: isNullable)])
        }
        var columns: [ColumnSchema] = []
        for field in root.fields {
            let (type, isNullable) = column(field.type, in: schema)
            columns.append(ColumnSchema(field.name, type, isNullable: isNullable))
        }
        return try RowSchema(columns)
    }

    private static func column(
        _ id: AvroSchema.ID, in schema: AvroSchema
    ) -> (type: ColumnType, isNullable: Bool) {
        let node = schema[id]
        let isNullable = node.kind == .null || node.kind == .union && node.parts.contains { schema.isNull($0) }
        return (type(of: id, in: schema), isNullable)
    }

    /// The type that loses nothing of a value.
    static func type(of id: AvroSchema.ID, in schema: AvroSchema) -> ColumnType {
        var finder = AvroTypeFinder(schema: schema, fieldLimit: fieldLimit, depthLimit: depthLimit)
        let type = finder.type(id, depth: 0)
        return finder.isExhausted || type.problem != nil ? .json : type
    }

    /// For each field of the record the place of the column that it fills, or nil.
    ///
    /// A column takes the field of exactly its name, else the one of its name in another case, else the one that had its
    /// name before (an alias), exactly or in another case.
    static func columns(_ names: [String], of record: AvroSchema.Node) -> [Int?] {
        var places = [Int?](repeating: nil, count: record.fields.count)
        var open = Set(names.indices)
        let keys: [(AvroSchema.Field) -> [String]] = [
            { [$0.name] }, { [$0.name.lowercased()] }, { $0.aliases }, { $0.aliases.map { $0.lowercased() } },
        ]
        for (pass, key) in keys.enumerated() where !open.isEmpty {
            var fields: [String: Int] = [:]
            for (index, field) in record.fields.enumerated() where places[index] == nil {
                for name in key(field) where fields[name] == nil { fields[name] = index }
            }
            for column in names.indices where open.contains(column) {
                let name = pass % 2 == 1 ? names[column].lowercased() : names[column]
                guard let field = fields[name], places[field] == nil else { continue }
                places[field] = column
                open.remove(column)
            }
        }
        return places
    }
}

/// Walks a schema for its column type.
private struct AvroTypeFinder {
    let schema: AvroSchema
    let fieldLimit: Int
    let depthLimit: Int
    private var fields = 0
    /// Records around the one that is looked at: one that is among them is recursive.
    private var open = Set<AvroSchema.ID>()
    private var recursive: [AvroSchema.ID: Bool] = [:]
    /// What finding recursive records may still look at; without more of it a record counts as one.
    private var looks = 2_000_000

    init(schema: AvroSchema, fieldLimit: Int, depthLimit: Int) {
        self.schema = schema
        self.fieldLimit = fieldLimit
        self.depthLimit = depthLimit
    }

    var isExhausted: Bool { fields > fieldLimit }

    mutating func type(_ id: AvroSchema.ID, depth: Int) -> ColumnType {
        let node = schema[id]
        guard depth < depthLimit, !isExhausted else { return .json }
        switch node.kind {
        case .null: return .json
        case .boolean: return .boolean
        case .float: return .real
        case .double: return .double
        case .string: return node.logical == .uuid ? .uuid : node.logical == .json ? .json : .text
        case .enumeration: return .text
        case .int, .long, .bytes, .fixed: return scalar(node)
        case .array: return .array(type(node.parts[0], depth: depth + 1))
        case .map: return .map(type(node.parts[0], depth: depth + 1))
        case .union:
            let values = node.parts.filter { !schema.isNull($0) }
            return values.count == 1 ? type(values[0], depth: depth + 1) : .json
        case .record: return structure(id, node, depth: depth)
        }
    }

    private mutating func structure(_ id: AvroSchema.ID, _ node: AvroSchema.Node, depth: Int) -> ColumnType {
        guard !node.fields.isEmpty, !isRecursive(id), open.insert(id).inserted else { return .json }
        defer { open.remove(id) }
        var list: [StructField] = []
        for field in node.fields {
            fields += 1
            let inner = schema[field.type]
            let isNullable =
                inner.kind == .null || inner.kind == .union && inner.parts.contains { schema.isNull($0) }
            list.append(StructField(field.name, type(field.type, depth: depth + 1), isNullable: isNullable))
        }
        return .structure(list)
    }

    /// Whether a record can hold another of itself.
    private mutating func isRecursive(_ id: AvroSchema.ID) -> Bool {
        if let known = recursive[id] { return known }
        var seen = Set<AvroSchema.ID>()
        var waiting = [id]
        var isFound = false
        while let next = waiting.popLast(), !isFound {
            let node = schema[next]
            for part in node.parts + node.fields.map(\.type) {
                looks -= 1
                if part == id || looks < 0 {
                    isFound = true
                    break
                }
                if seen.insert(part).inserted { waiting.append(part) }
            }
        }
        recursive[id] = isFound
        return isFound
    }

    private func scalar(_ node: AvroSchema.Node) -> ColumnType {
        switch node.logical {
        case .decimal(let precision, let scale):
            return precision <= 38 ? .decimal(precision: precision, scale: scale) : .bytea
        case .uuid: return .uuid
        case .date: return .date
        case .timeMillis, .timeMicros: return .time
        case .timestampMillis, .timestampMicros, .timestampNanos, .localTimestampMillis, .localTimestampMicros,
            .localTimestampNanos:
            return .timestamp
        case .duration: return .interval
        case nil, .json:
            switch node.kind {
            case .int: return .int
            case .long: return .bigint
            default: return .bytea
            }
        }
    }
}

/// The top of a schema, when it isn't a record's fields.
enum AvroTop {
    /// The column that a datum without fields fills.
    static let column = "value"

    /// Whether a record goes as a whole into the table's only column, which has no field of its own name.
    static func isWhole(
        _ names: [String], _ types: [ColumnType], _ written: AvroSchema.Node, _ wanted: AvroSchema.Node
    ) -> Bool {
        guard names.count == 1, names[0].lowercased() == column else { return false }
        switch types[0] {
        case .json, .structure: break
        default: return false
        }
        return AvroColumns.columns(names, of: wanted).allSatisfy { $0 == nil }
    }
}
