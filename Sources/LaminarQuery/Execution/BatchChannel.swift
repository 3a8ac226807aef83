import Dispatch
import LaminarFormats
import Synchronization

/// The way of batches from the thread that runs a query to whoever reads it: a few at most, so that a slow reader holds the
/// query back and memory stays bounded.
///
/// One reader at a time, blocking or async. Errors come after the batches before them.
final class BatchChannel: Sendable {
    static let capacity = 4

    private struct State: Sendable {
        var batches: [RecordBatch] = []
        var isFinished = false
        var error: (any Error)?
        var isProducerWaiting = false
        var waiter: Waiter?
    }

    private enum Waiter: Sendable {
        case thread
        case task(CheckedContinuation<Void, Never>)
    }

    private enum Taken {
        case batch(RecordBatch)
        case end
        case nothing
    }

    private let state = Mutex(State())
    private let space = DispatchSemaphore(value: 0)
    private let items = DispatchSemaphore(value: 0)

    // MARK: The query's side

    /// Hands a batch over, waiting for room; false once the channel is closed.
    func send(_ batch: RecordBatch) -> Bool {
        while true {
            let (isDone, waiter): (Bool?, Waiter?) = state.withLock { state in
                if state.isFinished { return (false, nil) }
                guard state.batches.count < Self.capacity else {
                    state.isProducerWaiting = true
                    return (nil, nil)
                }
                state.batches.append(batch)
                return (true, state.waiter.take())
            }
            wake(waiter)
            if let isDone { return isDone }
            space.wait()
        }
    }

    /// The end, with the error where there is one; what was sent before is still read.
    func finish(_ error: (any Error)?) {
        let waiter: Waiter? = state.withLock { state in
            if state.isFinished { return nil }
            state.isFinished = true
            state.error = error
            return state.waiter.take()
        }
        wake(waiter)
    }

    // MARK: The reader's side

    /// Ends at once: what was sent and not read is dropped, and the next read throws the error.
    func close(_ error: any Error) {
        let (waiter, isProducerWaiting): (Waiter?, Bool) = state.withLock { state in
            let wasWaiting = state.isProducerWaiting
            state.isProducerWaiting = false
            if !state.isFinished {
                state.isFinished = true
                state.error = error
                state.batches = []
            }
            return (state.waiter.take(), wasWaiting)
        }
        if isProducerWaiting { space.signal() }
        wake(waiter)
    }

    /// The next batch, nil at the end; blocks.
    func receive() throws -> RecordBatch? {
        while true {
            switch try take(orWaitAs: .thread) {
            case .batch(let batch): return batch
            case .end: return nil
            case .nothing: items.wait()
            }
        }
    }

    /// The next batch, nil at the end.
    func receive() async throws -> RecordBatch? {
        while true {
            switch try take(orWaitAs: nil) {
            case .batch(let batch): return batch
            case .end: return nil
            case .nothing: break
            }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.batches.isEmpty || state.isFinished { return true }
                    state.waiter = .task(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func take(orWaitAs waiter: Waiter?) throws -> Taken {
        let (taken, error, isProducerWaiting): (Taken, (any Error)?, Bool) = state.withLock { state in
            if !state.batches.isEmpty {
                let wasWaiting = state.isProducerWaiting
                state.isProducerWaiting = false
                return (.batch(state.batches.removeFirst()), nil, wasWaiting)
            }
            if state.isFinished { return (.end, state.error, false) }
            state.waiter = waiter
            return (.nothing, nil, false)
        }
        if isProducerWaiting { space.signal() }
        if let error { throw error }
        return taken
    }

    private func wake(_ waiter: Waiter?) {
        switch waiter {
        case .thread: items.signal()
        case .task(let continuation): continuation.resume()
        case nil: break
        }
    }
}
