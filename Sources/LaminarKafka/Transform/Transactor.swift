import LaminarCore
import Synchronization

/// Writes outputs exactly once: one producer whose transactions carry a member's outputs and its offsets.
///
/// The host's task appends; an owned thread does everything that blocks: it begins, commits on the interval, aborts. What
/// happens when is decided by ``TransactionMachine``.
final class Transactor: OutputWriter {
    struct State {
        var machine = TransactionMachine()
        var actions: [TransactionMachine.Action] = []
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        /// Why it ended, or what the last abort was for.
        var failure: KafkaError?
        var cause: KafkaError?
        /// Aborts since the last commit.
        var refusals = 0
        /// When the open transaction is committed.
        var due: ContinuousClock.Instant?
        /// Whose batches these are.
        var member: SourceMember?
        /// The assignment in which each partition was last appended, and below which its batches are void.
        var epochs: [TopicPartition: Int] = [:]
        var leastEpochs: [TopicPartition: Int] = [:]
    }

    let state = Mutex(State())
    let wake = WakeSignal()
    let client: ProducerClient
    /// Looked at by the client's own thread, since this one's may be stuck.
    let calls = CallWatcher()
    let slot: TransactionSlot
    private let interval: Duration
    let news: WriterNews
    let log: any LogSink
    /// After how long a call is given up.
    let callBound: Duration

    /// One call of librdkafka blocks no longer than this, so that a close is seen.
    static let slice: Int32 = 5_000
    /// librdkafka's default of `transaction.timeout.ms`.
    private static let transactionTimeout = 60_000
    static let startBound = Duration.seconds(60)
    static let closeBound = Duration.seconds(10)
    /// How many transactions in a row may be refused for a reason that isn't known to pass.
    static let mostRefusals = 5

    init(
        _ configuration: KafkaSinkConfiguration, slot: TransactionSlot, interval: Duration,
        secrets: any SecretProvider, log: any LogSink, news: WriterNews,
        observation: Observation = Observation()
    ) async throws {
        client = try await ProducerClient(
            configuration, transactionalID: slot.transactionalID, secrets: secrets, log: log, onTurn: calls.look,
            onStale: { [wake] in wake.raise() }, observation: observation)
        self.slot = slot
        self.interval = interval
        self.news = news
        self.log = log
        callBound = Self.callBound(configuration)
        calls.setListener { [weak self] in self?.giveUp($0) }
    }

    /// After how long a call is given up: it may ignore its time-out and still end well when the brokers are back (librdkafka
    /// 2.0.2, its issue 5456), but by then the broker has given the transaction up.
    static func callBound(_ configuration: KafkaSinkConfiguration) -> Duration {
        let timeout = configuration.properties["transaction.timeout.ms"].flatMap { Int($0) }
        return .milliseconds(Int(slice) + (timeout ?? transactionTimeout))
    }

    /// Asks the broker for this id's next epoch: whoever had it before is fenced, and what they left open is aborted.
    ///
    /// - Throws: ``KafkaError`` where that can't be had within a minute, or is forbidden.
    func start() async throws(KafkaError) {
        try ClientThread.start("laminar-txn") { self.run() }
        await waitUntil { $0.machine.state != .starting }
        if let failure = state.withLock({ $0.machine.isOver ? $0.failure : nil }) { throw failure }
    }

    // MARK: - The host's side

    func write(_ batch: InputBatch, _ records: RecordArena) async throws -> Bool {
        try await beginAppending(batch)
        switch standing(of: batch) {
        case .next: break
        case .void(let back):
            // What was delivered behind it before the rewind takes effect is void too.
            state.withLock { state in
                for run in batch.runs where back[run.partition] != nil {
                    state.leastEpochs[run.partition] = max(state.leastEpochs[run.partition] ?? 0, run.epoch + 1)
                }
            }
            handle(.appended(.none))
            if !back.isEmpty { news.rewind(batch.member, back) }
            return false
        case .early(let partition):
            handle(.appended(.none))
            throw KafkaError(
                code: .outOfOrder,
                message:
                    "A batch of \(partition) before this one wasn't processed: process batches in the order in which "
                    + "they come, also those that yield nothing.")
        }
        var handedOver = 0
        do {
            try await client.submit(records, taken: &handedOver) { .counted(bytes: $1) }
        } catch {
            handle(handedOver == 0 ? .appended(.none) : .appendFailed(Self.work(of: batch)))
            // What the transaction itself refuses is mended by aborting it: the batch comes again.
            guard let error = error as? KafkaError, error.isStateOfTransaction else {
                throw state.withLock { $0.machine.isOver ? $0.failure : nil } ?? error
            }
            refuse(error)
            return false
        }
        // Before the transaction may be committed, so that the watermark and the offsets say the same.
        batch.member.acknowledge(batch.runs)
        let isFirst = state.withLock { state in
            for run in batch.runs { state.epochs[run.partition] = run.epoch }
            guard state.due == nil else { return false }
            state.due = .now + interval
            return true
        }
        handle(.appended(Self.work(of: batch)))
        // The thread looks at the time again.
        if isFirst { wake.raise() }
        return true
    }

    func requestCommit() { handle(.commitDue) }

    private static func work(of batch: InputBatch) -> TransactionMachine.Work {
        var work = TransactionMachine.Work.none
        for run in batch.runs {
            if work.first[run.partition] == nil { work.first[run.partition] = run.offsets.lowerBound }
            work.next[run.partition] = run.offsets.upperBound + 1
        }
        return work
    }

    /// Waits for a transaction that may be appended to.
    ///
    /// - Throws: ``KafkaError`` once there will be none; `CancellationError`.
    private func beginAppending(_ batch: InputBatch) async throws {
        while true {
            let verdict: Result<Bool, KafkaError> = state.withLock { state in
                if state.machine.isOver || state.machine.isClosing {
                    return .failure(state.failure ?? Self.closedError)
                }
                guard state.machine.canAppend else { return .success(false) }
                state.member = batch.member
                _ = state.machine.handle(.appendBegan)
                return .success(true)
            }
            if try verdict.get() { return }
            try Task.checkCancellation()
            await waitUntil { $0.machine.canAppend || $0.machine.isOver || $0.machine.isClosing }
        }
    }

    private static let closedError = KafkaError(
        code: .closed, message: "This transform was closed: make a new one.")

    private enum Standing {
        case next
        /// It isn't ours any more, or comes again; `back` is where the rest of it goes back to.
        case void(back: [TopicPartition: Int64])
        case early(TopicPartition)
    }

    private func standing(of batch: InputBatch) -> Standing {
        let least = state.withLock { $0.leastEpochs }
        let void = Set(batch.member.progress.void(batch.runs)).union(
            batch.runs.filter { $0.epoch < least[$0.partition] ?? .min }.map(\.partition))
        guard void.isEmpty else {
            var back: [TopicPartition: Int64] = [:]
            for run in batch.runs where !void.contains(run.partition) && back[run.partition] == nil {
                back[run.partition] = run.offsets.lowerBound
            }
            return .void(back: back)
        }
        return batch.member.progress.firstEarly(batch.runs).map { .early($0) } ?? .next
    }

    /// Suspends until `isReady`, or until the task is cancelled.
    private func waitUntil(_ isReady: @Sendable (State) -> Bool) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            while !Task.isCancelled, state.withLock({ !isReady($0) }) {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        if isReady(state) || Task.isCancelled { return true }
                        state.waiters[id] = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    // MARK: - The member's side

    func willRelease(_ partitions: Set<TopicPartition>, within bound: Duration) {
        let deadline = ContinuousClock.now + bound
        handle(.commitDue)
        while ContinuousClock.now < deadline {
            let member = state.withLock { $0.machine.work.touches(partitions) ? $0.member : nil }
            guard let member else { return }
            member.wake.wait(min(.milliseconds(100), deadline - .now))
        }
    }

    func released(_ partitions: Set<TopicPartition>) { handle(.released(partitions)) }

    func close() { handle(.close) }

    // MARK: - The thread

    /// Feeds an event to the machine; the thread does what follows from it.
    func handle(_ event: TransactionMachine.Event) {
        let (waiters, member, isIdle) = state.withLock { state in
            state.actions += state.machine.handle(event)
            if case .open(let work) = state.machine.state, work.isEmpty { state.due = nil }
            let waiters = Array(state.waiters.values)
            state.waiters = [:]
            return (waiters, state.member, state.actions.isEmpty)
        }
        for waiter in waiters { waiter.resume() }
        switch event {
        case .committed, .aborted, .fatal: member?.wake.raise()
        // Every batch ends so, and mostly there is nothing to do.
        case .appended where isIdle && !client.outbox.isStale: return
        default: break
        }
        wake.raise()
    }

    /// The thread is stuck in librdkafka: does what it would have done about a failure. Nobody waits for it or its client,
    /// now or at a close; should it come back, it finds everything over and lets go of both.
    private func giveUp(_ call: CallWatch.Call) {
        let error = KafkaError.stuck(call, allowed: .milliseconds(Int(Self.slice)))
        // Before anybody hears of it: the next one of this id ends at once what is left open here, and fences it.
        slot.release()
        fail(error)
        news.failed(error)
        client.outbox.close()
    }

    func refuse(_ error: KafkaError) {
        state.withLock { $0.cause = $0.cause ?? error }
        handle(.refused)
    }

    func fail(_ error: KafkaError) {
        state.withLock { $0.failure = $0.failure ?? error }
        handle(.fatal)
    }
}
