/// Defaults of fields: JSON in the schema, the same bytes as a datum's here, so that one reader reads both.
///
/// - Note: Format: Apache Avro 1.12 specification, "Complex Types › Records › default": bytes and fixed are strings whose code
///   points 0 to 255 are the bytes; a union's default is of its first branch, and since 1.12 of any.
enum AvroDefaults {
    /// Appends a default's bytes.
    ///
    /// - Throws: ``FormatError`` with code `schema` where the JSON isn't a value of the type.
    static func encode(
        _ value: JSONTree, _ type: AvroSchema.ID, _ schema: AvroSchema, into bytes: inout [UInt8], depth: Int = 0
    ) throws(FormatError) {
        guard depth < AvroReader.depthLimit, bytes.count < 1 << 24 else { throw wrong(type, schema) }
        let node = schema[type]
        switch node.kind {
        case .null:
            guard case .null = value else { throw wrong(type, schema) }
        case .boolean:
            guard let value = value.boolean else { throw wrong(type, schema) }
            bytes.append(value ? 1 : 0)
        case .int:
            guard let value = value.integer, Int32(exactly: value) != nil else { throw wrong(type, schema) }
            AvroWriter.long(value, into: &bytes)
        case .long:
            guard let value = value.integer else { throw wrong(type, schema) }
            AvroWriter.long(value, into: &bytes)
        case .float:
            guard let value = number(value) else { throw wrong(type, schema) }
            AvroWriter.float(Float(value), into: &bytes)
        case .double:
            guard let value = number(value) else { throw wrong(type, schema) }
            AvroWriter.double(value, into: &bytes)
        case .bytes:
            guard let raw = raw(value) else { throw wrong(type, schema) }
            AvroWriter.bytes(raw, into: &bytes)
        case .string:
            guard let text = value.string else { throw wrong(type, schema) }
            AvroWriter.bytes(text.utf8, into: &bytes)
        case .fixed(let size):
            guard let raw = raw(value), raw.count == size else { throw wrong(type, schema) }
            bytes.append(contentsOf: raw)
        case .enumeration:
            guard let symbol = value.string, let place = node.symbols.firstIndex(of: symbol) else {
                throw wrong(type, schema)
            }
            AvroWriter.long(Int64(place), into: &bytes)
        case .array:
            guard let elements = value.elements else { throw wrong(type, schema) }
            if !elements.isEmpty { AvroWriter.long(Int64(elements.count), into: &bytes) }
            for element in elements { try encode(element, node.parts[0], schema, into: &bytes, depth: depth + 1) }
            bytes.append(0)
        case .map:
            guard let members = value.members else { throw wrong(type, schema) }
            if !members.isEmpty { AvroWriter.long(Int64(members.count), into: &bytes) }
            for member in members {
                AvroWriter.bytes(member.name.utf8, into: &bytes)
                try encode(member.value, node.parts[0], schema, into: &bytes, depth: depth + 1)
            }
            bytes.append(0)
        case .record:
            guard value.members != nil else { throw wrong(type, schema) }
            for field in node.fields {
                guard let member = value[field.name] ?? field.defaultValue else { throw wrong(type, schema) }
                try encode(member, field.type, schema, into: &bytes, depth: depth + 1)
            }
        case .union: try union(value, type, schema, into: &bytes, depth: depth)
        }
    }

    private static func union(
        _ value: JSONTree, _ type: AvroSchema.ID, _ schema: AvroSchema, into bytes: inout [UInt8], depth: Int
    ) throws(FormatError) {
        let before = bytes.count
        for (index, part) in schema[type].parts.enumerated() {
            do throws(FormatError) {
                AvroWriter.long(Int64(index), into: &bytes)
                return try encode(value, part, schema, into: &bytes, depth: depth + 1)
            } catch {
                bytes.removeSubrange(before...)
            }
        }
        throw wrong(type, schema)
    }

    private static func number(_ value: JSONTree) -> Double? {
        if let number = value.double { return number }
        switch value.string {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return nil
        }
    }

    private static func raw(_ value: JSONTree) -> [UInt8]? {
        guard let text = value.string else { return nil }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard scalar.value < 256 else { return nil }
            bytes.append(UInt8(scalar.value))
        }
        return bytes
    }

    private static func wrong(_ type: AvroSchema.ID, _ schema: AvroSchema) -> FormatError {
        FormatError(.schema, "The Avro schema has a default that isn't a value of its type, \(schema.describe(type)).")
    }
}
