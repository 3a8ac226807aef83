internal import CRdKafka

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A second client that fetches a half of a member's partitions, outside of the group.
///
/// librdkafka has one thread a broker, which receives, decompresses and parses; where one broker leads all of a member's
/// partitions that thread is the limit (`consume raw batches`: 1.6 to 1.9 times as fast with two clients, whose broker
/// threads don't share malloc's arena either). The group knows nothing of it: the member's own client joins, heartbeats
/// and commits for all partitions. Used by the polling thread only.
final class SecondFetcher {
    let fetcher: Fetcher
    private(set) var partitions: Set<TopicPartition> = []
    private var topics: [String: OpaquePointer] = [:]
    private let callbacks: ClientCallbacks

    /// - Parameter delegate: hears of trouble that concerns the whole client.
    init(_ plan: MemberPlan, delegate: any ClientDelegate) throws(KafkaError) {
        var properties = plan.properties
        for name in ["group.id", "group.instance.id"] { properties.remove(name) }
        // It adds little to what the member holds, and what is fetched far ahead has left the processor's cache.
        var plan = plan
        plan.queueBytes = max(1 << 20, plan.queueBytes / 4)
        properties.set("queued.max.messages.kbytes", String(plan.queueBytes / 1024))
        callbacks = ClientCallbacks(log: plan.log, delegate: delegate, metrics: plan.metrics)
        fetcher = try Fetcher(
            ClientHandle(
                .consumer, properties: properties, callbacks: callbacks, observers: plan.observers), plan)
    }

    deinit {
        stop(partitions)
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
    }

    private var client: OpaquePointer { fetcher.handle.client }

    /// Reads a partition from an offset (librdkafka's logical ones included) into a lane of this client.
    func start(_ partition: TopicPartition, at offset: Int64, into lane: Lane) throws(KafkaError) {
        guard let topic = topics[partition.topic] ?? rd_kafka_topic_new(client, partition.topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), "Topic \(partition.topic)")
        }
        if topics.updateValue(topic, forKey: partition.topic) == nil {
            // Asked for, leaders are known in a few milliseconds; by itself librdkafka looks every 100 ms.
            _ = try? ClusterMetadata.partitions(of: partition.topic, client: client, timeout: 5000)
        }
        guard rd_kafka_consume_start_queue(topic, partition.partition, offset, lane.queue) == 0 else {
            throw KafkaError(rd_kafka_last_error(), "Reading \(partition)")
        }
        partitions.insert(partition)
    }

    /// Reads them no more; what was fetched and not taken is dropped.
    func stop(_ released: Set<TopicPartition>) {
        for partition in partitions.intersection(released) {
            if let topic = topics[partition.topic] { rd_kafka_consume_stop(topic, partition.partition) }
            partitions.remove(partition)
        }
        // Nobody need be woken for what isn't read any more.
        if partitions.isEmpty { fetcher.reads([]) }
    }

    /// Serves the client's own news: errors and its log.
    func poll() { rd_kafka_poll(client, 0) }

    /// Whether a member with these partitions gains by a second client: where cores are left over by one broker thread for
    /// each leader and client.
    ///
    /// - Parameters:
    ///   - leaders: brokers that lead the member's partitions.
    ///   - clients: the members' own, and the producers of a transform, which have as many threads.
    static func isWorthwhile(
        partitions: Int, leaders: Int, clients: Int,
        cores: Int = ProcessInfo.processInfo.activeProcessorCount
    ) -> Bool {
        partitions > 1 && leaders * clients < cores
    }

    /// Which of newly assigned partitions the second client takes, so that both end up with as many.
    ///
    /// - Parameters:
    ///   - first: partitions that the member's own client has already.
    ///   - second: partitions that this one has already.
    static func share(of new: Set<TopicPartition>, first: Int, second: Int) -> Set<TopicPartition> {
        var taken: Set<TopicPartition> = []
        var first = first
        for partition in new.sorted() {
            if second + taken.count < first { taken.insert(partition) } else { first += 1 }
        }
        return taken
    }
}
