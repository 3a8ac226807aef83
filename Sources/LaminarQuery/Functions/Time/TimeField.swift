import LaminarFormats

/// A field of a time, as EXTRACT, DATE_PART and DATE_TRUNC name it.
enum TimeField: String, Sendable {
    case microseconds, milliseconds, second, minute, hour, day, week, month, quarter, year, decade, century, millennium
    case epoch, dow, isodow, doy, isoyear, julian, timezone, timezoneHour, timezoneMinute

    /// The field of a name, in any case; PostgreSQL's synonyms too.
    init(_ name: String) throws(QueryError) {
        switch name.lowercased() {
        case "microseconds", "microsecond", "us", "usec", "usecs", "useconds": self = .microseconds
        case "milliseconds", "millisecond", "ms", "msec", "msecs", "mseconds": self = .milliseconds
        case "second", "seconds", "s", "sec", "secs": self = .second
        case "minute", "minutes", "m", "min", "mins": self = .minute
        case "hour", "hours", "h", "hr", "hrs": self = .hour
        case "day", "days", "d": self = .day
        case "week", "weeks", "w": self = .week
        case "month", "months", "mon", "mons": self = .month
        case "quarter", "qtr": self = .quarter
        case "year", "years", "y", "yr", "yrs": self = .year
        case "decade", "decades", "dec", "decs": self = .decade
        case "century", "centuries", "c", "cent": self = .century
        case "millennium", "millennia", "mil", "mils": self = .millennium
        case "epoch": self = .epoch
        case "dow": self = .dow
        case "isodow": self = .isodow
        case "doy": self = .doy
        case "isoyear": self = .isoyear
        case "julian", "jd", "j": self = .julian
        case "timezone": self = .timezone
        case "timezone_hour": self = .timezoneHour
        case "timezone_minute": self = .timezoneMinute
        default:
            throw QueryError(
                .invalidArgument,
                "this field of a time isn't known: use epoch, year, quarter, month, week, day, hour, minute, second, …")
        }
    }

    /// Digits after the point of the field's value.
    var scale: Int {
        switch self {
        case .second, .epoch: 6
        case .milliseconds: 3
        case .julian: 20
        default: 0
        }
    }

    private var refusal: QueryError {
        QueryError(.invalidArgument, "the field \(rawValue) isn't one of this type")
    }

    // MARK: Values

    /// The field of a timestamp.
    func value(ofTimestamp microseconds: Int64) throws(QueryError) -> DecimalNumber {
        let (days, clock) = CivilText.floored(microseconds, by: CivilText.perDay)
        switch self {
        case .epoch: return DecimalNumber(unscaled: Int128(microseconds), scale: 6)
        case .julian:
            let day = DecimalNumber(days + 2_440_588)
            let part = try DecimalNumber(clock).divided(by: DecimalNumber(CivilText.perDay), scale: 20)
            return try day.adding(part)
        case .timezone, .timezoneHour, .timezoneMinute: return .zero
        case .microseconds, .milliseconds, .second, .minute, .hour: return try value(ofClock: clock)
        default: break
        }
        let day = CivilTime.civil(days: Int(days))
        let weekday = Int((days + 4) % 7 + 7) % 7
        let year = day.year <= 0 ? day.year - 1 : day.year
        switch self {
        case .day: return DecimalNumber(Int64(day.day))
        case .month: return DecimalNumber(Int64(day.month))
        case .quarter: return DecimalNumber(Int64((day.month - 1) / 3 + 1))
        case .year: return DecimalNumber(Int64(year))
        case .decade: return DecimalNumber(CivilText.floored(Int64(day.year), by: 10).quotient)
        case .century: return DecimalNumber(Int64(year > 0 ? (year + 99) / 100 : -((99 - year) / 100)))
        case .millennium: return DecimalNumber(Int64(year > 0 ? (year + 999) / 1000 : -((999 - year) / 1000)))
        case .dow: return DecimalNumber(Int64(weekday))
        case .isodow: return DecimalNumber(Int64(weekday == 0 ? 7 : weekday))
        case .doy: return DecimalNumber(days - Int64(CivilTime.days(year: day.year, month: 1, day: 1)) + 1)
        case .week: return DecimalNumber(Int64(Self.isoWeek(days).week))
        case .isoyear:
            let isoYear = Self.isoWeek(days).year
            return DecimalNumber(Int64(isoYear <= 0 ? isoYear - 1 : isoYear))
        default: throw refusal
        }
    }

    /// The field of a time of day.
    func value(ofClock clock: Int64) throws(QueryError) -> DecimalNumber {
        switch self {
        case .microseconds: DecimalNumber(clock % 60_000_000)
        case .milliseconds: DecimalNumber(unscaled: Int128(clock % 60_000_000), scale: 3)
        case .second: DecimalNumber(unscaled: Int128(clock % 60_000_000), scale: 6)
        case .minute: DecimalNumber(clock / 60_000_000 % 60)
        case .hour: DecimalNumber(clock / 3_600_000_000)
        case .epoch: DecimalNumber(unscaled: Int128(clock), scale: 6)
        default: throw refusal
        }
    }

    /// The field of an interval, each of its three parts by itself.
    func value(ofInterval interval: CalendarInterval) throws(QueryError) -> DecimalNumber {
        let months = Int64(interval.months)
        switch self {
        case .microseconds, .milliseconds, .second, .minute, .hour: return try value(ofClock: interval.microseconds)
        case .day: return DecimalNumber(Int64(interval.days))
        case .month: return DecimalNumber(months % 12)
        case .quarter: return DecimalNumber(months % 12 / 3 + 1)
        case .year: return DecimalNumber(months / 12)
        case .decade: return DecimalNumber(months / 120)
        case .century: return DecimalNumber(months / 1200)
        case .millennium: return DecimalNumber(months / 12_000)
        case .epoch:
            // A year has 365.25 days here, a month 30.
            let seconds =
                Int128(months / 12) * 31_557_600 + Int128(months % 12) * 2_592_000 + Int128(interval.days) * 86_400
            return DecimalNumber(unscaled: seconds * 1_000_000 + Int128(interval.microseconds), scale: 6)
        default: throw refusal
        }
    }

    /// ISO 8601's week and the year that it belongs to.
    static func isoWeek(_ days: Int64) -> (year: Int, week: Int) {
        let weekday = Int((days + 3) % 7 + 7) % 7
        // The Thursday of a week decides its year.
        let thursday = Int(days) - weekday + 3
        let year = CivilTime.civil(days: thursday).year
        return (year, (thursday - CivilTime.days(year: year, month: 1, day: 1)) / 7 + 1)
    }

    // MARK: Truncation

    /// The beginning of the field that a timestamp lies in.
    func truncated(timestamp microseconds: Int64) throws(QueryError) -> Int64 {
        func cut(_ unit: Int64) -> Int64 { microseconds &- CivilText.floored(microseconds, by: unit).rest }
        switch self {
        case .microseconds: return microseconds
        case .milliseconds: return cut(1000)
        case .second: return cut(1_000_000)
        case .minute: return cut(60_000_000)
        case .hour: return cut(3_600_000_000)
        case .day: return cut(CivilText.perDay)
        default: break
        }
        let days = CivilText.floored(microseconds, by: CivilText.perDay).quotient
        if self == .week { return (days - ((days + 3) % 7 + 7) % 7) &* CivilText.perDay }
        let day = CivilTime.civil(days: Int(days))
        let year = Int64(day.year)
        func first(_ year: Int64, _ month: Int = 1) -> Int64 {
            Int64(CivilTime.days(year: Int(year), month: month, day: 1)) &* CivilText.perDay
        }
        switch self {
        case .month: return first(year, day.month)
        case .quarter: return first(year, (day.month - 1) / 3 * 3 + 1)
        case .year: return first(year)
        case .decade: return first(CivilText.floored(year, by: 10).quotient * 10)
        case .century: return first(CivilText.floored(year - 1, by: 100).quotient * 100 + 1)
        case .millennium: return first(CivilText.floored(year - 1, by: 1000).quotient * 1000 + 1)
        default: throw refusal
        }
    }

    /// An interval without what is smaller than the field.
    func truncated(interval: CalendarInterval) throws(QueryError) -> CalendarInterval {
        func months(_ unit: Int32) -> CalendarInterval { CalendarInterval(months: interval.months / unit * unit) }
        func clock(_ unit: Int64) -> CalendarInterval {
            CalendarInterval(
                months: interval.months, days: interval.days, microseconds: interval.microseconds / unit * unit)
        }
        switch self {
        case .microseconds: return interval
        case .milliseconds: return clock(1000)
        case .second: return clock(1_000_000)
        case .minute: return clock(60_000_000)
        case .hour: return clock(3_600_000_000)
        case .day: return CalendarInterval(months: interval.months, days: interval.days)
        case .month: return months(1)
        case .quarter: return months(3)
        case .year: return months(12)
        case .decade: return months(120)
        case .century: return months(1200)
        case .millennium: return months(12_000)
        default: throw refusal
        }
    }
}
