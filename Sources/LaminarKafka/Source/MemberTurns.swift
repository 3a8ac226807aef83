internal import CRdKafka

// What the polling thread does turn by turn: serves events, takes messages where there is credit, sleeps.
extension MemberLoop {
    func serveConsumerQueue() {
        guard let client = handle?.client else { return }
        second?.poll()
        // Bounded, so that a flood of events can't keep the lanes waiting.
        for _ in 0..<64 {
            guard let message = rd_kafka_consumer_poll(client, 0) else { return }
            receiveStray(message)
        }
    }

    /// An error of the consumer, or a message that came before its partition was forwarded.
    private func receiveStray(_ message: MessagePointer) {
        if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            receiveError(message)
            rd_kafka_message_destroy(message)
            return
        }
        let partition = message.partition
        guard let intake = intake(for: partition) else {
            rd_kafka_message_destroy(message)
            return
        }
        if intake.isFull { send(intake) }
        intake.append(message, gate)
        forward(partition, to: intake.lane)
    }

    func waitForWork() {
        noteRecovery()
        var timeout = Self.idleTurn
        let now = ContinuousClock.now
        if commitInterval != nil { timeout = min(timeout, nextCommit - now) }
        for intake in lanes { if let deadline = intake.deadline { timeout = min(timeout, deadline - now) } }
        let isIdle = lanes.allSatisfy { $0.lane.batchesInFlight == 0 }
        if fetchers.contains(where: \.isImpatient) { timeout = min(timeout, .milliseconds(5)) }
        if isIdle, !trouble, assignment.state != .unassigned { outlet.note(.drained) }
        let isQuery = plan.range != nil && ends != nil
        if isQuery { timeout = min(timeout, Self.narrowTurn) }
        member.wake.wait(max(.zero, timeout))
        if isQuery, lanes.contains(where: \.lane.hasCredit) { for fetcher in fetchers { fetcher.wake() } }
        if lanes.contains(where: \.lane.hasCredit) { for fetcher in fetchers { fetcher.idle() } }
    }

    /// Trouble is over when a broker answers again, also where it has no record for us.
    private func noteRecovery() {
        guard trouble, contact.isThere else { return }
        trouble = false
        outlet.note(.recovered)
    }

    /// - Returns: whether any message was taken.
    func drainLanes() -> Bool {
        var delivered = false
        for intake in lanes {
            let taken = intake.fill(gate) { [self] message in receiveError(message) }
            if taken > 0 {
                delivered = true
                trouble = false
            }
            if let stranger = gate.failure { failure = failure ?? KafkaError(stranger) }
            if intake.isDue { send(intake) }
            fetcher(of: intake.lane)?.countQueued(intake)
        }
        own?.wakeIfLow()
        second?.fetcher.wakeIfLow()
        return delivered
    }

    func flushLanes() {
        for intake in lanes where intake.count > 0 { send(intake) }
    }

    private func send(_ intake: LaneIntake) {
        guard let batch = intake.take(within: &ends) else { return }
        if isInGroup {
            member.progress.deliver(batch.runs)
        } else {
            for run in batch.runs { places[run.partition] = run.offsets.upperBound + 1 }
        }
        intake.lane.spend(bytes: batch.bytes)
        outlet.note(.delivered)
        outlet.deliver(batch, from: intake.lane, of: member)
    }
}
