import Synchronization

/// What hosts ask a polling thread to read again, and their waiting for it.
final class RewindRequests: Sendable {
    enum Target: Sendable, Hashable {
        /// Those offsets, the next to deliver.
        case offsets([TopicPartition: Int64])
        /// What the checkpoint store, else the group, has; of these partitions, or of all.
        case stored(Set<TopicPartition>?)
    }

    typealias Outcome = Result<Set<TopicPartition>, KafkaError>

    struct Request: Sendable {
        let target: Target
        let answer: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Request] = []
        var isClosed = false
    }
    private let state = Mutex(State())

    /// Waits until the thread has answered; at once with nothing where it has ended.
    func ask(_ target: Target, wake: WakeSignal) async -> Outcome {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiting.append(Request(target: target, answer: continuation)) }
                return state.isClosed
            }
            if isClosed { continuation.resume(returning: .success([])) } else { wake.raise() }
        }
    }

    func take() -> [Request] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// The thread reads nothing again from now on.
    func close() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for request in left { request.answer.resume(returning: .success([])) }
    }
}
