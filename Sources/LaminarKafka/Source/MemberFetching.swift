internal import CRdKafka

// Which client reads which partition, and into which lane.
extension MemberLoop {
    var fetchers: [Fetcher] { [own, second?.fetcher].compactMap(\.self) }

    func fetcher(of lane: Lane) -> Fetcher? {
        lane.handle === own?.handle ? own : second?.fetcher
    }

    func makeIntake(_ partition: TopicPartition?, _ handle: ClientHandle) throws(KafkaError) -> LaneIntake {
        let lane = try Lane(
            partition: partition, handle: handle, wake: member.wake, mostBatches: plan.batchesInFlight,
            mostBytes: plan.bytesInFlight)
        return LaneIntake(lane, limits: plan.batch)
    }

    /// What collects a partition's messages.
    func intake(for partition: TopicPartition) -> LaneIntake? {
        let isSecond = second?.partitions.contains(partition) ?? false
        return intake(for: partition, on: isSecond ? second?.fetcher.handle : handle)
    }

    private func intake(for partition: TopicPartition, on handle: ClientHandle?) -> LaneIntake? {
        if plan.lanes == .perPartition {
            return laneOfPartition[partition].flatMap { $0.lane.handle === handle ? $0 : nil }
        }
        return lanes.first { $0.lane.handle === handle }
    }

    /// The partition's messages go to the lane from now on; librdkafka keeps a forward that stands before the assignment.
    func forward(_ partition: TopicPartition, to lane: Lane) {
        guard let client = handle?.client,
            let queue = rd_kafka_queue_get_partition(client, partition.topic, partition.partition)
        else { return }
        rd_kafka_queue_forward(queue, lane.queue)
        rd_kafka_queue_destroy(queue)
    }

    /// The fetchers' partitions changed.
    func tellFetchers() {
        own?.reads(assignment.owned.subtracting(second?.partitions ?? []))
        second?.fetcher.reads(second?.partitions ?? [])
    }

    /// Opens the lane of a partition where each has one, on the client that reads it.
    func openLane(_ partition: TopicPartition, _ handle: ClientHandle) throws(KafkaError) {
        guard plan.lanes == .perPartition else { return }
        let intake = try makeIntake(partition, handle)
        lanes.append(intake)
        laneOfPartition[partition] = intake
        outlet.opened(intake.lane, of: member)
    }

    /// Which of newly assigned partitions a second client reads; makes that client where it is worthwhile.
    func shareForSecond(_ partitions: Set<TopicPartition>) throws(KafkaError) -> Set<TopicPartition> {
        if second == nil {
            guard secondIsWorthwhile() else { return [] }
            let second = try SecondFetcher(plan, delegate: self)
            self.second = second
            if plan.lanes == .merged { lanes.append(try makeIntake(nil, second.fetcher.handle)) }
        }
        let held = second?.partitions.count ?? 0
        return SecondFetcher.share(
            of: partitions, first: assignment.owned.count - partitions.count - held, second: held)
    }

    private func secondIsWorthwhile() -> Bool {
        // Asks nobody where the answer is known.
        guard let handle, plan.range?.isNarrow != true,
            SecondFetcher.isWorthwhile(partitions: assignment.owned.count, leaders: 1, clients: plan.clients)
        else { return false }
        let leaders = ClusterMetadata.leaders(of: assignment.owned, client: handle.client, timeout: 5000)
        return !leaders.isEmpty
            && SecondFetcher.isWorthwhile(
                partitions: assignment.owned.count, leaders: leaders.count, clients: plan.clients)
    }

    /// Reads these with the second client.
    func startSecond(_ positions: [TopicPartition: Int64]) throws(KafkaError) {
        guard let second else { return }
        for (partition, offset) in positions {
            try openLane(partition, second.fetcher.handle)
            let intake = intake(for: partition, on: second.fetcher.handle)
            if let intake { try second.start(partition, at: offset, into: intake.lane) }
        }
    }
}
