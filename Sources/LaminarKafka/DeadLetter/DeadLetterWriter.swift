import Dispatch
import LaminarCore
import Synchronization

/// Writes a source's bad records to its dead letter topic, on a thread of its own that all members share.
///
///     let writer = DeadLetterWriter(plan)
///     try writer.start()                     // checks the topic at once, in the background
///     try writer.write(letters, of: batch)   // from a decode thread: returns when the brokers have them all
///     writer.close()
///
/// A decode thread waits for its letters before it hands the batch on, so that nothing of a batch is delivered, let alone
/// processed or committed, before its dead letters are acknowledged.
final class DeadLetterWriter: Sendable {
    private let plan: DeadLetterPlan
    private let work = DispatchSemaphore(value: 0)

    private struct State {
        var jobs: [DeadLetterJob] = []
        var isChecked = false
        var isClosing = false
        /// Why nothing will be written any more.
        var end: KafkaError?
    }
    private let state = Mutex(State())

    init(_ plan: DeadLetterPlan) { self.plan = plan }

    func start() throws(KafkaError) {
        try ClientThread.start("laminar-dlq") { [self] in
            let end = run()
            let left = state.withLock { state in
                state.end = end
                defer { state.jobs = [] }
                return state.jobs
            }
            for job in left { job.finish(.failure(end)) }
        }
    }

    /// Waits until it is known that the topic is there and may be written to.
    ///
    /// - Throws: ``KafkaError`` where it can't, or with code `closed`.
    func waitUntilChecked() throws(KafkaError) {
        guard !state.withLock({ $0.isChecked && $0.end == nil }) else { return }
        try perform(DeadLetterJob(letters: [], batch: nil))
    }

    /// Writes the letters of a batch and waits until the brokers have them all.
    ///
    /// - Throws: ``KafkaError`` with code `closed` where the source ends meanwhile, else why they can't be written.
    func write(_ letters: [DeadLetter], of batch: MessageBatch) throws(KafkaError) {
        try perform(DeadLetterJob(letters: letters, batch: batch))
    }

    /// Gives up what is being written and ends the thread, at once; nobody waits for it.
    func close() {
        state.withLock { $0.isClosing = true }
        work.signal()
    }

    private func perform(_ job: DeadLetterJob) throws(KafkaError) {
        let end = state.withLock { state in
            if state.end == nil { state.jobs.append(job) }
            return state.end
        }
        if let end { throw end }
        work.signal()
        try job.wait()
    }

    private var isClosing: Bool { state.withLock { $0.isClosing } }

    /// - Returns: why it ended.
    private func run() -> KafkaError {
        do throws(KafkaError) {
            let checked = try DeadLetterCheck(plan: plan).run { isClosing }
            var client = try DeadLetterClient(checked)
            state.withLock { $0.isChecked = true }
            while !isClosing {
                while !isClosing, let job = next() {
                    do throws(KafkaError) {
                        if let batch = job.batch { try client.write(job.letters, of: batch) { isClosing } }
                        job.finish(.success(()))
                    } catch { job.finish(.failure(error)) }
                }
                _ = work.wait(timeout: .now() + .seconds(1))
                try client.serve()
            }
            return DeadLetterClient.closed
        } catch {
            if error.code != .closed { plan.report(.failed(error)) }
            return error
        }
    }

    private func next() -> DeadLetterJob? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }
}

/// Letters of one batch, and what became of them; one thread waits for it.
final class DeadLetterJob: Sendable {
    let letters: [DeadLetter]
    let batch: MessageBatch?
    private let done = DispatchSemaphore(value: 0)
    private let result = Mutex<Result<Void, KafkaError>>(.success(()))

    init(letters: [DeadLetter], batch: MessageBatch?) {
        self.letters = letters
        self.batch = batch
    }

    /// Lets the waiting thread go on; once.
    func finish(_ outcome: Result<Void, KafkaError>) {
        result.withLock { $0 = outcome }
        done.signal()
    }

    func wait() throws(KafkaError) {
        done.wait()
        try result.withLock { $0 }.get()
    }
}
