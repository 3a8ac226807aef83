internal import Synchronization

/// What a pipeline is asked to do next, handed from the reader to the pipeline's task.
///
/// Batches are bounded: the reader waits while there are two that the pipeline hasn't taken, and the slowest pipeline sets
/// the pace.
final class PipelineInbox: Sendable {
    enum Item: Sendable {
        case batch(ReaderBatch)
        /// Store what is processed, now.
        case checkpoint
        /// Nothing more comes.
        case end
    }

    private static var mostBatches: Int { 2 }

    private struct State {
        var batches = FIFO<ReaderBatch>()
        var wantsCheckpoint = false
        /// A checkpoint is wanted behind all that is here.
        var wantsFlush = false
        var isEnded = false
        var receiver: CheckedContinuation<Void, Never>?
        var sender: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Hands a batch over when there is room.
    ///
    /// - Returns: whether the pipeline will take it; not where the calling task is cancelled meanwhile.
    func send(_ batch: ReaderBatch) async -> Bool {
        while true {
            let outcome: Bool? = state.withLock { state in
                if state.isEnded || Task.isCancelled { return false }
                guard state.batches.count < Self.mostBatches else { return nil }
                state.batches.append(batch)
                return true
            }
            if let outcome {
                if outcome { wakeReceiver() }
                return outcome
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        if state.isEnded || state.batches.count < Self.mostBatches || Task.isCancelled { return true }
                        state.sender = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.sender.take() }?.resume()
            }
        }
    }

    /// Asks for a checkpoint before the next batch.
    func requestCheckpoint() {
        state.withLock { $0.wantsCheckpoint = true }
        wakeReceiver()
    }

    /// Asks for a checkpoint behind all batches that are here.
    func requestFlush() {
        state.withLock { $0.wantsFlush = true }
        wakeReceiver()
    }

    /// Nothing more is taken; what lies here is given back.
    func end() -> [ReaderBatch] {
        let (batches, sender) = state.withLock { state in
            state.isEnded = true
            return (state.batches.removeAll(), state.sender.take())
        }
        sender?.resume()
        wakeReceiver()
        return batches
    }

    /// The next thing to do; waits for one. Called by one task.
    func next() async -> Item {
        while true {
            let (item, sender) = take()
            sender?.resume()
            if let item { return item }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.isEnded || state.wantsCheckpoint || state.wantsFlush || !state.batches.isEmpty {
                        return true
                    }
                    state.receiver = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    private func take() -> (Item?, CheckedContinuation<Void, Never>?) {
        state.withLock { state in
            if state.isEnded { return (.end, state.sender.take()) }
            if state.wantsCheckpoint {
                state.wantsCheckpoint = false
                return (.checkpoint, nil)
            }
            if let batch = state.batches.pop() { return (.batch(batch), state.sender.take()) }
            guard state.wantsFlush else { return (nil, nil) }
            state.wantsFlush = false
            return (.checkpoint, nil)
        }
    }

    private func wakeReceiver() {
        state.withLock { $0.receiver.take() }?.resume()
    }
}
