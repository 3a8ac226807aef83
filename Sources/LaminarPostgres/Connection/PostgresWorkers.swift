internal import Dispatch
internal import LaminarCore
internal import Synchronization

/// A few owned threads, each with a connection of its own, that take work from one queue: libpq's calls block, and
/// Swift's cooperative pool must not.
///
/// Threads start as they are needed, up to the limit, and end with ``close()``.
final class PostgresWorkers: Sendable {
    private struct Job {
        let run: @Sendable (PostgresSession) -> Void
        let refuse: @Sendable (PostgresError) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var idle = 0
        var threads = 0
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let surroundings: PostgresSession.Surroundings
    private let limit: Int
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    init(_ surroundings: PostgresSession.Surroundings, limit: Int) {
        self.surroundings = surroundings
        self.limit = limit
    }

    /// Runs blocking work on one of the threads; work that came earlier begins earlier.
    ///
    /// - Throws: ``PostgresError`` with code `closed` or `resources`, or what `body` throws.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            add(
                Job(
                    run: { session in continuation.resume(with: Swift.Result { try body(session) }) },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    /// Finishes what was asked for, closes the connections and ends the threads.
    func close() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isClosed = true
                if state.threads > 0 { state.closers.append(continuation) }
                return state.threads == 0
            }
            stopThreads()
            if isOver { continuation.resume() }
        }
    }

    /// The same without waiting for it.
    func beginClose() {
        state.withLock { $0.isClosed = true }
        stopThreads()
    }

    private func stopThreads() {
        for _ in 0..<state.withLock({ $0.threads }) { work.signal() }
    }

    private func add(_ job: Job) {
        enum Next { case refuse, wait, start }
        let next: Next = state.withLock { state in
            if state.isClosed { return .refuse }
            state.jobs.append(job)
            guard state.jobs.count > state.idle, state.threads < limit else { return .wait }
            state.threads += 1
            return .start
        }
        switch next {
        case .refuse:
            job.refuse(PostgresError(code: .closed, message: "This checkpoint store was closed: make a new one."))
        case .wait: work.signal()
        case .start:
            work.signal()
            startThread()
        }
    }

    private func startThread() {
        do throws(ThreadRefused) { try OwnedThread.start { self.loop() } } catch {
            let stranded = state.withLock { state in
                state.threads -= 1
                // Another thread will do the work, if there is one.
                defer { if state.threads == 0 { state.jobs = [] } }
                return state.threads == 0 ? state.jobs : []
            }
            for job in stranded { job.refuse(PostgresError(code: .resources, message: error.description)) }
        }
    }

    private func loop() {
        let session = PostgresSession(surroundings)
        while let job = nextJob() { job.run(session) }
        session.disconnect()
        let closers = state.withLock { state in
            state.threads -= 1
            defer { if state.threads == 0 { state.closers = [] } }
            return state.threads == 0 ? state.closers : []
        }
        for closer in closers { closer.resume() }
    }

    /// The next piece of work, nil once closed and nothing is left.
    private func nextJob() -> Job? {
        while true {
            let (job, isClosed): (Job?, Bool) = state.withLock { state in
                if !state.jobs.isEmpty { return (state.jobs.removeFirst(), false) }
                if !state.isClosed { state.idle += 1 }
                return (nil, state.isClosed)
            }
            if let job { return job }
            if isClosed { return nil }
            work.wait()
            state.withLock { $0.idle -= 1 }
        }
    }
}
