public import LaminarFormats

/// A record to write. Key, value and header values may be null, which isn't the same as empty.
///
///     try await producer.send(ProducedRecord(value: "{\"id\":1}", key: "1"))
public struct ProducedRecord: Sendable, Hashable {
    /// The value's bytes; nil writes a tombstone.
    public var value: [UInt8]?
    /// The key's bytes; nil for a record without key.
    public var key: [UInt8]?
    /// In order; names may repeat.
    public var headers: [KafkaHeader]
    /// Milliseconds count; nil = the time of writing.
    public var timestamp: Timestamp?
    /// Nil lets the key choose, by the configuration's partitioner.
    public var partition: Int32?
    /// Nil for the configuration's topic.
    public var topic: String?

    /// A record of bytes.
    public init(
        value: [UInt8]?, key: [UInt8]? = nil, headers: [KafkaHeader] = [], timestamp: Timestamp? = nil,
        partition: Int32? = nil, topic: String? = nil
    ) {
        self.value = value
        self.key = key
        self.headers = headers
        self.timestamp = timestamp
        self.partition = partition
        self.topic = topic
    }

    /// A record of texts.
    public init(
        value: String?, key: String? = nil, headers: [KafkaHeader] = [], timestamp: Timestamp? = nil,
        partition: Int32? = nil, topic: String? = nil
    ) {
        self.init(
            value: value.map { Array($0.utf8) }, key: key.map { Array($0.utf8) }, headers: headers,
            timestamp: timestamp, partition: partition, topic: topic)
    }

    var byteCount: Int { (value?.count ?? 0) + (key?.count ?? 0) + headers.byteCount }
}

extension [KafkaHeader] {
    /// What they take up in memory: names and values.
    var byteCount: Int { reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) } }
}

/// Where the broker put a record.
public struct Delivery: Sendable, Hashable {
    /// Topic and partition.
    public let partition: TopicPartition
    /// The record's offset in it; -1 where the broker doesn't tell.
    public let offset: Int64

    /// Names a place.
    public init(partition: TopicPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
