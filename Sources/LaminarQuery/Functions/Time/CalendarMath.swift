import LaminarFormats

/// Arithmetic of times and intervals as PostgreSQL has it.
enum CalendarMath {
    static let perDay = CivilText.perDay

    /// Months first (a day past the month's end becomes its last one), then days, then microseconds.
    static func adding(_ interval: CalendarInterval, to microseconds: Int64) throws(QueryError) -> Int64 {
        var (days, rest) = CivilText.floored(microseconds, by: perDay)
        if interval.months != 0 {
            let day = CivilTime.civil(days: Int(days))
            let months = day.year * 12 + day.month - 1 + Int(interval.months)
            let year = months >= 0 ? months / 12 : (months - 11) / 12
            let month = months - year * 12 + 1
            guard abs(year) < 300_000 else { throw .outOfRange(.timestamp) }
            days = Int64(
                CivilTime.days(
                    year: year, month: month, day: min(day.day, CivilTime.daysInMonth(year: year, month: month))))
        }
        days += Int64(interval.days)
        let (midnight, overflow) = days.multipliedReportingOverflow(by: perDay)
        let (sum, carry) = midnight.addingReportingOverflow(rest)
        let (moment, lost) = sum.addingReportingOverflow(interval.microseconds)
        rest = moment
        if overflow || carry || lost { throw .outOfRange(.timestamp) }
        return moment
    }

    static func negated(_ interval: CalendarInterval) throws(QueryError) -> CalendarInterval {
        guard interval.months != .min, interval.days != .min, interval.microseconds != .min else {
            throw .outOfRange(.interval)
        }
        return CalendarInterval(
            months: -interval.months, days: -interval.days, microseconds: -interval.microseconds)
    }

    static func adding(_ left: CalendarInterval, _ right: CalendarInterval) throws(QueryError) -> CalendarInterval {
        let (months, a) = left.months.addingReportingOverflow(right.months)
        let (days, b) = left.days.addingReportingOverflow(right.days)
        let (microseconds, c) = left.microseconds.addingReportingOverflow(right.microseconds)
        if a || b || c { throw .outOfRange(.interval) }
        return CalendarInterval(months: months, days: days, microseconds: microseconds)
    }

    /// The span between two moments: whole days, and the rest in microseconds.
    static func difference(_ left: Int64, _ right: Int64) throws(QueryError) -> CalendarInterval {
        let (span, overflow) = left.subtractingReportingOverflow(right)
        let (days, rest) = span.quotientAndRemainder(dividingBy: perDay)
        guard !overflow, let whole = Int32(exactly: days) else { throw .outOfRange(.interval) }
        return CalendarInterval(days: whole, microseconds: rest)
    }

    /// Each part times a number; what isn't whole goes down to the next smaller part.
    static func scaled(_ interval: CalendarInterval, by factor: Double) throws(QueryError) -> CalendarInterval {
        try cascaded(
            Double(interval.months) * factor, Double(interval.days) * factor, Double(interval.microseconds) * factor)
    }

    /// Each part of it; the divisor isn't zero.
    static func divided(_ interval: CalendarInterval, by divisor: Double) throws(QueryError) -> CalendarInterval {
        try cascaded(
            Double(interval.months) / divisor, Double(interval.days) / divisor, Double(interval.microseconds) / divisor)
    }

    private static func cascaded(
        _ months: Double, _ days: Double, _ microseconds: Double
    ) throws(QueryError) -> CalendarInterval {
        let wholeMonths = months.rounded(.towardZero)
        let wholeDays = days.rounded(.towardZero)
        let daysOfMonths = toMicro((months - wholeMonths) * 30)
        let wholeDaysOfMonths = daysOfMonths.rounded(.towardZero)
        var seconds = toMicro((days - wholeDays + daysOfMonths - wholeDaysOfMonths) * 86_400)
        var dayCount = wholeDays
        if abs(seconds) >= 86_400 {
            let more = (seconds / 86_400).rounded(.towardZero)
            dayCount += more
            seconds -= more * 86_400
        }
        dayCount += wholeDaysOfMonths
        let clock = (microseconds + seconds * 1_000_000).rounded(.toNearestOrEven)
        guard let months = Int32(exactly: wholeMonths), let days = Int32(exactly: dayCount),
            let microseconds = Int64(exactly: clock)
        else { throw .outOfRange(.interval) }
        return CalendarInterval(months: months, days: days, microseconds: microseconds)
    }

    private static func toMicro(_ value: Double) -> Double {
        (value * 1_000_000).rounded(.toNearestOrEven) / 1_000_000
    }

    // MARK: Justified intervals

    /// 24 hours become a day.
    static func justifiedHours(_ interval: CalendarInterval) throws(QueryError) -> CalendarInterval {
        let (whole, rest) = interval.microseconds.quotientAndRemainder(dividingBy: perDay)
        return try made(Int64(interval.months), evened(Int64(interval.days) + whole, rest, perDay))
    }

    /// 30 days become a month.
    static func justifiedDays(_ interval: CalendarInterval) throws(QueryError) -> CalendarInterval {
        let (months, days) = evened(
            Int64(interval.months) + Int64(interval.days) / 30, Int64(interval.days) % 30, 30)
        return try made(months, (days, interval.microseconds))
    }

    /// Both, with one sign in all parts.
    static func justified(_ interval: CalendarInterval) throws(QueryError) -> CalendarInterval {
        var microseconds = interval.microseconds % perDay
        var days = Int64(interval.days) + interval.microseconds / perDay
        var months = Int64(interval.months) + days / 30
        days %= 30
        if months > 0, days < 0 || days == 0 && microseconds < 0 {
            days += 30
            months -= 1
        } else if months < 0, days > 0 || days == 0 && microseconds > 0 {
            days -= 30
            months += 1
        }
        (days, microseconds) = evened(days, microseconds, perDay)
        return try made(months, (days, microseconds))
    }

    /// The same value with equal signs in both parts.
    private static func evened(_ high: Int64, _ low: Int64, _ unit: Int64) -> (Int64, Int64) {
        if high > 0, low < 0 { return (high - 1, low + unit) }
        if high < 0, low > 0 { return (high + 1, low - unit) }
        return (high, low)
    }

    private static func made(_ months: Int64, _ rest: (Int64, Int64)) throws(QueryError) -> CalendarInterval {
        guard let months = Int32(exactly: months), let days = Int32(exactly: rest.0) else {
            throw .outOfRange(.interval)
        }
        return CalendarInterval(months: months, days: days, microseconds: rest.1)
    }

    // MARK: Age

    /// Years, months and days between two moments as a calendar counts them.
    static func age(_ left: Int64, _ right: Int64) throws(QueryError) -> CalendarInterval {
        let isNegative = left < right
        let later = isNegative ? right : left
        let earlier = isNegative ? left : right
        let (laterDays, laterClock) = CivilText.floored(later, by: perDay)
        let (earlierDays, earlierClock) = CivilText.floored(earlier, by: perDay)
        let high = CivilTime.civil(days: Int(laterDays))
        let low = CivilTime.civil(days: Int(earlierDays))
        var months = (high.year - low.year) * 12 + high.month - low.month
        var days = high.day - low.day
        var clock = laterClock - earlierClock
        if clock < 0 {
            clock += perDay
            days -= 1
        }
        while days < 0 {
            // The days of the month that the earlier moment is in.
            days += CivilTime.daysInMonth(year: low.year, month: low.month)
            months -= 1
        }
        guard let months = Int32(exactly: months) else { throw .outOfRange(.interval) }
        let age = CalendarInterval(months: months, days: Int32(days), microseconds: clock)
        return isNegative ? try negated(age) : age
    }

    /// The beginning of the stride, counted from `origin`, that the moment lies in.
    static func bin(_ stride: CalendarInterval, _ moment: Int64, _ origin: Int64) throws(QueryError) -> Int64 {
        guard stride.months == 0 else {
            throw QueryError(.invalidArgument, "timestamps cannot be binned into intervals containing months or years")
        }
        let (days, overflow) = Int64(stride.days).multipliedReportingOverflow(by: perDay)
        let (step, carry) = days.addingReportingOverflow(stride.microseconds)
        guard !overflow, !carry else { throw .outOfRange(.interval) }
        guard step > 0 else { throw QueryError(.invalidArgument, "stride must be greater than zero") }
        let (distance, isFar) = moment.subtractingReportingOverflow(origin)
        guard !isFar else { throw .outOfRange(.interval) }
        let (bin, isLow) = origin.addingReportingOverflow(CivilText.floored(distance, by: step).quotient &* step)
        guard !isLow else { throw .outOfRange(.timestamp) }
        return bin
    }
}
