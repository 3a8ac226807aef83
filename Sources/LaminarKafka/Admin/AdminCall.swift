import Synchronization

/// One call's bounds: until when it may take, and whether anybody waits for it still.
struct AdminCall: Sendable {
    private final class Flag: Sendable {
        let isRaised = Atomic<Bool>(false)
    }

    let deadline: ContinuousClock.Instant
    /// Until when a request is sent again that met something which passes: the rest is for what comes after it.
    private let retryDeadline: ContinuousClock.Instant
    private let flag = Flag()

    init(within bound: Duration) {
        let now = ContinuousClock.now
        deadline = now + bound
        retryDeadline = now + bound * 0.6
    }

    func cancel() { flag.isRaised.store(true, ordering: .releasing) }
    var isCancelled: Bool { flag.isRaised.load(ordering: .acquiring) }
    var mayRetry: Bool { !isCancelled && ContinuousClock.now < retryDeadline }
    var isOver: Bool { isCancelled || ContinuousClock.now >= deadline }

    /// What is left in milliseconds, at least 1, as librdkafka wants it.
    var milliseconds: Int32 {
        let left = (deadline - .now) / .milliseconds(1)
        return left.isFinite ? Int32(max(1, min(left, 3_600_000))) : 1
    }
}
