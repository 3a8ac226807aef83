/// A span in months, days and microseconds, each with its own sign: what an INTERVAL column holds.
///
/// The three parts stay apart, as in PostgreSQL: a month has no fixed number of days, a day no fixed number of hours.
///
///     CalendarInterval("P1Y2M3DT4H5M6.5S")         // 14 months, 3 days, 14,706,500,000 µs
///     CalendarInterval("1 day 02:03:04")
@frozen public struct CalendarInterval: Hashable, Sendable {
    /// Twelve to a year.
    public var months: Int32
    /// Seven to a week.
    public var days: Int32
    /// Hours, minutes and seconds.
    public var microseconds: Int64

    /// Three parts, each with its own sign.
    @inlinable public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    /// ISO 8601 (`P1Y2M3DT4H5M6.5S`, `P2W`) or PostgreSQL's words (`1 year 2 mons -3 days 04:05:06.5`, `90 minutes`).
    /// nil for other text, for parts smaller than a microsecond and for what doesn't fit.
    public init?(_ text: String) {
        var reader = IntervalReader(text)
        guard let interval = reader.read() else { return nil }
        self = interval
    }
}

extension CalendarInterval: CustomStringConvertible {
    /// As PostgreSQL prints it: `1 year 2 mons 3 days 04:05:06.5`.
    public var description: String {
        var parts: [String] = []
        let (years, rest) = months.quotientAndRemainder(dividingBy: 12)
        func add(_ count: Int32, _ unit: String) {
            if count != 0 { parts.append("\(count) \(unit)\(count == 1 ? "" : "s")") }
        }
        add(years, "year")
        add(rest, "mon")
        add(days, "day")
        if microseconds != 0 || parts.isEmpty {
            let magnitude = microseconds.magnitude
            let seconds = magnitude / 1_000_000
            var clock = microseconds < 0 ? "-" : ""
            clock += CivilTime.digits(Int(seconds / 3600), 2)
            clock += ":" + CivilTime.digits(Int(seconds / 60 % 60), 2)
            clock += ":" + CivilTime.digits(Int(seconds % 60), 2)
            let fraction = Int(magnitude % 1_000_000)
            if fraction != 0 {
                var digits = Substring(CivilTime.digits(fraction, 6))
                while digits.last == "0" { digits.removeLast() }
                clock += "." + digits
            }
            parts.append(clock)
        }
        return parts.joined(separator: " ")
    }
}

/// Reads both spellings of an interval, summing exact microseconds.
private struct IntervalReader {
    private let bytes: [UInt8]
    private var at = 0
    private var months: Int64 = 0
    private var days: Int64 = 0
    private var microseconds: Int64 = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func read() -> CalendarInterval? {
        guard bytes.count <= 256 else { return nil }
        skipSpaces()
        let isRead = peek.map { $0 | 0x20 == 0x70 } ?? false ? readISO() : readWords()
        guard isRead, let months = Int32(exactly: months), let days = Int32(exactly: days) else { return nil }
        return CalendarInterval(months: months, days: days, microseconds: microseconds)
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpaces() { while peek == 32 { at += 1 } }

    /// Sign, digits and up to six digits of fraction, in millionths.
    private mutating func number() -> Int64? {
        var isNegative = false
        if let sign = peek, sign == 45 || sign == 43 {
            isNegative = sign == 45
            at += 1
        }
        var value: Int64 = 0
        var digits = 0
        while let byte = peek, byte &- 48 <= 9 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte &- 48))
            if overflow || carry { return nil }
            value = sum
            digits += 1
            at += 1
        }
        if digits == 0 { return nil }
        var (millionths, overflow) = value.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return nil }
        if peek == 46 {
            at += 1
            var unit: Int64 = 100_000
            guard let first = peek, first &- 48 <= 9 else { return nil }
            while let byte = peek, byte &- 48 <= 9 {
                if unit == 0 {
                    if byte != 48 { return nil }
                } else {
                    (millionths, overflow) = millionths.addingReportingOverflow(Int64(byte &- 48) * unit)
                    if overflow { return nil }
                    unit /= 10
                }
                at += 1
            }
        }
        return isNegative ? -millionths : millionths
    }

    /// Adds `millionths` of a unit that is whole months or whole days.
    private func whole(_ millionths: Int64, _ factor: Int64, to sum: inout Int64) -> Bool {
        let (product, overflow) = millionths.multipliedReportingOverflow(by: factor)
        guard !overflow, product % 1_000_000 == 0 else { return false }
        let (total, carry) = sum.addingReportingOverflow(product / 1_000_000)
        sum = total
        return !carry
    }

    private mutating func clock(_ millionths: Int64, seconds: Int64) -> Bool {
        let (product, overflow) = millionths.multipliedReportingOverflow(by: seconds)
        let (total, carry) = microseconds.addingReportingOverflow(product)
        microseconds = total
        return !overflow && !carry
    }

    private mutating func readISO() -> Bool {
        at += 1
        var isTime = false
        var parts = 0
        while let byte = peek {
            if byte | 0x20 == 0x74, !isTime {
                isTime = true
                at += 1
                if peek == nil { return false }
                continue
            }
            guard let value = number(), let unit = peek else { return false }
            at += 1
            let isAdded: Bool
            switch (unit & 0xDF, isTime) {
            case (0x59, false): isAdded = whole(value, 12, to: &months)
            case (0x4D, false): isAdded = whole(value, 1, to: &months)
            case (0x57, false): isAdded = whole(value, 7, to: &days)
            case (0x44, false): isAdded = whole(value, 1, to: &days)
            case (0x48, true): isAdded = clock(value, seconds: 3600)
            case (0x4D, true): isAdded = clock(value, seconds: 60)
            case (0x53, true): isAdded = clock(value, seconds: 1)
            default: isAdded = false
            }
            if !isAdded { return false }
            parts += 1
        }
        return parts > 0
    }

    private mutating func readWords() -> Bool {
        var parts = 0
        while peek != nil {
            let isNegative = peek == 45
            guard let value = number() else { return false }
            if peek == 58 {
                guard clockText(hours: value, isNegative: isNegative) else { return false }
            } else {
                skipSpaces()
                guard add(value, unit: word()) else { return false }
            }
            parts += 1
            skipSpaces()
        }
        return parts > 0
    }

    private mutating func clockText(hours: Int64, isNegative: Bool) -> Bool {
        guard hours % 1_000_000 == 0, clock(hours, seconds: 3600) else { return false }
        for seconds in [60, 1] as [Int64] {
            guard peek == 58 else { return seconds == 1 }
            at += 1
            guard let byte = peek, byte &- 48 <= 9, let value = number(), value < 60_000_000 else { return false }
            guard clock(isNegative ? -value : value, seconds: seconds) else { return false }
        }
        return true
    }

    private mutating func word() -> String {
        let start = at
        while let byte = peek, (byte | 0x20) &- 97 < 26 { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
    }

    private mutating func add(_ value: Int64, unit: String) -> Bool {
        switch unit {
        case "year", "years", "y", "yr", "yrs": whole(value, 12, to: &months)
        case "month", "months", "mon", "mons": whole(value, 1, to: &months)
        case "week", "weeks", "w": whole(value, 7, to: &days)
        case "day", "days", "d": whole(value, 1, to: &days)
        case "hour", "hours", "h", "hr", "hrs": clock(value, seconds: 3600)
        case "minute", "minutes", "m", "min", "mins": clock(value, seconds: 60)
        case "second", "seconds", "s", "sec", "secs": clock(value, seconds: 1)
        case "millisecond", "milliseconds", "ms":
            value % 1000 == 0 && clock(value / 1000, seconds: 1)
        case "microsecond", "microseconds", "us":
            value % 1_000_000 == 0 && clock(value / 1_000_000, seconds: 1)
        default: false
        }
    }
}
