/// One call's bounds: until when it may take, and whether anybody waits for it still.
struct AdminCall: Sendable {
    let deadline: ContinuousClock.Instant
    /// Until when a request is sent again that met something which passes: the rest is for what comes after it.
    private let retryDeadline: ContinuousClock.Instant
    private let cancelled = RaisedFlag()

    init(within bound: Duration) {
        let now = ContinuousClock.now
        deadline = now + bound
        retryDeadline = now + bound * 0.6
    }

    func cancel() { cancelled.raise() }
    var isCancelled: Bool { cancelled.isRaised }
    var mayRetry: Bool { !isCancelled && ContinuousClock.now < retryDeadline }
    var isOver: Bool { isCancelled || ContinuousClock.now >= deadline }

    /// What is left in milliseconds, at least 1, as librdkafka wants it.
    var milliseconds: Int32 {
        let left = (deadline - .now) / .milliseconds(1)
        return left.isFinite ? Int32(max(1, min(left, 3_600_000))) : 1
    }
}
