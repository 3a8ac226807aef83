import Synchronization

/// Carries batches from owned threads to one async consumer.
///
/// Sending never blocks and the channel sets no bound of its own: each lane holds credits for the batches it may have on
/// the way (``Lane``), so what lies here is bounded by them. Receiving suspends only on an empty channel, on the
/// caller's own actor.
final class HandoffChannel<Element: Sendable>: Sendable {
    private struct State {
        var elements = FIFO<Element>()
        var waiter: UnsafeContinuation<Void, Never>?
        var end: Result<Void, any Error>?
    }

    private let state = Mutex(State())
    private let isClaimed = Atomic<Bool>(false)

    /// Whether the caller is the first who wants to receive: two receivers would take each other's wake-ups.
    func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiringAndReleasing) }

    /// Hands an element over, from any thread. Ignored after the end.
    ///
    /// - Returns: whether somebody can still take it.
    @discardableResult
    func send(_ element: Element) -> Bool {
        let (waiter, isOpen) = state.withLock { state in
            if state.end == nil { state.elements.append(element) }
            return (state.waiter.take(), state.end == nil)
        }
        waiter?.resume()
        return isOpen
    }

    /// Ends the channel after what was sent; only the first end counts.
    func finish(_ end: Result<Void, any Error> = .success(())) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Drops what nobody will take any more.
    func discard() -> [Element] {
        state.withLock { $0.elements.removeAll() }
    }

    /// An element if one is there.
    func tryReceive() -> Element? {
        state.withLock { $0.elements.pop() }
    }

    /// The next element; nil after the end and when the task is cancelled.
    ///
    /// - Throws: what the channel was finished with, once everything before it has been received.
    func receive(isolation actor: isolated (any Actor)? = #isolation) async throws -> Element? {
        while true {
            let (element, end) = state.withLock { ($0.elements.pop(), $0.elements.isEmpty ? $0.end : nil) }
            if let element { return element }
            if let end {
                try end.get()
                return nil
            }
            if Task.isCancelled { return nil }
            await withTaskCancellationHandler {
                await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                    let ready = state.withLock { state in
                        if !state.elements.isEmpty || state.end != nil || Task.isCancelled { return true }
                        state.waiter = continuation
                        return false
                    }
                    if ready { continuation.resume() }
                }
            } onCancel: {
                state.withLock { $0.waiter.take() }?.resume()
            }
        }
    }
}
