/// An instant in microseconds from 1970-01-01T00:00:00Z: what a TIMESTAMP column holds.
///
///     let moment = Timestamp("2024-06-01T12:00:00+02:00")     // any offset; without one, UTC
///     print(moment!)                                           // 2024-06-01T10:00:00.000000Z
///
/// Years from -290308 to +294247; leap seconds count as the second that follows them.
@frozen public struct Timestamp: Hashable, Comparable, Sendable {
    /// From 1970-01-01T00:00:00Z; negative before.
    public var microseconds: Int64

    /// - Parameter microseconds: from 1970-01-01T00:00:00Z.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Kafka's and JavaScript's unit. Instants out of range stop at the first or last one.
    @inlinable public init(milliseconds: Int64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        microseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
    }

    /// RFC 3339, or `YYYY-MM-DD HH:MM:SS[.ffffff]`, or a date alone; nil when the text is none of these.
    public init?(_ text: String) {
        guard let value = CivilTime.withBytes(text, CivilTime.parseTimestamp) else { return nil }
        microseconds = value
    }

    /// Whole milliseconds, rounded down.
    @inlinable public var milliseconds: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The earlier one is less.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with six digits of fraction; years beyond 9999 with their sign.
    public var description: String {
        let perDay = CivilTime.microsecondsPerDay
        var (days, rest) = microseconds.quotientAndRemainder(dividingBy: perDay)
        if rest < 0 {
            days -= 1
            rest += perDay
        }
        return "\(CivilTime.dateText(days: Int(days)))T\(CivilTime.timeText(microseconds: rest))Z"
    }
}
