internal import LaminarFormats
internal import Synchronization

/// The way of a pipeline's rows to the one who reads them: a few batches at most, so that a slow reader holds the pipeline
/// back.
///
/// It outlives the pipeline's starts and stops: who reads waits meanwhile.
final class RowChannel: Sendable {
    struct Element: Sendable {
        let rows: RecordBatch
        /// To be called when the rows are processed.
        let done: @Sendable () -> Void
    }

    private static var most: Int { 2 }

    private struct State {
        var elements = FIFO<Element>()
        var isRead = false
        /// The pipeline isn't to wait for room.
        var isStopped = true
        /// Nothing more will come.
        var end: Result<Void, any Error>?
        var receiver: CheckedContinuation<Void, Never>?
        var sender: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    // MARK: The pipeline's side

    /// The pipeline runs.
    func start() { state.withLock { $0.isStopped = false } }

    /// Hands rows over when there is room; dropped where the pipeline is being stopped, or nobody reads.
    func send(_ element: Element) async {
        while true {
            let isDone = state.withLock { state in
                if state.isStopped || state.end != nil { return true }
                guard state.elements.count < Self.most else { return false }
                state.elements.append(element)
                return true
            }
            if isDone {
                state.withLock { $0.receiver.take() }?.resume()
                return
            }
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isStopped || state.end != nil || state.elements.count < Self.most { return true }
                    state.sender = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        }
    }

    /// The pipeline stops: what lies here isn't processed, and comes again at the next start.
    func stop() {
        let sender = state.withLock { state in
            state.isStopped = true
            _ = state.elements.removeAll()
            return state.sender.take()
        }
        sender?.resume()
    }

    /// Drops what lies here, which comes again.
    func clear() {
        let sender = state.withLock { state in
            _ = state.elements.removeAll()
            return state.sender.take()
        }
        sender?.resume()
    }

    /// The pipeline has ended for good.
    func finish(_ end: Result<Void, any Error>) {
        let (receiver, sender) = state.withLock { state in
            if state.end == nil { state.end = end }
            return (state.receiver.take(), state.sender.take())
        }
        receiver?.resume()
        sender?.resume()
    }

    // MARK: The reader's side

    /// Begins to read; false where somebody else does.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isRead = true }
            return !state.isRead
        }
    }

    /// Whether somebody reads.
    var isRead: Bool { state.withLock { $0.isRead } }

    /// Nobody reads any more.
    func release() {
        stop()
        state.withLock { $0.isRead = false }
    }

    /// The next rows; nil at the end and when the task is cancelled.
    ///
    /// - Throws: what ended the pipeline.
    func receive() async throws -> Element? {
        while true {
            let (element, end, sender) = state.withLock { state in
                (state.elements.pop(), state.end, state.sender.take())
            }
            sender?.resume()
            if let element { return element }
            if let end {
                try end.get()
                return nil
            }
            if Task.isCancelled { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isThere = state.withLock { state in
                        if !state.elements.isEmpty || state.end != nil || Task.isCancelled { return true }
                        state.receiver = continuation
                        return false
                    }
                    if isThere { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.receiver.take() }?.resume()
            }
        }
    }
}
