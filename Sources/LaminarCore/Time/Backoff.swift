/// Delays between tries: exponential with full jitter, so that many clients don't come back at the same instant.
///
///     var backoff = Backoff(base: .seconds(1), cap: .seconds(20))
///     try await clock.sleep(for: backoff.next())
public struct Backoff: Sendable, Equatable {
    /// The first delay's upper bound.
    public let base: Duration
    /// No delay is longer.
    public let cap: Duration
    /// How many delays have been handed out since the last reset.
    public private(set) var attempt = 0

    /// - Parameters:
    ///   - base: above zero.
    ///   - cap: at least `base`.
    public init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = max(base, cap)
    }

    /// The next delay's upper bound: `base` doubled at each try, at most `cap`.
    public var ceiling: Duration {
        var ceiling = base
        for _ in 0..<min(attempt, 62) {
            if ceiling >= cap { return cap }
            ceiling = ceiling * 2
        }
        return min(ceiling, cap)
    }

    /// A delay between zero and the ceiling, evenly distributed.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = self.ceiling
        attempt += 1
        return ceiling * Double.random(in: 0...1, using: &generator)
    }

    /// The same with the system's generator.
    public mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// Back to the first delay, after a success.
    public mutating func reset() { attempt = 0 }
}
