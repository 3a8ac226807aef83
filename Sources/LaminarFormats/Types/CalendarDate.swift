/// A day of the proleptic Gregorian calendar: what a DATE column holds.
///
///     CalendarDate("2024-02-29")?.daysSinceEpoch        // 19782
@frozen public struct CalendarDate: Hashable, Comparable, Sendable {
    /// From 1970-01-01; negative before.
    public var daysSinceEpoch: Int32

    /// - Parameter daysSinceEpoch: from 1970-01-01.
    @inlinable public init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

    /// `YYYY-MM-DD`, years 0000 to 9999; nil when the text is something else or there is no such day.
    public init?(_ text: String) {
        guard let days = CivilTime.withBytes(text, CivilTime.parseDate) else { return nil }
        daysSinceEpoch = Int32(clamping: days)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    public var components: (year: Int, month: Int, day: Int) { CivilTime.civil(days: Int(daysSinceEpoch)) }

    /// The day's first instant, in UTC.
    public var midnight: Timestamp {
        Timestamp(microseconds: Int64(daysSinceEpoch).multipliedReportingOverflow(by: 86_400_000_000).partialValue)
    }

    /// The earlier one is less.
    @inlinable public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String { CivilTime.dateText(days: Int(daysSinceEpoch)) }
}

/// A time of day in microseconds from midnight, without a zone: what a TIME column holds.
@frozen public struct TimeOfDay: Hashable, Comparable, Sendable {
    /// 0 to 86,399,999,999.
    public var microseconds: Int64

    /// - Parameter microseconds: from midnight, 0 to 86,399,999,999.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// `HH:MM:SS[.ffffff]`; nil when the text is something else.
    public init?(_ text: String) {
        guard let value = CivilTime.withBytes(text, CivilTime.parseTime) else { return nil }
        microseconds = value
    }

    /// The earlier one is less.
    @inlinable public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// `HH:MM:SS.ffffff`.
    public var description: String { CivilTime.timeText(microseconds: microseconds) }
}
