/// Decodes with libavro's generic reader (`avro.decoder = 'libavro'`): another opinion about the same bytes.
///
/// Only the bytes are read by the library; what a value becomes in a column is decided as for the built-in decoder. There is
/// no reader's schema, since avro-c 1.11 drops defaults and aliases.
class AvroLibraryEngine: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private let isBare: Bool
    fileprivate var writer: Writer?

    struct Writer {
        let schema: AvroSchema
        let value: AvroLibraryValue
        /// The column of each field of the top record; nil where the datum as a whole is the only column.
        let columns: [Int?]?
    }

    init(rows: RowStore, isBare: Bool) {
        self.rows = rows
        self.isBare = isBare
    }

    func add(_ schema: AvroSchema) throws(FormatError) -> Writer {
        let root = schema[schema.root]
        let names = rows.columns.map(\.name)
        let isRecord = root.kind == .record && !AvroTop.isWhole(names, rows.columns.map(\.type), root, root)
        return Writer(
            schema: schema, value: try AvroLibraryValue(schema),
            columns: isRecord ? AvroColumns.columns(names, of: root) : nil)
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        for index in start..<payloads.count {
            do throws(DecodeFailure) {
                guard !payloads[index].isNull else {
                    throw DecodeFailure(.tombstone, "The payload is null, which the avro format has no row for.")
                }
                try row(payloads[index].bytes)
            } catch {
                failure = error
                rows.undoRow()
                return index
            }
        }
        return nil
    }

    private func row(_ bytes: UnsafeRawBufferPointer) throws(DecodeFailure) {
        guard let writer else { throw DecodeFailure(.value, "No writer's schema has been selected.") }
        let schema = writer.schema
        if isBare, schema[schema.root].kind == .bytes, rows.columns[0].type == .bytea {
            guard rows.builders.pointee.append(bytes: bytes) else {
                throw DecodeFailure(.tooLarge, "The value is too large.")
            }
        } else {
            guard var part = writer.value.read(bytes) else {
                throw DecodeFailure(.syntax, "libavro can't read the datum")
            }
            if let columns = writer.columns {
                let fields = schema[schema.root].fields
                for (index, field) in fields.enumerated() {
                    guard let column = columns[index] else { continue }
                    guard var child = part.child(index)?.part else { throw Self.mismatch(field.name) }
                    try store(&child, field.type, schema, rows.builders + column, field.name)
                }
            } else {
                try store(&part, schema.root, schema, rows.builders, AvroTop.column)
            }
        }
        if let column = rows.endRow() {
            throw DecodeFailure(.missing, "The payload has no value for a NOT NULL column.", path: column)
        }
    }

    private static func mismatch(_ path: String) -> DecodeFailure {
        DecodeFailure(.type, "the writer's type of this value doesn't fit the column", path: path)
    }

    private static func failure(_ reason: AvroFault.Reason, _ path: String) -> DecodeFailure {
        var fault = AvroFault()
        fault.reason = reason
        let failure = fault.failure(path: path, before: 0)
        return DecodeFailure(failure.code, failure.message, path: path)
    }

    /// One value into its column.
    private func store(
        _ part: inout AvroLibraryValue.Part, _ type: AvroSchema.ID, _ schema: AvroSchema,
        _ builder: UnsafeMutablePointer<ColumnBuilder>, _ path: String
    ) throws(DecodeFailure) {
        let node = schema[type]
        if node.kind == .union {
            guard var found = part.branch(), node.parts.indices.contains(found.index) else { throw Self.mismatch(path) }
            return try store(&found.part, node.parts[found.index], schema, builder, path)
        }
        if node.kind == .null { return builder.pointee.appendNull() }
        if builder.pointee.type == .json {
            var text: [UInt8] = []
            try write(&part, type, schema, into: &text, path)
            guard text.withUnsafeBytes({ builder.pointee.append(bytes: $0) }) else {
                throw Self.failure(.tooLarge, path)
            }
            return
        }
        switch (node.kind, builder.pointee.type) {
        case (.record, .structure(let fields)):
            let columns = AvroColumns.columns(fields.map(\.name), of: node)
            for (index, field) in node.fields.enumerated() {
                guard let column = columns[index] else { continue }
                guard var child = part.child(index)?.part else { throw Self.mismatch(path) }
                try store(&child, field.type, schema, builder.pointee.children + column, "\(path).\(field.name)")
            }
            let row = builder.pointee.count
            for index in fields.indices where builder.pointee.children[index].count == row {
                builder.pointee.children[index].appendNull()
            }
            builder.pointee.endStructure()
        case (.array, .array), (.map, .map):
            for index in 0..<part.count {
                guard var child = part.child(index) else { throw Self.mismatch(path) }
                if node.kind == .map {
                    guard UTF8Check.isValid(child.key) else { throw Self.failure(.utf8, path) }
                    guard builder.pointee.children.pointee.append(bytes: child.key) else {
                        throw Self.failure(.tooLarge, path)
                    }
                }
                let elements = builder.pointee.children + (node.kind == .map ? 1 : 0)
                try store(&child.part, node.parts[0], schema, elements, path + "[]")
            }
            guard builder.pointee.endList() else { throw Self.failure(.tooLarge, path) }
        case (.enumeration, .text):
            guard let symbol = part.symbol, node.symbols.indices.contains(symbol) else { throw Self.mismatch(path) }
            var text = node.symbols[symbol]
            guard text.withUTF8({ builder.pointee.append(bytes: UnsafeRawBufferPointer($0)) }) else {
                throw Self.failure(.tooLarge, path)
            }
        default:
            guard var conversion = AvroConversion(writer: node, reader: node, type: builder.pointee.type),
                let scalar = Self.scalar(&part, node.kind)
            else { throw Self.mismatch(path) }
            if node.kind == .string, !UTF8Check.isValid(scalar.bytes) { throw Self.failure(.utf8, path) }
            if let reason = scalar.store(&conversion, builder) { throw Self.failure(reason, path) }
        }
    }

    private static func scalar(_ part: inout AvroLibraryValue.Part, _ kind: AvroSchema.Kind) -> AvroScalar? {
        var scalar = AvroScalar()
        switch kind {
        case .boolean:
            guard let value = part.boolean else { return nil }
            scalar.integer = value ? 1 : 0
        case .int, .long:
            guard let value = kind == .int ? part.int : part.long else { return nil }
            scalar.integer = value
            scalar.real = Double(value)
        case .float:
            guard let value = part.float else { return nil }
            scalar.float = value
            scalar.real = Double(value)
        case .double:
            guard let value = part.double else { return nil }
            scalar.real = value
        case .bytes, .string, .fixed:
            guard let value = kind == .bytes ? part.bytes : kind == .string ? part.string : part.fixed else {
                return nil
            }
            scalar.bytes = value
        default: return nil
        }
        return scalar
    }

    /// One value's JSON text.
    private func write(
        _ part: inout AvroLibraryValue.Part, _ type: AvroSchema.ID, _ schema: AvroSchema, into text: inout [UInt8],
        _ path: String
    ) throws(DecodeFailure) {
        let node = schema[type]
        switch node.kind {
        case .union:
            guard var found = part.branch(), node.parts.indices.contains(found.index) else { throw Self.mismatch(path) }
            try write(&found.part, node.parts[found.index], schema, into: &text, path)
        case .null: text.append(contentsOf: "null".utf8)
        case .record, .map:
            text.append(0x7B)
            for index in 0..<(node.kind == .record ? node.fields.count : part.count) {
                guard var child = part.child(index) else { throw Self.mismatch(path) }
                if index > 0 { text.append(0x2C) }
                if node.kind == .record {
                    JSONTree.quote(node.fields[index].name, into: &text)
                } else {
                    guard UTF8Check.isValid(child.key) else { throw Self.failure(.utf8, path) }
                    JSONQuoting.quote(child.key, into: &text)
                }
                text.append(0x3A)
                let inner = node.kind == .record ? node.fields[index].type : node.parts[0]
                try write(&child.part, inner, schema, into: &text, path)
            }
            text.append(0x7D)
        case .array:
            text.append(0x5B)
            for index in 0..<part.count {
                guard var child = part.child(index)?.part else { throw Self.mismatch(path) }
                if index > 0 { text.append(0x2C) }
                try write(&child, node.parts[0], schema, into: &text, path)
            }
            text.append(0x5D)
        case .enumeration:
            guard let symbol = part.symbol, node.symbols.indices.contains(symbol) else { throw Self.mismatch(path) }
            JSONTree.quote(node.symbols[symbol], into: &text)
        default:
            guard var conversion = AvroConversion(writer: node, reader: node, type: .json),
                let scalar = Self.scalar(&part, node.kind)
            else { throw Self.mismatch(path) }
            if node.kind == .string, !UTF8Check.isValid(scalar.bytes) { throw Self.failure(.utf8, path) }
            if let reason = scalar.write(&conversion, into: &text) { throw Self.failure(reason, path) }
        }
    }
}

/// Bare data of one schema.
final class AvroLibraryRawEngine: AvroLibraryEngine {
    init(rows: RowStore, writer schema: AvroSchema) throws(FormatError) {
        super.init(rows: rows, isBare: false)
        writer = try add(schema)
    }
}

/// Bodies whose writers a registry tells.
final class AvroLibraryRegistryEngine: AvroLibraryEngine, WriterEngine {
    private var writers: [Writer] = []

    func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int {
        writers.append(try add(AvroSchema(schema)))
        return writers.count - 1
    }

    func selectWriter(_ number: Int) { writer = writers[number] }
}
