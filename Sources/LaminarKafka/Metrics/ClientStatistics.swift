import LaminarFormats

/// What librdkafka tells of itself every `statistics.interval.ms`: the few numbers that are shown.
///
/// - Note: Format: librdkafka, "STATISTICS.md".
struct ClientStatistics: Sendable, Equatable, Decodable {
    struct Broker: Sendable, Equatable, Decodable {
        var node: Int32?
        var roundTrip: Window?
        var timeouts: Int?
        var disconnects: Int?

        enum CodingKeys: String, CodingKey {
            case node = "nodeid"
            case roundTrip = "rtt"
            case timeouts = "req_timeouts"
            case disconnects
        }
    }
    struct Window: Sendable, Equatable, Decodable {
        /// Microseconds.
        var mean: Int64?
        /// How many values it is the mean of.
        var count: Int64?

        enum CodingKeys: String, CodingKey {
            case mean = "avg"
            case count = "cnt"
        }
    }
    struct Topic: Sendable, Equatable, Decodable {
        var partitions: [String: Partition]?
    }
    struct Partition: Sendable, Equatable, Decodable {
        var partition: Int32
        /// `active` where this client reads it.
        var state: String?
        /// Records that wait in the client's queue, and their bytes.
        var queued: Int64?
        var queuedBytes: Int64?
        /// Where the next fetch begins; negative where that isn't known.
        var next: Int64?
        /// Ends as the last answer told them; negative where there was none.
        var stableEnd: Int64?
        var highWatermark: Int64?

        enum CodingKeys: String, CodingKey {
            case partition
            case state = "fetch_state"
            case queued = "fetchq_cnt"
            case queuedBytes = "fetchq_size"
            case next = "next_offset"
            case stableEnd = "ls_offset"
            case highWatermark = "hi_offset"
        }
    }

    var brokers: [String: Broker]?
    var topics: [String: Topic]?

    /// - Returns: nil where the text isn't what librdkafka writes.
    init?(json: UnsafeRawBufferPointer) {
        guard let parsed = try? JSONValueDecoder<ClientStatistics>().decode(json) else { return nil }
        self = parsed
    }

    /// The partitions that this client reads.
    var read: [TopicPartition: Partition] {
        var read: [TopicPartition: Partition] = [:]
        for (topic, entry) in topics ?? [:] {
            for partition in (entry.partitions ?? [:]).values where partition.state == "active" {
                read[TopicPartition(topic, partition.partition)] = partition
            }
        }
        return read
    }

    /// Brokers by number, without the addresses that were only used to find them.
    var nodes: [Int32: Broker] {
        var nodes: [Int32: Broker] = [:]
        for broker in (brokers ?? [:]).values {
            guard let node = broker.node, node >= 0 else { continue }
            nodes[node] = broker
        }
        return nodes
    }
}
