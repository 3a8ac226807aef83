internal import CRdKafka

// Which offsets partitions hold, asked of their leaders.
extension StartPositions {
    /// The ends of many partitions, by two requests for each leader and 500 partitions instead of two for each partition.
    /// What isn't answered that way is asked for by itself.
    func watermarks(
        of partitions: [TopicPartition]
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] {
        var ends: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for asked in Self.parts(of: partitions) {
            let lows = asked.count > 1 ? logical(Int64(RD_KAFKA_OFFSET_BEGINNING), asked) : [:]
            let highs = lows.isEmpty ? [:] : logical(Int64(RD_KAFKA_OFFSET_END), asked)
            for partition in asked {
                if let low = lows[partition], let high = highs[partition], low <= high {
                    ends[partition] = (low, high)
                } else {
                    ends[partition] = try watermarks(partition)
                }
            }
        }
        return ends
    }

    /// The offsets behind a logical one, where the leaders answer: a look-up by time takes it as such.
    ///
    /// - Note: Format: Kafka's protocol, ListOffsets, where -2 is the earliest timestamp and -1 the latest.
    private func logical(_ offset: Int64, _ partitions: ArraySlice<TopicPartition>) -> [TopicPartition: Int64] {
        var found: [TopicPartition: Int64] = [:]
        for entry in (try? answers(to: offset, partitions)) ?? []
        where entry.error == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0 {
            found[entry.partition] = entry.offset
        }
        return found
    }

    /// First offset that is there and the one after the last, asked of the broker. A leader that is just being chosen, as of a
    /// topic that was made a moment ago, is waited for, up to 10 s.
    func watermarks(_ partition: TopicPartition) throws(KafkaError) -> (low: Int64, high: Int64) {
        let passing = [RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE]
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            var low: Int64 = 0
            var high: Int64 = 0
            let response = rd_kafka_query_watermark_offsets(
                client, partition.topic, partition.partition, &low, &high, Self.timeout)
            if response == RD_KAFKA_RESP_ERR_NO_ERROR { return (low, high) }
            guard passing.contains(response), ContinuousClock.now < deadline else {
                throw KafkaError(response, "Reading the end offset of \(partition)")
            }
            // By itself librdkafka may go on asking a broker that leads the partition no more.
            _ = try? ClusterMetadata.partitions(of: partition.topic, client: client, timeout: Self.timeout)
            WakeSignal().wait(.milliseconds(100))
        }
    }
}
