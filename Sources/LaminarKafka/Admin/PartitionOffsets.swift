internal import CRdKafka

/// Where partitions begin and end, and where a time is in them: many at once, one request to each leader.
///
/// librdkafka's `rd_kafka_offsets_for_times` passes the number that it is given on as it is, and the protocol's own
/// numbers for the end (-1) and the beginning (-2) are among them ("Kafka protocol guide › ListOffsets"); its admin call
/// of that name came with 2.3.
extension AdminClient {
    private static let end = Int64(RD_KAFKA_OFFSET_END)
    private static let beginning = Int64(RD_KAFKA_OFFSET_BEGINNING)

    /// First offsets and ends of those partitions that answer.
    func ends(of partitions: Set<TopicPartition>, _ call: AdminCall) throws(KafkaError) -> [TopicPartition:
        PartitionEnds]
    {
        let led = try ledPartitions(among: partitions, call)
        let highs = try offsets(of: led, at: Self.end, call)
        let lows = try offsets(of: Set(highs.keys), at: Self.beginning, call)
        return highs.reduce(into: [:]) { found, high in
            guard let low = lows[high.key], low >= 0, high.value >= 0 else { return }
            found[high.key] = PartitionEnds(low: low, high: max(low, high.value))
        }
    }

    /// The first offsets whose records are as late as that, or later; a partition without one is left out.
    ///
    /// - Parameter milliseconds: since 1970, 0 or more.
    func offsets(
        of partitions: Set<TopicPartition>, since milliseconds: Int64, _ call: AdminCall
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(of: try ledPartitions(among: partitions, call), at: max(0, milliseconds), call)
            .filter { $0.value >= 0 }
    }

    /// One that nobody leads would hold up the question for all.
    private func ledPartitions(
        among partitions: Set<TopicPartition>, _ call: AdminCall
    ) throws(KafkaError) -> Set<TopicPartition> {
        guard !partitions.isEmpty else { return [] }
        var led: Set<TopicPartition> = []
        for topic in try metadata(allTopics: true, call).topics {
            for partition in topic.partitions where partition.leader != nil {
                led.insert(TopicPartition(topic.name, partition.number))
            }
        }
        return partitions.intersection(led)
    }

    private func offsets(
        of partitions: Set<TopicPartition>, at time: Int64, _ call: AdminCall
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        do throws(KafkaError) { return try ask(partitions, at: time, call) } catch {
            // The refusal of one spoils the answer for all: topic by topic, each by itself.
            let byTopic = Dictionary(grouping: partitions, by: \.topic)
            guard byTopic.count > 1, !call.isOver else { throw error }
            var found: [TopicPartition: Int64] = [:]
            for (_, partitions) in byTopic.sorted(by: { $0.key < $1.key }) where !call.isOver {
                if let answer = try? ask(Set(partitions), at: time, call) { found.merge(answer) { $1 } }
            }
            return found
        }
    }

    private func ask(
        _ partitions: Set<TopicPartition>, at time: Int64, _ call: AdminCall
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let passing = [
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR__TRANSPORT,
        ]
        while true {
            let list = PartitionList(Dictionary(uniqueKeysWithValues: partitions.map { ($0, time) }))
            let response = rd_kafka_offsets_for_times(client, list.list, call.milliseconds)
            if response == RD_KAFKA_RESP_ERR_NO_ERROR {
                return list.entries.reduce(into: [:]) { found, entry in
                    if entry.error == RD_KAFKA_RESP_ERR_NO_ERROR { found[entry.partition] = entry.offset }
                }
            }
            guard passing.contains(response), !call.isOver else {
                if response == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, let topic = partitions.first?.topic {
                    throw KafkaError(
                        code: .authorization,
                        message: "Reading the end offsets of topic \(topic): this user may not; allow Describe on it.",
                        clientCode: response.rawValue)
                }
                throw KafkaError(response, "Reading the end offsets of \(partitions.count) partitions")
            }
            // By itself librdkafka may go on asking a broker that leads the partition no more.
            _ = try metadata(allTopics: true, call)
            WakeSignal().wait(.milliseconds(100))
        }
    }
}
