internal import CRdKafka

/// Enough of a record to know it again: that the record at a stored offset is still the same tells that the topic wasn't
/// deleted and made anew, and that no broker came back with another log.
///
/// - Note: The hash is FNV-1a of 64 bits over key and value, each as its length in 8 bytes, little endian (-1 for null),
///   and its first 65,536 bytes. It is stored, so it never changes.
public struct RecordFingerprint: Sendable, Hashable {
    /// The record's offset.
    public var offset: Int64
    /// Its timestamp in milliseconds since 1970; -1 where it has none.
    public var timestamp: Int64
    /// The hash of key and value.
    public var hash: Int64

    /// Puts one together from its stored parts.
    public init(offset: Int64, timestamp: Int64, hash: Int64) {
        self.offset = offset
        self.timestamp = timestamp
        self.hash = hash
    }

    /// Of a record at hand.
    init(offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for part in [key, value] {
            let count = UInt64(bitPattern: Int64(part?.count ?? -1))
            for shift in stride(from: UInt64(0), to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: count >> shift)) }
            for byte in (part ?? .init(start: nil, count: 0)).prefix(Self.mostBytes) { mix(byte) }
        }
        self.init(offset: offset, timestamp: timestamp, hash: Int64(bitPattern: hash))
    }

    /// Of a message of librdkafka's.
    init(_ message: MessagePointer) {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &type)
        let record = message.pointee
        self.init(
            offset: record.offset, timestamp: type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp,
            key: record.key.map { UnsafeRawBufferPointer(start: $0, count: record.key_len) },
            value: record.payload.map { UnsafeRawBufferPointer(start: $0, count: record.len) })
    }

    private static let mostBytes = 65_536
}
