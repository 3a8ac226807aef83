internal import Synchronization

/// Lets the pipelines store what they have before partitions go, and finds out where they couldn't.
final class ReaderGuard: ReleaseGuard {
    private struct State {
        /// Announced, and not gone yet.
        var going: Set<TopicPartition> = []
        var isUnfinished = false
    }

    private let workers: [PipelineWorker]
    private let disturbed: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter disturbed: called where partitions went before the pipelines had stored what they had of them.
    init(_ workers: [PipelineWorker], disturbed: @escaping @Sendable () -> Void) {
        self.workers = workers
        self.disturbed = disturbed
    }

    func prepare(members: Int) async throws {}

    func awaitsHost(_ member: SourceMember) {
        for worker in workers { worker.inbox.requestFlush() }
    }

    func willRelease(_ partitions: Set<TopicPartition>, of member: SourceMember, within bound: Duration) {
        let deadline = ContinuousClock.now + bound
        for worker in workers { worker.inbox.requestFlush() }
        while !member.progress.isDrained(partitions), ContinuousClock.now < deadline {
            member.wake.wait(.milliseconds(20))
        }
        let isDrained = member.progress.isDrained(partitions)
        state.withLock { state in
            state.going = partitions
            state.isUnfinished = !isDrained
        }
    }

    func released(_ partitions: Set<TopicPartition>, of member: SourceMember) {
        let isClean = state.withLock { state in
            defer { state = State() }
            return partitions.isSubset(of: state.going) && !state.isUnfinished
        }
        // Lost without a word, or not finished in time: what is in memory may be somebody else's to count.
        if !isClean { disturbed() }
    }

    func closed(_ member: SourceMember) {}
    func sourceClosed() {}
}
