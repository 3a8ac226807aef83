/// What an encoder writes for a message: its fields in the order of their numbers, each with the column that it comes from.
struct ProtobufWritePlan: Sendable {
    indirect enum How: Sendable {
        case scalar(ProtobufEnum?)
        case message(ProtobufWritePlan)
        /// A message around one scalar.
        case wrapper(ProtobufField)
        case known(KnownMessage)
        /// google.protobuf.Value, Struct or ListValue from JSON.
        case json(KnownMessage)
    }

    struct Field: Sendable {
        let name: String
        /// The column's place in the row or the STRUCT.
        let column: Int
        let field: ProtobufField
        /// Of a map: how its values are written.
        let how: How
        /// Of a map: its key and its value.
        let entry: (key: ProtobufField, value: ProtobufField)?
    }

    var fields: [Field] = []

    /// - Throws: ``FormatError`` with code `column` where a required field has no column, a column has no field, or their
    ///   types don't fit.
    init(
        _ types: ProtobufTypes, message: Int, columns: [(name: String, type: ColumnType)], depth: Int = 0
    ) throws(FormatError) {
        let declared = types.messages[message]
        var taken: [Int: String] = [:]
        for (place, column) in columns.enumerated() {
            guard let index = declared.field(named: column.name) else {
                throw FormatError(
                    .column, "Column \(column.name): the message \(declared.fullName) has no field of that name.")
            }
            if let other = taken.updateValue(column.name, forKey: index) {
                throw FormatError(
                    .column,
                    "The columns \(other) and \(column.name) are both the field \(declared.fields[index].name): "
                        + "take one of them out.")
            }
            fields.append(try Self.field(declared.fields[index], column.name, place, column.type, types, depth))
        }
        for (index, field) in declared.fields.enumerated() where field.isRequired && taken[index] == nil {
            throw FormatError(
                .column, "The field \(field.name) of \(declared.fullName) is required, and no column has its name.")
        }
        fields.sort { $0.field.number < $1.field.number }
    }

    private static func field(
        _ field: ProtobufField, _ name: String, _ place: Int, _ type: ColumnType, _ types: ProtobufTypes, _ depth: Int
    ) throws(FormatError) -> Field {
        switch type {
        case .map(let value) where field.isMap:
            let entry = types.messages[field.message]
            guard let key = entry.field(number: 1), let valueField = entry.field(number: 2) else { break }
            return Field(
                name: name, column: place, field: field, how: try how(valueField, name, value, types, depth),
                entry: (key, valueField))
        case .array(let element) where field.isRepeated && !field.isMap:
            return Field(
                name: name, column: place, field: field, how: try how(field, name, element, types, depth), entry: nil)
        default:
            if field.isRepeated { break }
            return Field(
                name: name, column: place, field: field, how: try how(field, name, type, types, depth), entry: nil)
        }
        throw mismatch(field, name, type, types)
    }

    private static func how(
        _ field: ProtobufField, _ name: String, _ type: ColumnType, _ types: ProtobufTypes, _ depth: Int
    ) throws(FormatError) -> How {
        guard field.kind.isMessage else {
            guard ProtobufStore(field.kind, type) != nil else { throw mismatch(field, name, type, types) }
            return .scalar(field.enumeration >= 0 ? types.enums[field.enumeration] : nil)
        }
        guard depth < ProtobufFault.depthLimit else {
            throw FormatError(.column, "Column \(name) is nested too deeply.")
        }
        let inner = types.messages[field.message]
        if case .structure(let fields) = type {
            do throws(FormatError) {
                return .message(
                    try ProtobufWritePlan(
                        types, message: field.message, columns: fields.map { ($0.name, $0.type) }, depth: depth + 1))
            } catch {
                throw FormatError(error.code, "In \(name): \(error.message)")
            }
        }
        switch (inner.known, type) {
        case (.timestamp?, .timestamp), (.duration?, .interval), (.date?, .date), (.timeOfDay?, .time),
            (.decimal?, .decimal), (.fieldMask?, .text):
            if let known = inner.known { return .known(known) }
        case (.value?, .json), (.structure?, .json), (.list?, .json):
            if let known = inner.known { return .json(known) }
        case (let known?, _) where known.isWrapper || known == .textDecimal:
            if let value = inner.field(number: 1), ProtobufStore(value.kind, type) != nil { return .wrapper(value) }
        default: break
        }
        throw mismatch(field, name, type, types)
    }

    private static func mismatch(
        _ field: ProtobufField, _ name: String, _ type: ColumnType, _ types: ProtobufTypes
    ) -> FormatError {
        FormatError(
            .column,
            "Column \(name) is \(type), which can't be written as the Protobuf field \(field.name), "
                + "\(types.describe(field)).")
    }
}
