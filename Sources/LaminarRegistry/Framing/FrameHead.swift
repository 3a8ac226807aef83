public import LaminarFormats

/// What a sink writes before each body, or into each record's header: made once for a schema.
///
///     let head = FrameHead(.id(7), language: .protobuf, message: identity)
///     payload += head.bytes; payload += body
public struct FrameHead: Sendable, Hashable {
    /// The bytes that stand before the body; for a GUID the header's value, which leaves the payload as it is.
    public let bytes: [UInt8]
    /// Whether `bytes` are the value of the header `__value_schema_id` or `__key_schema_id`.
    public let isHeader: Bool

    /// - Parameters:
    ///   - schema: as the registry knows it.
    ///   - language: of the schema.
    ///   - message: which one, of a Protobuf schema.
    /// - Note: Glue packs the message's number together with the body: use ``GlueFramer``.
    public init(_ schema: SchemaKey, language: PublishedSchema.Language, message: MessageIdentity) {
        var bytes: [UInt8] = []
        switch schema {
        case .id(let id):
            bytes = [0] + withUnsafeBytes(of: id.bigEndian) { Array($0) }
            isHeader = false
        case .guid(let guid):
            bytes = [1] + guid.bytes
            isHeader = true
        case .version(let version):
            bytes = [3, 0] + version.bytes
            isHeader = false
        }
        if language == .protobuf {
            switch schema {
            case .id, .guid: bytes += Self.indexes(message.indexes)
            case .version: bytes += Self.varint(UInt32(clamping: message.sortedPosition))
            }
        }
        self.bytes = bytes
    }

    /// The first message is the single byte 00.
    private static func indexes(_ indexes: [Int]) -> [UInt8] {
        if indexes.isEmpty || indexes == [0] { return [0] }
        return ([indexes.count] + indexes).flatMap { varint(UInt32(clamping: $0) << 1) }
    }

    static func varint(_ number: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
