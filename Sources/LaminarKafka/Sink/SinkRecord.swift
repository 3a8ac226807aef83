public import LaminarFormats

/// A value to write with what goes beside it.
///
///     try await sink.send(SinkRecord(order, key: "customer-7", headers: [KafkaHeader("trace", text: id)]))
///     try await sink.send(SinkRecord(tombstone: "customer-7"))
public struct SinkRecord<Value: Sendable>: Sendable {
    /// Nil writes a tombstone.
    public var value: Value?
    /// Nil leaves the key to `sink.key_field`.
    public var key: [UInt8]?
    /// In order; names may repeat.
    public var headers: [KafkaHeader]
    /// Nil leaves the timestamp to `sink.timestamp_field`, else to the time of writing.
    public var timestamp: Timestamp?
    /// Nil lets the key choose, by the configuration's partitioner.
    public var partition: Int32?

    /// A value with a key of bytes.
    public init(
        _ value: Value, key: [UInt8]? = nil, headers: [KafkaHeader] = [], timestamp: Timestamp? = nil,
        partition: Int32? = nil
    ) {
        self.value = value
        self.key = key
        self.headers = headers
        self.timestamp = timestamp
        self.partition = partition
    }

    /// A value with a key of text.
    public init(
        _ value: Value, key: String, headers: [KafkaHeader] = [], timestamp: Timestamp? = nil, partition: Int32? = nil
    ) {
        self.init(value, key: Array(key.utf8), headers: headers, timestamp: timestamp, partition: partition)
    }

    /// A record without a value, which deletes its key from a compacted topic.
    public init(
        tombstone key: [UInt8], headers: [KafkaHeader] = [], timestamp: Timestamp? = nil, partition: Int32? = nil
    ) {
        value = nil
        self.key = key
        self.headers = headers
        self.timestamp = timestamp
        self.partition = partition
    }

    /// The same with a key of text.
    public init(
        tombstone key: String, headers: [KafkaHeader] = [], timestamp: Timestamp? = nil, partition: Int32? = nil
    ) {
        self.init(tombstone: Array(key.utf8), headers: headers, timestamp: timestamp, partition: partition)
    }
}
