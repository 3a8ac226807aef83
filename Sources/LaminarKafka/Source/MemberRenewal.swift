import Synchronization

// How a member goes on when the certificates or keys change that its client was made with.

extension MemberLoop {
    func clientIsStale(_ changes: ClientProperties) {
        self.changes.withLock { $0 = changes }
        member.wake.raise()
    }

    /// Goes on with a new client where certificates or keys have changed, which are read when a client is made: for the
    /// group one member leaves and another joins. What reads without a group stays, since it would begin again.
    func reopenIfStale() throws(KafkaError) {
        guard isInGroup, let changes = changes.withLock({ $0.take() }) else { return }
        plan.properties.adopt(changes)
        flushLanes()
        for intake in lanes { outlet.ended(intake.lane, of: member) }
        awaitHost(plan.drainBound) { [self] in
            outlet.hostIsDone(with: member) || member.progress.isDrained()
        }
        awaitRebalance()
        perform(assignment.handle(.closed))
        closeClient()
        assignment = AssignmentMachine()
        joinWindow = JoinWindow(wake: member.wake)
        hasBeenAssigned = false
        commitInFlight = false
        try open()
    }
}
