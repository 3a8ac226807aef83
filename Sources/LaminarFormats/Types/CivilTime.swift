/// The proleptic Gregorian calendar and RFC 3339 on bytes: what timestamps, dates and times are read and written with.
///
/// - Note: The day count is the usual era arithmetic (400 years = 146,097 days) with March as the first month.
package enum CivilTime {
    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Days from 1970-01-01; month 1 to 12, day 1 to 31.
    @inline(__always)
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year &- 1 : year
        let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
        let yearOfEra = shifted &- era &* 400
        let dayOfYear = (153 &* (month &+ (month > 2 ? -3 : 9)) &+ 2) / 5 &+ day &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ dayOfEra &- 719_468
    }

    /// The calendar day that many days from 1970-01-01.
    package static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days &+ 719_468
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        let day = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
        let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
        return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
    }

    /// How many days the month has.
    @inline(__always)
    package static func daysInMonth(year: Int, month: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    /// Two digits.
    @inline(__always)
    private static func pair(_ bytes: UnsafePointer<UInt8>, _ at: Int) -> Int? {
        let tens = bytes[at] &- 48
        let ones = bytes[at + 1] &- 48
        return tens <= 9 && ones <= 9 ? Int(tens) &* 10 &+ Int(ones) : nil
    }

    /// `YYYY-MM-DD` as days from 1970-01-01: exactly ten bytes, a day that exists, years 0000 to 9999.
    static func parseDate(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        guard count == 10, bytes[4] == 45, bytes[7] == 45, let century = pair(bytes, 0), let rest = pair(bytes, 2),
            let month = pair(bytes, 5), let day = pair(bytes, 8), (1...12).contains(month)
        else { return nil }
        let year = century * 100 + rest
        guard day >= 1, day <= daysInMonth(year: year, month: month) else { return nil }
        return days(year: year, month: month, day: day)
    }

    /// `HH:MM:SS[.f…]` in microseconds, and how many bytes it took. Fractions beyond six digits are cut; a leap second
    /// (`:60`) counts as the next second, as PostgreSQL has it.
    private static func parseClock(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> (microseconds: Int64, used: Int)? {
        guard count >= 8, bytes[2] == 58, bytes[5] == 58, let hour = pair(bytes, 0), let minute = pair(bytes, 3),
            let second = pair(bytes, 6), hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var fraction = 0
        var at = 8
        if at < count, bytes[at] == 46 {
            at += 1
            let start = at
            while at < count {
                let digit = bytes[at] &- 48
                if digit > 9 { break }
                if at - start < 6 { fraction = fraction &* 10 &+ Int(digit) }
                at += 1
            }
            if at == start { return nil }
            for _ in min(at - start, 6)..<6 { fraction = fraction &* 10 }
        }
        return (Int64((hour &* 3600 &+ minute &* 60 &+ second) &* 1_000_000 &+ fraction), at)
    }

    /// `HH:MM:SS[.f…]`, 00:00:00 to 23:59:59.999999; in microseconds.
    static func parseTime(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        guard let clock = parseClock(bytes, count), clock.used == count, clock.microseconds < microsecondsPerDay else {
            return nil
        }
        return clock.microseconds
    }

    /// RFC 3339 with `T`, `t` or a space, any offset, or none for UTC; a date alone is its midnight. Microseconds from
    /// 1970-01-01T00:00:00Z.
    static func parseTimestamp(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        guard count >= 10, let days = parseDate(bytes, 10) else { return nil }
        let midnight = Int64(days) &* microsecondsPerDay
        if count == 10 { return midnight }
        guard bytes[10] | 0x20 == 0x74 || bytes[10] == 0x20,
            let clock = parseClock(bytes + 11, count - 11)
        else { return nil }
        let instant = midnight &+ clock.microseconds
        guard let offset = parseOffset(bytes + 11 + clock.used, count - 11 - clock.used) else { return nil }
        return instant &- offset
    }

    /// Nothing, `Z`, `±HH`, `±HHMM` or `±HH:MM`, up to 23:59; in microseconds.
    private static func parseOffset(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        if count == 0 { return 0 }
        if count == 1 { return bytes[0] | 0x20 == 0x7A ? 0 : nil }
        guard bytes[0] == 43 || bytes[0] == 45, count >= 3, let hours = pair(bytes, 1) else { return nil }
        var minutes = 0
        switch count {
        case 3: break
        case 5:
            guard let value = pair(bytes, 3) else { return nil }
            minutes = value
        case 6:
            guard bytes[3] == 58, let value = pair(bytes, 4) else { return nil }
            minutes = value
        default: return nil
        }
        guard hours <= 23, minutes <= 59 else { return nil }
        let offset = Int64(hours &* 60 &+ minutes) &* 60_000_000
        return bytes[0] == 45 ? 0 &- offset : offset
    }

    /// The same over text.
    static func withBytes<Result>(_ text: String, _ body: (UnsafePointer<UInt8>, Int) -> Result?) -> Result? {
        var text = text
        return text.withUTF8 { bytes in bytes.baseAddress.flatMap { body($0, bytes.count) } }
    }

    // MARK: Writing

    static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
    }

    static func dateText(days: Int) -> String {
        let day = civil(days: days)
        let year: String
        switch day.year {
        case 0...9999: year = digits(day.year, 4)
        case 10000...: year = "+\(day.year)"
        default: year = "-" + digits(-day.year, 4)
        }
        return "\(year)-\(digits(day.month, 2))-\(digits(day.day, 2))"
    }

    /// `HH:MM:SS.ffffff`, always six digits of fraction.
    static func timeText(microseconds: Int64) -> String {
        let seconds = Int(microseconds / 1_000_000)
        let clock = "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
        return "\(clock).\(digits(Int(microseconds % 1_000_000), 6))"
    }
}
