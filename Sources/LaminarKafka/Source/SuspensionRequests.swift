import Synchronization

/// What a decode stage asks a polling thread for: to let partitions wait, and to go on with them.
final class SuspensionRequests: Sendable {
    enum Request: Sendable, Equatable {
        /// Fetch nothing more of the partition.
        case suspend(TopicPartition, epoch: Int)
        /// Read the partition again from this offset on.
        case resume(TopicPartition, epoch: Int, at: Int64)
    }

    private let waiting = Mutex<[Request]>([])

    func post(_ request: Request, wake: WakeSignal) {
        waiting.withLock { $0.append(request) }
        wake.raise()
    }

    func take() -> [Request] {
        waiting.withLock { state in
            if state.isEmpty { return [] }
            defer { state = [] }
            return state
        }
    }
}
