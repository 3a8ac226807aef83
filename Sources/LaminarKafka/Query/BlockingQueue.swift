import Synchronization

/// Hands elements from threads to one thread that waits for them. It sets no bound of its own: the lanes' credits do.
final class BlockingQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements = FIFO<Element>()
        var end: Result<Void, any Error>?
    }
    private let state = Mutex(State())
    private let signal = WakeSignal()

    /// Hands an element over, from any thread; ignored after the end.
    func send(_ element: Element) {
        state.withLock { if $0.end == nil { $0.elements.append(element) } }
        signal.raise()
    }

    /// Ends the queue behind what was sent, or at once.
    ///
    /// - Returns: whether this is the end that counts: the first.
    @discardableResult
    func finish(_ end: Result<Void, any Error>, discarding: Bool = false) -> Bool {
        let (isFirst, dropped) = state.withLock { state in
            defer { if state.end == nil { state.end = end } }
            return (state.end == nil, discarding ? state.elements.removeAll() : [])
        }
        // Freed outside of the lock.
        withExtendedLifetime(dropped) {}
        signal.raise()
        return isFirst
    }

    /// The next element, waited for; nil at the end. For one thread.
    ///
    /// - Throws: what the queue was finished with, behind everything that was sent before.
    func receive() throws -> Element? {
        while true {
            let (element, end) = state.withLock { ($0.elements.pop(), $0.elements.isEmpty ? $0.end : nil) }
            if let element { return element }
            if let end {
                try end.get()
                return nil
            }
            signal.wait(.seconds(60))
        }
    }
}
