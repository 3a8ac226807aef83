internal import CRdKafka
import LaminarCore

// Which partitions are the member's: what follows from a rebalance.
extension MemberLoop {
    func rebalance(
        _ response: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
        let partitions = list.partitions
        switch response {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            hasBeenAssigned = true
            perform(assignment.handle(.assigned(partitions)))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let lost = handle.map { rd_kafka_assignment_lost($0.client) != 0 } ?? false
            perform(assignment.handle(lost ? .lost(partitions) : .revoked(partitions)))
        default:
            perform([.acknowledge])
        }
    }

    func perform(_ actions: [AssignmentMachine.Action]) {
        for action in actions {
            switch action {
            case .start(let partitions): start(partitions)
            case .stopDelivering(let partitions):
                stopDelivering(partitions)
                awaitHost(plan.drainBound) { [self] in
                    outlet.hostIsDone(with: member) || member.progress.isDrained(partitions)
                }
                perform(assignment.handle(.drained))
            case .commitThenRelease(let partitions):
                plan.releases?.willRelease(partitions, of: member, within: plan.drainBound)
                commitNow(partitions)
                release(partitions)
                if !partitions.isEmpty { outlet.note(.revoked(partitions)) }
            case .release(let partitions):
                stopDelivering(partitions)
                release(partitions)
                if !partitions.isEmpty { outlet.note(.lost(partitions)) }
            case .acknowledge: unassign([])
            // Their asker waits for an answer, so `serveRewinds` performs them.
            case .readAgain, .forget: break
            }
        }
    }

    private func start(_ partitions: Set<TopicPartition>) {
        guard let handle else { return }
        do throws(KafkaError) {
            let resolution = try resolvePatiently(partitions, handle)
            firstCounts.merge(resolution.firstCounts) { $1 }
            if !resolution.toCommit.isEmpty { try commit(resolution.toCommit, wait: true) }
            begin(partitions, resolution)
            try read(resolution.positions, resolution.leaderEpochs, handle)
        } catch {
            failure = failure ?? error
            unassign([])
            return
        }
        tellFetchers()
        trouble = false
        outlet.note(.recovered)
        if !partitions.isEmpty { outlet.note(.assigned(partitions)) }
    }

    /// Reads from these positions on, a share of them by the second client where that is worthwhile.
    func read(
        _ positions: [TopicPartition: Int64], _ leaderEpochs: [TopicPartition: Int32], _ handle: ClientHandle
    ) throws(KafkaError) {
        let secondShare = try shareForSecond(Set(positions.keys))
        try assign(positions.filter { !secondShare.contains($0.key) }, leaderEpochs, handle)
        try startSecond(positions.filter { secondShare.contains($0.key) })
        notePlaces(positions)
    }

    /// From now on these partitions are delivered as a new assignment; what was delivered of them before is void.
    func begin(_ partitions: Set<TopicPartition>, _ resolution: StartPositions.Resolution) {
        epoch += 1
        for partition in partitions {
            gate.open(partition, epoch: epoch, resuming: resolution.resuming[partition])
            member.progress.begin(partition, epoch: epoch, fence: resolution.fences[partition])
        }
    }

    /// Rebalances come exactly when brokers restart, so what may pass is tried again for a while.
    func resolvePatiently(
        _ partitions: Set<TopicPartition>, _ handle: ClientHandle
    ) throws(KafkaError) -> StartPositions.Resolution {
        if let starts { return StartPositions.Resolution(positions: starts) }
        var backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))
        // Brokers that come back need longer than a host does (a killed one leads its partitions until its session ends, and
        // busy controllers elect no other); and where transactions carry the offsets, one that a killed process left open
        // hides them until its time-out. A source that gives up is one more thing that doesn't come back by itself.
        let deadline = ContinuousClock.now + max(plan.drainBound, min(.seconds(300), plan.longestPoll - .seconds(30)))
        while true {
            do throws(KafkaError) {
                return try StartPositions(client: handle.client, plan: plan).resolve(partitions)
            } catch {
                let mayPass = [.timedOut, .unreachable, .broker].contains(error.code) || error.isStoreAway
                guard mayPass, isInGroup, !member.isStopping, ContinuousClock.now < deadline else { throw error }
                report(error)
                // By itself librdkafka may go on asking a broker that leads a partition no more.
                for topic in Set(partitions.map(\.topic)) {
                    _ = try? ClusterMetadata.partitions(of: topic, client: handle.client, timeout: 5000)
                }
                member.wake.wait(backoff.next())
                member.noteTurn()
            }
        }
    }

    private func stopDelivering(_ partitions: Set<TopicPartition>) {
        // What has been taken from librdkafka is delivered; what it still holds is discarded by it at the release.
        flushLanes()
        for intake in lanes {
            if let partition = intake.lane.partition, partitions.contains(partition) {
                outlet.ended(intake.lane, of: member)
            }
        }
        lanes.removeAll { $0.lane.partition.map(partitions.contains) ?? false }
        for partition in partitions { laneOfPartition[partition] = nil }
    }

    private func release(_ partitions: Set<TopicPartition>) {
        // Whoever is assigned them again, this client among others, reads them from the start of that assignment.
        unpause(partitions)
        outlet.abandoned(partitions, of: member)
        for partition in partitions {
            gate.close(partition)
            member.progress.end(partition)
        }
        // Not before the progress has ended: from then on no batch of theirs counts as ours.
        if !partitions.isEmpty { plan.releases?.released(partitions, of: member) }
        let secondShare = second?.partitions ?? []
        unassign(partitions.subtracting(secondShare))
        second?.stop(partitions)
        tellFetchers()
    }

    var isCooperative: Bool {
        guard let client = handle?.client, let name = rd_kafka_rebalance_protocol(client) else { return false }
        return String(cString: name) == "COOPERATIVE"
    }

    func assign(
        _ positions: [TopicPartition: Int64], _ leaderEpochs: [TopicPartition: Int32], _ handle: ClientHandle
    ) throws(KafkaError) {
        for partition in positions.keys {
            try openLane(partition, handle)
            if let lane = intake(for: partition)?.lane { forward(partition, to: lane) }
        }
        let list = PartitionList(positions, leaderEpochs: leaderEpochs)
        if isCooperative {
            let error = rd_kafka_incremental_assign(handle.client, list.list)
            defer { rd_kafka_error_destroy(error) }
            if let error { throw KafkaError(rd_kafka_error_code(error), "Assigning partitions") }
        } else {
            let response = rd_kafka_assign(handle.client, list.list)
            guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(response, "Assigning partitions") }
        }
    }

    func unassign(_ partitions: Set<TopicPartition>) {
        guard let client = handle?.client else { return }
        if isCooperative {
            let list = PartitionList(partitions)
            rd_kafka_error_destroy(rd_kafka_incremental_unassign(client, list.list))
        } else {
            rd_kafka_assign(client, nil)
        }
    }
}
