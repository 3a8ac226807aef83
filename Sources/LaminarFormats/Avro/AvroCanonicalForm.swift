/// A schema reduced to what decides how its data are read, and the fingerprint of that.
///
///     AvroCanonicalForm.fingerprint(of: schema)          // what single-object encoding puts before a datum
///
/// - Note: Format: Apache Avro 1.12 specification, "Parsing Canonical Form for Schemas" and "Schema Fingerprints".
enum AvroCanonicalForm {
    /// The canonical text, UTF-8.
    static func text(of schema: AvroSchema) throws(FormatError) -> [UInt8] {
        var writer = Writer(schema: schema)
        try writer.write(schema.root, depth: 0)
        return writer.bytes
    }

    /// CRC-64-AVRO of the canonical text.
    static func fingerprint(of schema: AvroSchema) throws(FormatError) -> UInt64 {
        var value = empty
        for byte in try text(of: schema) {
            value = value >> 8 ^ table[Int(truncatingIfNeeded: (value ^ UInt64(byte)) & 0xFF)]
        }
        return value
    }

    private static let empty: UInt64 = 0xC15D_213A_A4D7_A795

    private static let table: [UInt64] = (0..<256).map { index in
        var value = UInt64(index)
        for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 0 ? 0 : empty) }
        return value
    }

    private struct Writer {
        let schema: AvroSchema
        var bytes: [UInt8] = []
        /// Named types that are written already; from then on their name is enough.
        private var written = Set<AvroSchema.ID>()

        init(schema: AvroSchema) { self.schema = schema }

        mutating func write(_ id: AvroSchema.ID, depth: Int) throws(FormatError) {
            // Types that are used out of other texts can nest further than one text does.
            guard depth < 512 else { throw FormatError(.schema, "The Avro schema nests too many types in each other.") }
            let node = schema[id]
            if !node.name.isEmpty, !written.insert(id).inserted { return JSONTree.quote(node.name, into: &bytes) }
            switch node.kind {
            case .null, .boolean, .int, .long, .float, .double, .bytes, .string:
                JSONTree.quote(schema.describe(id), into: &bytes)
            case .record:
                open(node, "record")
                text(",\"fields\":[")
                for (index, field) in node.fields.enumerated() {
                    text(index == 0 ? "{\"name\":" : ",{\"name\":")
                    JSONTree.quote(field.name, into: &bytes)
                    text(",\"type\":")
                    try write(field.type, depth: depth + 1)
                    text("}")
                }
                text("]}")
            case .enumeration:
                open(node, "enum")
                text(",\"symbols\":")
                JSONTree.array(node.symbols.map { .string($0) }).write(into: &bytes)
                text("}")
            case .fixed(let size):
                open(node, "fixed")
                text(",\"size\":\(size)}")
            case .array:
                text("{\"type\":\"array\",\"items\":")
                try write(node.parts[0], depth: depth + 1)
                text("}")
            case .map:
                text("{\"type\":\"map\",\"values\":")
                try write(node.parts[0], depth: depth + 1)
                text("}")
            case .union:
                text("[")
                for (index, part) in node.parts.enumerated() {
                    if index > 0 { text(",") }
                    try write(part, depth: depth + 1)
                }
                text("]")
            }
        }

        private mutating func open(_ node: AvroSchema.Node, _ type: String) {
            text("{\"name\":")
            JSONTree.quote(node.name, into: &bytes)
            text(",\"type\":\"\(type)\"")
        }

        private mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }
    }
}
