import Synchronization

/// Which blocking call runs, and until when it may: notices one that doesn't come back.
struct CallWatch: Sendable, Equatable {
    struct Call: Sendable, Equatable {
        /// What it does ("Adding offsets to the transaction of t-0").
        let what: String
        let began: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
    }

    private var call: Call?

    mutating func began(_ what: String, at now: ContinuousClock.Instant, bound: Duration) {
        call = Call(what: what, began: now, deadline: now + bound)
    }

    mutating func ended() { call = nil }

    /// The call that should have ended; told of once.
    mutating func overdue(at now: ContinuousClock.Instant) -> Call? {
        guard let call, now >= call.deadline else { return nil }
        self.call = nil
        return call
    }
}

/// Watches over the blocking calls of one thread, while another one looks.
final class CallWatcher: Sendable {
    private struct State: Sendable {
        var watch = CallWatch()
        var tell: @Sendable (CallWatch.Call) -> Void = { _ in }
    }

    private let state = Mutex(State())

    /// Who is told of a call that is overdue, on the thread that looks.
    func setListener(_ tell: @escaping @Sendable (CallWatch.Call) -> Void) { state.withLock { $0.tell = tell } }

    /// Makes a call that should take `bound` at most.
    func run<Result>(_ what: String, bound: Duration, _ call: () -> Result) -> Result {
        state.withLock { $0.watch.began(what, at: .now, bound: bound) }
        defer { state.withLock { $0.watch.ended() } }
        return call()
    }

    func look() {
        let (call, tell) = state.withLock { ($0.watch.overdue(at: .now), $0.tell) }
        if let call { tell(call) }
    }
}
