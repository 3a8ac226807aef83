/// The metadata of Arrow's IPC messages.
///
/// - Note: Format: Apache Arrow format 1.4, `Message.fbs` and `Schema.fbs`; metadata version V5.
enum ArrowMessage {
    /// The unions' numbers, by `Message.fbs` and `Schema.fbs`.
    private enum Header {
        static let schema: UInt8 = 1
        static let recordBatch: UInt8 = 3
    }

    private static let version: Int16 = 4
    private static let microsecond: Int16 = 2

    static func schema(_ schema: RowSchema) -> [UInt8] {
        var buffer = FlatBuffer()
        let message = buffer.table(
            [.int16(version), .byte(Header.schema), .offset, .int64(0)], at: buffer.root)
        let table = buffer.table([.int16(0), .offset], at: message[2])
        let fields = schema.columns.map { ArrowField($0) }
        let slots = buffer.offsets(fields.count, at: table[1])
        for (field, slot) in zip(fields, slots) { add(field, to: &buffer, at: slot) }
        return buffer.bytes
    }

    private static func add(_ field: ArrowField, to buffer: inout FlatBuffer, at slot: Int) {
        let (number, parameters) = type(field.kind)
        let table = buffer.table(
            [
                .offset, .boolean(field.isNullable), .byte(number), .offset, .absent, .offset,
                field.metadata.isEmpty ? .absent : .offset,
            ], at: slot)
        buffer.string(field.name, at: table[0])
        let type = buffer.table(parameters, at: table[3])
        if case .timestamp = field.kind { buffer.string("UTC", at: type[1]) }
        let children = buffer.offsets(field.children.count, at: table[5])
        for (child, slot) in zip(field.children, children) { add(child, to: &buffer, at: slot) }
        guard !field.metadata.isEmpty else { return }
        for (pair, slot) in zip(field.metadata, buffer.offsets(field.metadata.count, at: table[6])) {
            let entry = buffer.table([.offset, .offset], at: slot)
            buffer.string(pair.key, at: entry[0])
            buffer.string(pair.value, at: entry[1])
        }
    }

    /// The number in the union `Type` and that table's fields.
    private static func type(_ kind: ArrowField.Kind) -> (UInt8, [FlatBuffer.Field]) {
        switch kind {
        case .int16: (2, [.int32(16), .boolean(true)])
        case .int32: (2, [.int32(32), .boolean(true)])
        case .int64: (2, [.int32(64), .boolean(true)])
        case .float: (3, [.int16(1)])
        case .double: (3, [.int16(2)])
        case .binary: (4, [])
        case .utf8: (5, [])
        case .boolean: (6, [])
        case .decimal(let precision, let scale):
            (7, [.int32(Int32(truncatingIfNeeded: precision)), .int32(Int32(truncatingIfNeeded: scale)), .int32(128)])
        case .date: (8, [.int16(0)])
        case .time: (9, [.int16(microsecond), .int32(64)])
        case .timestamp: (10, [.int16(microsecond), .offset])
        case .interval: (11, [.int16(2)])
        case .list: (12, [])
        case .structure: (13, [])
        case .uuid: (15, [.int32(16)])
        case .map: (17, [.boolean(false)])
        }
    }

    /// A record batch: its columns and theirs in depth-first order, each with its counts, and where its buffers lie in the
    /// body that follows.
    static func recordBatch(_ batch: ArrowColumn, buffers: [(Int64, Int64)], bodyLength: Int64) -> [UInt8] {
        var nodes: [(Int64, Int64)] = []
        func visit(_ column: ArrowColumn) {
            nodes.append((Int64(column.count), Int64(column.nullCount)))
            for child in column.children { visit(child) }
        }
        for column in batch.children { visit(column) }
        var buffer = FlatBuffer()
        let message = buffer.table(
            [.int16(version), .byte(Header.recordBatch), .offset, .int64(bodyLength)], at: buffer.root)
        let table = buffer.table([.int64(Int64(batch.count)), .offset, .offset], at: message[2])
        buffer.pairs(nodes, at: table[1])
        buffer.pairs(buffers, at: table[2])
        return buffer.bytes
    }
}
