/// The columns of a table that lists none: a column for each field of a message.
///
/// | field | column |
/// |---|---|
/// | `int32`, `sint32`, `sfixed32` | INT |
/// | `int64`, `sint64`, `sfixed64`, `uint32`, `fixed32` | BIGINT |
/// | `uint64`, `fixed64` | DECIMAL(20, 0) |
/// | `float`, `double`, `bool`, `string`, `bytes` | REAL, DOUBLE, BOOLEAN, TEXT, BYTEA |
/// | an enum | TEXT |
/// | `repeated`, `map` | `T[]`, MAP<TEXT, T> |
/// | a message | STRUCT; JSON where it is recursive or empty |
/// | Timestamp, Duration, wrappers | TIMESTAMP, INTERVAL, the scalar |
/// | Struct, Value, ListValue, Any | JSON |
/// | FieldMask, google.type.Date, TimeOfDay, Decimal, confluent.type.Decimal | TEXT, DATE, TIME, DECIMAL |
struct ProtobufColumns {
    let types: ProtobufTypes
    /// Fields of STRUCTs and columns, all together: messages that contain each other twice would grow without bound.
    static let fieldLimit = 5000

    init(_ types: ProtobufTypes) { self.types = types }

    func schema(of message: Int) throws(FormatError) -> RowSchema {
        var budget = Self.fieldLimit
        var columns: [ColumnSchema] = []
        let declared = types.messages[message]
        for field in declared.fields where !field.isExtension {
            let type = type(of: field, &budget)
            guard budget > 0 else { break }
            // Nullable, all of them: an older or newer writer's message may not have the field.
            columns.append(ColumnSchema(field.name, type))
        }
        guard budget > 0 else {
            throw FormatError(
                .schema,
                "The message \(declared.fullName) has over \(Self.fieldLimit) fields, those of its messages too: list the columns that you want."
            )
        }
        guard !columns.isEmpty else {
            throw FormatError(.schema, "The message \(declared.fullName) has no fields: write the columns yourself.")
        }
        return try RowSchema(columns)
    }

    /// A field's type by itself; nil where it is too large.
    func type(of field: ProtobufField) -> ColumnType? {
        var budget = 64
        let type = type(of: field, &budget)
        return budget > 0 ? type : nil
    }

    private func type(of field: ProtobufField, _ budget: inout Int) -> ColumnType {
        budget -= 1
        if budget <= 0 { return .json }
        if field.isMap {
            guard let value = types.messages[field.message].field(number: 2) else { return .json }
            return .map(single(value, &budget))
        }
        return field.isRepeated ? .array(single(field, &budget)) : single(field, &budget)
    }

    private func single(_ field: ProtobufField, _ budget: inout Int) -> ColumnType {
        switch field.kind {
        case .double: return .double
        case .float: return .real
        case .int32, .sint32, .sfixed32: return .int
        case .int64, .sint64, .sfixed64, .uint32, .fixed32: return .bigint
        case .uint64, .fixed64: return .decimal(precision: 20, scale: 0)
        case .bool: return .boolean
        case .string, .enumeration: return .text
        case .bytes: return .bytea
        case .message, .group: return message(field.message, &budget)
        }
    }

    private func message(_ place: Int, _ budget: inout Int) -> ColumnType {
        let message = types.messages[place]
        switch message.known {
        case .timestamp?: return .timestamp
        case .duration?: return .interval
        case .date?: return .date
        case .timeOfDay?: return .time
        case .decimal?, .textDecimal?: return .defaultDecimal
        case .fieldMask?: return .text
        case .any?, .structure?, .value?, .list?: return .json
        case let known? where known.isWrapper:
            if let value = message.field(number: 1) { return single(value, &budget) }
        default: break
        }
        if message.isRecursive || message.fields.isEmpty { return .json }
        var fields: [StructField] = []
        for field in message.fields where !field.isExtension {
            let type = type(of: field, &budget)
            if budget <= 0 { return .json }
            fields.append(StructField(field.name, type))
        }
        return fields.isEmpty ? .json : .structure(fields)
    }
}
