/// How a column is written as one of a schema's types, found once for each (columns, schema).
indirect enum AvroEncoding: Sendable {
    /// A value, or NULL by a union's branch; nil where NULL has none.
    case choice(value: [UInt8], null: [UInt8]?, AvroEncoding)
    /// A field without a column.
    case constant([UInt8])
    case nothing
    case boolean
    case int, long, float, double
    /// A time or timestamp: microseconds divided or multiplied.
    case millis, micros, nanos
    case timeMillis
    case text, bytes
    case fixed(Int)
    case symbols([String: Int])
    /// An unscaled number with that many digits after the point; `size` nil for `bytes`.
    case decimal(scale: Int, precision: Int, size: Int?)
    case uuidText, uuidBytes
    case interval
    /// A JSON value's text, or the content of a JSON string.
    case json, jsonContent
    /// A JSON value by the schema itself.
    case tree(AvroSchema.ID)
    case array(AvroEncoding)
    case map(AvroEncoding)
    /// In the schema's order; the place is the STRUCT's child, nil for a constant.
    case record([Member])

    struct Member: Sendable {
        let column: Int?
        let name: String
        let encoding: AvroEncoding
    }
}

/// Finds the encodings.
struct AvroEncodingFinder {
    let schema: AvroSchema

    /// A record's fields from columns.
    ///
    /// - Throws: ``FormatError`` with code `column` where a field without default has no column, a column has no field, or
    ///   their types don't fit.
    func record(
        _ id: AvroSchema.ID, names: [String], types: [ColumnType], path: String = ""
    ) throws(FormatError) -> AvroEncoding {
        let node = schema[id]
        let columns = AvroColumns.columns(names, of: node)
        let filled = Set(columns.compactMap { $0 })
        for (column, name) in names.enumerated() where !filled.contains(column) {
            throw FormatError(
                .column,
                "The Avro schema's \(schema.describe(id)) has no field for column \(join(path, name)): add it to the "
                    + "schema, or leave the column out.")
        }
        var members: [AvroEncoding.Member] = []
        for (index, field) in node.fields.enumerated() {
            let name = join(path, field.name)
            if let column = columns[index] {
                let encoding = try value(field.type, types[column], path: name)
                members.append(AvroEncoding.Member(column: column, name: names[column], encoding: encoding))
            } else {
                guard let value = field.defaultValue else {
                    throw FormatError(
                        .column, "The Avro schema's field \(name) has no default, and no column fills it: add one.")
                }
                var bytes: [UInt8] = []
                try AvroDefaults.encode(value, field.type, schema, into: &bytes)
                members.append(AvroEncoding.Member(column: nil, name: field.name, encoding: .constant(bytes)))
            }
        }
        return .record(members)
    }

    private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// A column as a type, NULL included.
    func value(_ id: AvroSchema.ID, _ type: ColumnType, path: String) throws(FormatError) -> AvroEncoding {
        let node = schema[id]
        guard node.kind == .union else {
            let isNull = node.kind == .null
            return .choice(value: [], null: isNull ? [] : nil, try plain(id, type, path: path))
        }
        var null: [UInt8]?
        var failure: FormatError?
        var found: (index: Int, encoding: AvroEncoding)?
        for (index, part) in node.parts.enumerated() {
            if schema.isNull(part) {
                null = prefix(index)
                continue
            }
            if type == .json, node.parts.count > 2 { continue }
            do throws(FormatError) {
                let encoding = try plain(part, type, path: path)
                // A branch of exactly the column's type is better than one that only takes its values.
                let isBest = AvroColumns.type(of: part, in: schema) == type
                if found == nil || isBest { found = (index, encoding) }
                if isBest { break }
            } catch {
                failure = failure ?? error
            }
        }
        if let found { return .choice(value: prefix(found.index), null: null, found.encoding) }
        if type == .json { return .choice(value: [], null: null, .tree(id)) }
        throw failure ?? misfit(id, type, path)
    }

    private func prefix(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        AvroWriter.long(Int64(index), into: &bytes)
        return bytes
    }

    private func misfit(_ id: AvroSchema.ID, _ type: ColumnType, _ path: String) -> FormatError {
        FormatError(
            .column,
            "Column \(path) is \(type), which the Avro schema's \(schema.describe(id)) can't hold: its type would be "
                + "\(AvroColumns.type(of: id, in: schema)).")
    }

    /// A value that isn't NULL as a type that isn't a union.
    private func plain(
        _ id: AvroSchema.ID, _ type: ColumnType, path: String
    ) throws(FormatError) -> AvroEncoding {
        let node = schema[id]
        switch (type, node.kind) {
        case (.structure(let fields), .record):
            return try record(id, names: fields.map(\.name), types: fields.map(\.type), path: path)
        case (.array(let element), .array): return .array(try value(node.parts[0], element, path: path + "[]"))
        case (.map(let element), .map): return .map(try value(node.parts[0], element, path: path + "[]"))
        case (.text, .enumeration):
            return .symbols(Dictionary(uniqueKeysWithValues: node.symbols.enumerated().map { ($1, $0) }))
        case (_, .null): return .nothing
        case (.json, .string): return node.logical == .json ? .json : .jsonContent
        case (.json, _): return .tree(id)
        default:
            guard let encoding = scalar(node, type) else { throw misfit(id, type, path) }
            return encoding
        }
    }

    private func scalar(_ node: AvroSchema.Node, _ type: ColumnType) -> AvroEncoding? {
        switch (type, node.kind, node.logical) {
        case (.boolean, .boolean, _): return .boolean
        case (.smallint, .int, _), (.int, .int, _), (.bigint, .int, _): return .int
        case (.smallint, .long, _), (.int, .long, _), (.bigint, .long, _): return .long
        case (.smallint, .float, _), (.real, .float, _): return .float
        case (.smallint, .double, _), (.int, .double, _), (.real, .double, _), (.double, .double, _): return .double
        case (.decimal, .bytes, .decimal(let precision, let scale)),
            (.bigint, .bytes, .decimal(let precision, let scale)),
            (.int, .bytes, .decimal(let precision, let scale)):
            return .decimal(scale: scale, precision: precision, size: nil)
        case (.decimal, .fixed(let size), .decimal(let precision, let scale)),
            (.bigint, .fixed(let size), .decimal(let precision, let scale)),
            (.int, .fixed(let size), .decimal(let precision, let scale)):
            return .decimal(scale: scale, precision: precision, size: size)
        case (.text, .string, _), (.text, .bytes, nil): return .text
        case (.bytea, .bytes, _): return .bytes
        case (.bytea, .fixed(let size), _): return .fixed(size)
        case (.date, .int, .date): return .int
        case (.time, .int, .timeMillis): return .timeMillis
        case (.time, .long, .timeMicros): return .micros
        case (.timestamp, .long, .timestampMillis), (.timestamp, .long, .localTimestampMillis): return .millis
        case (.timestamp, .long, .timestampMicros), (.timestamp, .long, .localTimestampMicros): return .micros
        case (.timestamp, .long, .timestampNanos), (.timestamp, .long, .localTimestampNanos): return .nanos
        case (.interval, .fixed(12), .duration): return .interval
        case (.uuid, .string, _): return .uuidText
        case (.uuid, .fixed(16), .uuid): return .uuidBytes
        default: return nil
        }
    }
}
