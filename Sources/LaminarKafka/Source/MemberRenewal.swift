internal import CRdKafka
import Synchronization

// How a member goes on when the certificates or keys change that its client was made with.

extension MemberLoop {
    func clientIsStale(_ changes: ClientProperties) {
        self.changes.withLock { $0 = changes }
        member.wake.raise()
    }

    /// Goes on with a new client where certificates or keys have changed, which are read when a client is made.
    func reopenIfStale() throws(KafkaError) {
        guard let changes = changes.withLock({ $0.take() }) else { return }
        plan.properties.adopt(changes)
        flushLanes()
        for intake in lanes { outlet.ended(intake.lane, of: member) }
        if isInGroup { leaveGroup() } else { leaveClient() }
        joinWindow = JoinWindow(wake: member.wake)
        try open()
    }

    /// For the group one member leaves and another joins.
    private func leaveGroup() {
        awaitHost(plan.drainBound) { [self] in
            outlet.hostIsDone(with: member) || member.progress.isDrained()
        }
        awaitRebalance()
        perform(assignment.handle(.closed))
        closeClient()
        assignment = AssignmentMachine()
        hasBeenAssigned = false
        commitInFlight = false
    }

    /// Without a group nothing is given back: the new client reads the same partitions from the next offset on, as the same
    /// assignment.
    private func leaveClient() {
        if let client = handle?.client { rd_kafka_assign(client, nil) }
        closeClient()
    }

    /// Reads on with a client that was made in the place of another.
    func goOn(_ handle: ClientHandle) throws(KafkaError) {
        try read(places.filter { assignment.owned.contains($0.key) }, [:], handle)
        tellFetchers()
        // What waits for its schema goes on waiting.
        pause(suspended)
    }

    /// Where partitions are read from, or read again; without a group nobody else knows.
    func notePlaces(_ positions: [TopicPartition: Int64]) {
        if !isInGroup { places.merge(positions) { $1 } }
    }
}
