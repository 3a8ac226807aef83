import Synchronization

/// The outcome of one record, which one task waits for.
final class PendingDelivery: Sendable {
    private struct State {
        var outcome: Result<Delivery, KafkaError>?
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    /// The report is there.
    func resolve(_ outcome: Result<Delivery, KafkaError>) {
        let waiter = state.withLock { state in
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Waits for the report.
    ///
    /// - Throws: what became of the record; `CancellationError` where the task is cancelled before it is known.
    func wait() async throws -> Delivery {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.outcome != nil || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
        guard let outcome = state.withLock({ $0.outcome }) else { throw CancellationError() }
        return try outcome.get()
    }
}
