internal import Synchronization

/// Tells those who follow a pipeline's groups that there is another checkpoint.
///
/// Nothing is queued: who is slow finds the groups that changed since its last look, each once.
final class ChangeFeed: Sendable {
    private struct State {
        var checkpoint: Int64 = 0
        var isEnded = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// There is a checkpoint of this number.
    func note(_ checkpoint: Int64) {
        resume { $0.checkpoint = max($0.checkpoint, checkpoint) }
    }

    /// The pipeline is gone.
    func end() {
        resume { $0.isEnded = true }
    }

    /// Returns when there is a checkpoint after that one.
    ///
    /// - Returns: false where the pipeline, or the calling task, has ended.
    func wait(after checkpoint: Int64) async -> Bool {
        while true {
            let answer: Bool? = state.withLock { state in
                state.isEnded ? false : state.checkpoint > checkpoint ? true : nil
            }
            if let answer { return answer }
            if Task.isCancelled { return false }
            let number = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        if state.isEnded || state.checkpoint > checkpoint || Task.isCancelled { return true }
                        state.waiters[number] = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
            }
        }
    }

    private func resume(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }
}
