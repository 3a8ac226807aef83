import LaminarFormats

/// What DATE_TRUNC cuts a TIMESTAMP down to, where that is a fixed number of microseconds or a matter of the calendar.
package enum TimeUnit: String, Sendable {
    case microseconds, milliseconds, second, minute, hour, day, week, month, quarter, year

    /// The unit that DATE_TRUNC calls so; nil for those that are left to the function itself.
    init?(field: String) {
        let name = field.lowercased()
        if let unit = TimeUnit(rawValue: name) ?? TimeUnit(rawValue: String(name.dropLast())) {
            // `seconds` is `second`; but `microsecond` and `millisecond` are the plural's.
            self = unit
        } else if let unit = TimeUnit(rawValue: name + "s") {
            self = unit
        } else {
            return nil
        }
    }

    /// Microseconds of a unit that always has as many; nil for those of the calendar.
    private var width: Int64? {
        switch self {
        case .microseconds: 1
        case .milliseconds: 1000
        case .second: 1_000_000
        case .minute: 60_000_000
        case .hour: 3_600_000_000
        case .day: 86_400_000_000
        case .week, .month, .quarter, .year: nil
        }
    }

    /// Microseconds since 1970, each cut down.
    func truncate(_ values: inout [Int64]) {
        if let width {
            for index in values.indices { values[index] = Self.floor(values[index], width) }
            return
        }
        // Consecutive records are mostly of one day.
        var known: (day: Int64, start: Int64)?
        for index in values.indices {
            let day = Self.floor(values[index], 86_400_000_000) / 86_400_000_000
            if let known, known.day == day {
                values[index] = known.start
            } else {
                let start = firstDay(of: day).multipliedReportingOverflow(by: 86_400_000_000)
                let cut = start.overflow ? Int64.min : start.partialValue
                known = (day, cut)
                values[index] = cut
            }
        }
    }

    private static func floor(_ value: Int64, _ width: Int64) -> Int64 {
        let rest = value % width
        let (cut, overflow) = value.subtractingReportingOverflow(rest < 0 ? rest + width : rest)
        return overflow ? .min : cut
    }

    /// The first day of the day's week, month, quarter or year, in days since 1970-01-01 (a Thursday).
    private func firstDay(of day: Int64) -> Int64 {
        if self == .week {
            let sinceMonday = (day + 3) % 7
            return day - (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday)
        }
        let civil = CivilTime.civil(days: Int(day))
        let month =
            switch self {
            case .month: civil.month
            case .quarter: (civil.month - 1) / 3 * 3 + 1
            default: 1
            }
        return Int64(CivilTime.days(year: civil.year, month: month, day: 1))
    }
}
