import Dispatch
import Synchronization

/// One owned thread that runs blocking work in order: a database connection's, say.
///
///     let thread = try SerialThread()
///     let count = try await thread.run { try connection.count() }
///
/// Whoever waits holds no thread of the cooperative pool. The thread ends when the last reference goes, after the work that
/// was asked for before.
package final class SerialThread: Sendable {
    private final class Queue: Sendable {
        private struct State: Sendable {
            var work: [@Sendable () -> Void] = []
            var isEnded = false
        }
        private let state = Mutex(State())
        private let signal = DispatchSemaphore(value: 0)

        func add(_ work: @escaping @Sendable () -> Void) {
            state.withLock { $0.work.append(work) }
            signal.signal()
        }

        func end() {
            state.withLock { $0.isEnded = true }
            signal.signal()
        }

        func serve() {
            while true {
                signal.wait()
                let (work, isOver) = state.withLock { state in
                    (state.work.isEmpty ? nil : state.work.removeFirst(), state.work.isEmpty && state.isEnded)
                }
                work?()
                if isOver { return }
            }
        }
    }

    private let queue = Queue()

    /// - Throws: ``ThreadRefused`` when the system has no thread left.
    package init() throws(ThreadRefused) {
        try OwnedThread.start { [queue] in queue.serve() }
    }

    deinit { queue.end() }

    /// Runs `body` on the thread some time, and doesn't wait for it.
    package func later(_ body: @escaping @Sendable () -> Void) { queue.add(body) }

    /// Runs `body` on the thread and waits for it; not interrupted by a cancellation.
    ///
    /// - Throws: what `body` throws.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.add { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
