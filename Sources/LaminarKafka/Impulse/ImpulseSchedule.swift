/// Says how many records an impulse owes by now, and when the next is due.
///
///     let schedule = ImpulseSchedule(ImpulseConfiguration(eventRate: 100, messageCount: 1000))
///     schedule.due(after: .milliseconds(250), made: 10)       // 16: the 26th is due at 250 ms
///     schedule.next(made: 26)                                 // 260 ms from the start
///
/// Records are due by the clock and not by the last one, so a host that was slow for a while catches up and the rate holds
/// on average.
struct ImpulseSchedule: Sendable, Equatable {
    /// Records a second; nil = as many as are taken.
    let rate: Double?
    /// Records in all; nil = without end.
    let total: Int64?

    init(_ configuration: ImpulseConfiguration) {
        rate = configuration.eventRate
        total = configuration.messageCount
    }

    /// How many more records are due.
    ///
    /// - Parameters:
    ///   - elapsed: since the start, which is when the first is due.
    ///   - made: so far.
    func due(after elapsed: Duration, made: Int64) -> Int64 {
        let left = (total ?? .max) - made
        guard let rate else { return max(0, left) }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let owed = (max(0, seconds) * rate).rounded(.down)
        let all = owed < 9e18 ? Int64(owed) + 1 : Int64.max
        return max(0, min(left, all - made))
    }

    /// When the record after `made` is due, from the start; nil where there is none.
    func next(made: Int64) -> Duration? {
        if let total, made >= total { return nil }
        guard let rate else { return .zero }
        // Rounded up by a nanosecond, so that it is due when it is looked at then.
        return .nanoseconds(Int64(min(9e18, (Double(made) / rate * 1e9).rounded(.up) + 1)))
    }
}
