internal import CRdKafka
import LaminarFormats
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a member's batches go. Called on the member's polling thread; nothing here may block.
protocol BatchOutlet: AnyObject, Sendable {
    func deliver(_ batch: MessageBatch, from lane: Lane, of member: SourceMember)
    /// A lane of its own for a partition opened, or will bring nothing more.
    func opened(_ lane: Lane, of member: SourceMember)
    func ended(_ lane: Lane, of member: SourceMember)
    /// The member delivers nothing more; error nil where it was asked to end or has read everything.
    func memberEnds(_ member: SourceMember, _ error: KafkaError?)
    /// The member has committed and left the group.
    func memberClosed(_ member: SourceMember)
    /// Whether the host has received the end and no acknowledgement is to be waited for.
    func hostIsDone(with member: SourceMember) -> Bool
    /// What comes of the partition from now on was read after it had waited.
    func resumed(_ partition: TopicPartition, epoch: Int, of member: SourceMember)
    /// What waits of these partitions is waited for no longer: they were given back, or are read from another place on.
    func abandoned(_ partitions: Set<TopicPartition>, of member: SourceMember)
    func note(_ event: SourceLife.Event)
    func note(_ event: SourceEvent)
}

/// One member of the group: what other threads may touch of it. Its work is done by ``MemberLoop`` on a thread of its own.
final class SourceMember: Sendable {
    let plan: MemberPlan
    /// Its number in this source, from 0.
    let number: Int
    let progress = Progress()
    let wake = WakeSignal()
    let rewinds = RewindRequests()
    let suspensions = SuspensionRequests()
    /// What its clients tell of themselves.
    let gauges = MemberGauges()
    private let client = Mutex<ClientHandle?>(nil)
    private let tokens = Mutex<TokenKeeper?>(nil)
    private let stop = Atomic<Bool>(false)
    private let draining = Atomic<Bool>(false)
    private let commitNow = Atomic<Bool>(false)
    /// Microseconds since 1970; 0 before the first.
    private let polled = Atomic<Int64>(0)
    private let paused = Mutex<Set<TopicPartition>>([])
    private let turn = Atomic<UInt64>(0)
    private let polling = Atomic<Bool>(false)
    private let inFlight = Atomic<Int>(0)

    /// A polling thread that is silent for so long is stuck: what it waits for on purpose takes less, turn by turn.
    static let longestTurn = 120.0

    init(plan: MemberPlan, number: Int = 0) {
        self.plan = plan
        self.number = number
    }

    func start(_ outlet: any BatchOutlet) throws(KafkaError) {
        try ClientThread.start("laminar-poll") { [self] in MemberLoop(self, outlet).run() }
    }

    /// Asks the thread to leave the group and end.
    func requestStop() {
        stop.store(true, ordering: .releasing)
        wake.raise()
    }

    var isStopping: Bool { stop.load(ordering: .acquiring) }

    // MARK: What probes see

    /// The polling thread is alive and has done what there was to do.
    func noteTurn(bytesInFlight: Int) {
        turn.store(Moment.now.uptime, ordering: .relaxed)
        inFlight.store(bytesInFlight, ordering: .relaxed)
    }

    func noteTurn() { turn.store(Moment.now.uptime, ordering: .relaxed) }

    func setPolling(_ value: Bool) {
        noteTurn()
        polling.store(value, ordering: .releasing)
    }

    /// When the polling thread was last seen to move; nil before it has.
    var lastTurn: Moment? {
        let uptime = turn.load(ordering: .relaxed)
        return uptime == 0 ? nil : Moment(uptime: uptime)
    }

    /// Whether the polling thread is at work.
    var isPolling: Bool { polling.load(ordering: .acquiring) }

    /// Bytes on their way to the host.
    var bytesInFlight: Int { inFlight.load(ordering: .relaxed) }

    /// Asks for a commit of what is processed, at once instead of on the timer.
    func requestCommit() {
        commitNow.store(true, ordering: .releasing)
        wake.raise()
    }

    /// The client that is in the group, while it is: it knows the generation. Batches may come from another one.
    var groupClient: ClientHandle? { client.withLock { $0 } }

    func setGroupClient(_ handle: ClientHandle?) { client.withLock { $0 = handle } }

    /// Where its client's token stands; nil where it needs none, or there is no client.
    var tokenState: TokenState? { tokens.withLock { $0 }?.tokenState }

    func setTokens(_ keeper: TokenKeeper?) { tokens.withLock { $0 = keeper } }

    func takeCommitRequest() -> Bool { commitNow.exchange(false, ordering: .acquiringAndReleasing) }

    /// When the thread last served its client; nil before.
    var lastPoll: Timestamp? {
        let microseconds = polled.load(ordering: .relaxed)
        return microseconds == 0 ? nil : Timestamp(microseconds: microseconds)
    }

    /// Once a turn of the thread, which takes up to a batch of records.
    func notePoll() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        polled.store(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000, ordering: .relaxed)
    }

    /// The partitions that wait for something outside.
    var pausedPartitions: Set<TopicPartition> { paused.withLock { $0 } }
    func notePaused(_ partitions: Set<TopicPartition>) { paused.withLock { $0 = partitions } }

    /// While a revoke waits, each acknowledgement wakes the thread.
    func setDraining(_ value: Bool) { draining.store(value, ordering: .releasing) }

    func acknowledge(_ runs: [OffsetRun]) {
        progress.acknowledge(runs)
        if draining.load(ordering: .acquiring) { wake.raise() }
    }

    /// The same for what a checkpoint has stored.
    func checkpointed(_ runs: [OffsetRun]) {
        progress.checkpointed(runs)
        if draining.load(ordering: .acquiring) { wake.raise() }
    }

    /// Drops what is on its way to the host or in its hands of the target's partitions, and reads them again. Batches
    /// that were delivered before are void: what is acknowledged of them is dropped.
    ///
    /// - Returns: the partitions that are read again: those of the target that this member owns.
    /// - Throws: ``KafkaError``, with which the source ends too.
    func rewind(_ target: RewindRequests.Target) async throws(KafkaError) -> Set<TopicPartition> {
        try await rewinds.ask(target, wake: wake).get()
    }
}
