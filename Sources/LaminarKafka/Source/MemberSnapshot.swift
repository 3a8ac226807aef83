internal import CRdKafka
import LaminarQuery

// Reading without a group: on and on, or up to the ends that were found at the start.
extension MemberLoop {
    func assignEverything(_ handle: ClientHandle) throws(KafkaError) {
        let positions = StartPositions(client: handle.client, plan: plan)
        var all = try plan.subscribedPartitions(positions)
        if plan.membership == .snapshot {
            if let range = plan.range {
                let (spans, ends) = try range.resolve(all, positions)
                starts = spans.mapValues(\.start)
                self.ends = ends
                all = Set(spans.keys)
            } else {
                var ends = SnapshotEnds()
                for (partition, found) in try positions.watermarks(of: Array(all)) {
                    ends.expect(partition, from: found.low, upTo: found.high)
                }
                self.ends = ends
            }
        } else if let range = plan.range {
            starts = try range.starts(all, positions)
        }
        perform(assignment.handle(.assigned(all)))
        if let failure { throw failure }
    }

    /// Tells a query how far its scan has come.
    func noteReading() {
        guard let meter = plan.range?.meter, let ends else { return }
        meter.note(read: ends.passed, of: ends.expected)
    }

    /// What lies behind a snapshot's end isn't fetched: not what was written since, nor what a query doesn't want.
    func stopWhatEnded() {
        guard let ended = ends?.takeEnded(), !ended.isEmpty, let handle else { return }
        let ofSecond = second?.partitions.intersection(ended) ?? []
        second?.stop(ofSecond)
        let own = PartitionList(ended.subtracting(ofSecond))
        rd_kafka_pause_partitions(handle.client, own.list)
    }
}

extension MemberPlan {
    /// Every partition that the subscription names and the range doesn't leave out.
    func subscribedPartitions(_ positions: StartPositions) throws(KafkaError) -> Set<TopicPartition> {
        var all: Set<TopicPartition> = []
        let excluded = properties["topic.blacklist"]
        for topic in try TopicMatch.topics(subscription, excluded: excluded, client: positions.client) {
            for partition in 0..<(try positions.partitionCount(topic)) where range?.holds(Int32(partition)) ?? true {
                all.insert(TopicPartition(topic, Int32(partition)))
            }
        }
        return all
    }
}
