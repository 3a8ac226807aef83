import Synchronization

/// Waits for work that may take for ever, and no longer than it is given.
enum BoundedWait {
    /// Once resumed, deaf to the other side.
    private final class Once<Value: Sendable>: Sendable {
        private let waiter: Mutex<CheckedContinuation<Value?, Never>?>
        init(_ waiter: CheckedContinuation<Value?, Never>) { self.waiter = Mutex(waiter) }

        func resume(_ value: Value?) { waiter.withLock { $0.take() }?.resume(returning: value) }
    }

    /// Blocking work on a thread of its own, which ends when its work does, waited for or not.
    ///
    /// - Returns: nil where it isn't done in time.
    static func thread<Value: Sendable>(
        _ name: String, within bound: Duration, _ work: @escaping @Sendable () -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let once = Once(continuation)
            let timer = Task {
                try? await Task.sleep(for: bound)
                once.resume(nil)
            }
            let started: Void? = try? ClientThread.start(name) {
                once.resume(work())
                timer.cancel()
            }
            if started == nil { once.resume(nil) }
        }
    }

    /// A task, which is cancelled where it isn't done in time.
    static func task<Value: Sendable>(
        within bound: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let once = Once(continuation)
            let task = Task { once.resume(await work()) }
            Task {
                let timer = Task {
                    guard (try? await Task.sleep(for: bound)) != nil else { return }
                    once.resume(nil)
                    task.cancel()
                }
                await task.value
                timer.cancel()
            }
        }
    }
}
