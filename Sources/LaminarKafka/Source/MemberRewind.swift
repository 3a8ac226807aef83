internal import CRdKafka

// Reading again: what hosts ask for after a transaction that was aborted or fenced.
extension MemberLoop {
    /// Answers what hosts have asked for.
    func serveRewinds() {
        for request in member.rewinds.take() {
            guard failure == nil else {
                request.answer?.resume(returning: .success([]))
                continue
            }
            do throws(KafkaError) {
                let rewound = try rewind(request.target)
                request.answer?.resume(returning: .success(rewound))
            } catch {
                // Going on would skip what was to be read again.
                failure = error
                request.answer?.resume(returning: .failure(error))
            }
        }
    }

    /// Drops what is on its way to the host or in its hands, and reads from the target on.
    ///
    /// - Returns: the partitions that are read again: those of the target that are owned.
    private func rewind(_ target: RewindRequests.Target) throws(KafkaError) -> Set<TopicPartition> {
        let asked: Set<TopicPartition> =
            switch target {
            case .offsets(let offsets): Set(offsets.keys)
            case .stored(let partitions): partitions ?? assignment.owned
            }
        var rewound: Set<TopicPartition> = []
        for action in assignment.handle(.rewound(asked)) {
            switch action {
            case .readAgain(let partitions) where !isLeaving:
                try readAgain(partitions, target)
                rewound.formUnion(partitions)
            case .readAgain(let partitions), .forget(let partitions): forget(partitions)
            case .start, .stopDelivering, .commitThenRelease, .release, .acknowledge: break
            }
        }
        return rewound
    }

    private func readAgain(_ partitions: Set<TopicPartition>, _ target: RewindRequests.Target) throws(KafkaError) {
        guard let handle, !partitions.isEmpty else { return }
        // What was taken already goes out under the old assignment, where it is recognised as void; a run of offsets must
        // not go on across the seek.
        flushLanes()
        var resolution = StartPositions.Resolution()
        switch target {
        case .offsets(let offsets): resolution.positions = offsets.filter { partitions.contains($0.key) }
        case .stored: resolution = try resolvePatiently(partitions, handle)
        }
        begin(partitions, resolution)
        unpause(partitions)
        outlet.abandoned(partitions, of: member)
        try seek(resolution.positions, resolution.leaderEpochs)
    }

    /// Goes on at these positions, each on the client that reads the partition.
    func seek(
        _ positions: [TopicPartition: Int64], _ epochs: [TopicPartition: Int32] = [:]
    ) throws(KafkaError) {
        guard let handle else { return }
        let others = second?.partitions ?? []
        try seek(positions.filter { !others.contains($0.key) }, epochs, handle)
        if let second { try seek(positions.filter { others.contains($0.key) }, epochs, second.fetcher.handle) }
        notePlaces(positions)
        for fetcher in fetchers { fetcher.wake() }
    }

    /// Makes void what was delivered of partitions that are being given back.
    private func forget(_ partitions: Set<TopicPartition>) {
        guard !partitions.isEmpty else { return }
        flushLanes()
        begin(partitions, StartPositions.Resolution())
    }

    /// Bounded: a seek is refused while a partition's fetcher is about to start or stop, which takes milliseconds.
    private func seek(
        _ positions: [TopicPartition: Int64], _ leaderEpochs: [TopicPartition: Int32], _ handle: ClientHandle
    ) throws(KafkaError) {
        let passing = [
            RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, RD_KAFKA_RESP_ERR__IN_PROGRESS,
            RD_KAFKA_RESP_ERR__TIMED_OUT,
        ]
        let deadline = ContinuousClock.now + min(plan.drainBound, .seconds(10))
        var left = positions
        while !left.isEmpty {
            let list = PartitionList(left, leaderEpochs: leaderEpochs)
            // Absent partitions are told in the list, and nothing else is refused by the call as a whole.
            rd_kafka_error_destroy(rd_kafka_seek_partitions(handle.client, list.list, 2000))
            for entry in list.entries {
                if entry.error == RD_KAFKA_RESP_ERR_NO_ERROR {
                    left[entry.partition] = nil
                } else if !passing.contains(entry.error) || ContinuousClock.now >= deadline {
                    throw KafkaError(entry.error, "Reading \(entry.partition) again from offset \(entry.offset)")
                }
            }
            if !left.isEmpty { member.wake.wait(.milliseconds(10)) }
        }
    }
}
