internal import CRdKafka

/// A cluster's metadata at one time, copied out of librdkafka's.
struct ClusterSnapshot: Sendable {
    /// The cluster's own id; nil where the brokers have none.
    let id: String?
    /// The broker that takes the cluster's changes, as the brokers name it; nil where none is named.
    let controller: Int32?
    let brokers: [KafkaBroker]
    /// Those that this user may see; empty where they weren't asked for.
    let topics: [KafkaTopic]

    init(_ metadata: rd_kafka_metadata, _ client: OpaquePointer) {
        // Both are known from the answer that has just come, so that nothing is asked here.
        let number = rd_kafka_controllerid(client, 0)
        controller = number >= 0 ? number : nil
        if let text = rd_kafka_clusterid(client, 0) {
            id = String(cString: text)
            rd_kafka_mem_free(client, text)
        } else {
            id = nil
        }
        brokers = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map { broker in
            KafkaBroker(
                id: broker.id, host: broker.host.map { String(cString: $0) } ?? "", port: broker.port, rack: nil,
                isController: nil)
        }
        .sorted { $0.id < $1.id }
        topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).compactMap { topic in
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic else { return nil }
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            return KafkaTopic(
                name: String(cString: name),
                partitions: partitions.map { partition in
                    KafkaTopic.Partition(
                        number: partition.id, leader: partition.leader >= 0 ? partition.leader : nil,
                        replicas: Self.numbers(partition.replicas, partition.replica_cnt),
                        inSync: Self.numbers(partition.isrs, partition.isr_cnt))
                }
                .sorted { $0.number < $1.number })
        }
        .sorted { $0.name < $1.name }
    }

    private static func numbers(_ start: UnsafeMutablePointer<Int32>?, _ count: Int32) -> [Int32] {
        Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(count)))
    }
}

/// A topic as the brokers tell it.
public struct KafkaTopic: Sendable, Hashable {
    /// One of its partitions.
    public struct Partition: Sendable, Hashable {
        /// From 0.
        public let number: Int32
        /// The broker that leads it; nil where none does, so that it can't be read or written.
        public let leader: Int32?
        /// The brokers that keep it.
        public let replicas: [Int32]
        /// Those of them that have everything.
        public let inSync: [Int32]
    }

    /// Its name.
    public let name: String
    /// By number.
    public let partitions: [Partition]

    /// Brokers that keep each partition: the most of any.
    public var replication: Int { partitions.map(\.replicas.count).max() ?? 0 }
    /// Partitions that nobody leads.
    public var leaderless: Int { partitions.count { $0.leader == nil } }
    /// Partitions of which a replica lags behind.
    public var underReplicated: Int { partitions.count { $0.inSync.count < $0.replicas.count } }
}

/// A broker of a cluster.
public struct KafkaBroker: Sendable, Hashable {
    /// Its number (`node.id`).
    public let id: Int32
    /// Where clients reach it.
    public let host: String
    /// Its port.
    public let port: Int32
    /// Where it stands (`broker.rack`); nil where it has none, or doesn't tell.
    public internal(set) var rack: String?
    /// Whether it is the active controller; nil where the cluster doesn't tell its clients.
    public internal(set) var isController: Bool?
}
