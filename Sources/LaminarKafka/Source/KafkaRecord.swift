internal import CRdKafka
public import LaminarFormats

/// One record: its value and where it came from. A view of its batch, which it keeps in memory.
///
///     for try await record in source.records {
///         print(record.topic, record.partition, record.offset, record.value ?? "deleted")
///     }
public struct KafkaRecord<Value: Sendable>: Sendable {
    let batch: KafkaBatch<Value>
    let index: Int

    private var message: MessagePointer { batch.messages[index] }

    /// The value; nil for a tombstone.
    public var value: Value? {
        guard let map = batch.contents.valueOfRecord else { return batch[index] }
        return map[index] >= 0 ? batch[Int(map[index])] : nil
    }

    /// The topic's name.
    public var topic: String { batch.messages.run(at: index).partition.topic }
    /// The partition's number, from 0.
    public var partition: Int32 { withExtendedLifetime(batch) { message.pointee.partition } }
    /// The record's place in its partition, from 0.
    public var offset: Int64 { withExtendedLifetime(batch) { message.pointee.offset } }

    /// When the record was made or appended, in whole milliseconds; nil where it has no timestamp.
    public var timestamp: Timestamp? {
        withExtendedLifetime(batch) {
            var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
            let milliseconds = rd_kafka_message_timestamp(message, &type)
            guard type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE, milliseconds >= 0 else { return nil }
            return Timestamp(milliseconds: milliseconds)
        }
    }

    /// A copy of the key's bytes; nil where the record has none, which isn't the same as empty.
    public var key: [UInt8]? { withKey { bytes in bytes.map { Array($0) } } }

    /// The key as text; nil where there is none or where it isn't UTF-8.
    public var keyText: String? {
        withKey { bytes in bytes.flatMap { String(validating: $0, as: UTF8.self) } }
    }

    /// A copy of the value's bytes as they came; nil for a tombstone.
    public var payload: [UInt8]? { withPayload { bytes in bytes.map { Array($0) } } }

    /// Headers in the record's order, names may repeat.
    public var headers: [KafkaHeader] {
        var headers: [KafkaHeader] = []
        batch.messages.forEachHeader(of: index) { name, value in
            headers.append(KafkaHeader(name, value.map { Array($0) }))
        }
        return headers
    }

    /// Lends the value's bytes without a copy; nil for a tombstone. Keep the pointer no longer than the call.
    public func withPayload<Result>(_ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(batch) {
            let message = self.message.pointee
            return try body(message.payload.map { UnsafeRawBufferPointer(start: $0, count: message.len) })
        }
    }

    /// Lends the key's bytes without a copy; nil where there is none. Keep the pointer no longer than the call.
    public func withKey<Result>(_ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(batch) {
            let message = self.message.pointee
            return try body(message.key.map { UnsafeRawBufferPointer(start: $0, count: message.key_len) })
        }
    }
}

/// A record's header. Names may repeat and their order counts; the value may be null, which isn't the same as empty.
public struct KafkaHeader: Sendable, Hashable {
    /// The header's name.
    public var name: String
    /// Its bytes; nil for Kafka's null.
    public var value: [UInt8]?

    /// A header of bytes, or of null.
    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header of text.
    public init(_ name: String, text: String) {
        self.init(name, Array(text.utf8))
    }

    /// The value as text; nil for null and where it isn't UTF-8.
    public var text: String? { value.flatMap { String(validating: $0, as: UTF8.self) } }
}
