/// A moment as AWS writes it: `20240101T000000Z` in signatures, `2024-01-01T00:00:00Z` in answers.
///
///     AWSTimestamp(1_704_067_200).basic                 // 20240101T000000Z
///     AWSTimestamp.seconds("2024-01-01T00:00:00.5Z")    // 1704067200.5
struct AWSTimestamp: Equatable {
    /// `20240101T000000Z`.
    let basic: String
    /// `20240101`.
    let day: String

    /// - Parameter seconds: since 1970; kept within the years 1970 to 9999, so that a broken clock can't trap.
    init(_ seconds: Double) {
        let bounded = seconds.isNaN ? 0 : min(max(seconds, 0), 253_402_300_799)
        let whole = Int64(bounded)
        let (year, month, dayOfMonth) = Self.civil(days: whole / 86400)
        let rest = whole % 86400
        day = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(dayOfMonth, 2)
        basic =
            "\(day)T\(Self.digits(rest / 3600, 2))\(Self.digits(rest / 60 % 60, 2))\(Self.digits(rest % 60, 2))Z"
    }

    /// Reads RFC 3339 (`T` or a space, fractions, `Z` or an offset); nil for anything else.
    static func seconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var number: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + Int64(byte - 0x30)
            }
            return number
        }
        func holds(_ character: UInt8, at index: Int) -> Bool { index < bytes.count && bytes[index] == character }
        guard let year = number(0..<4), holds(0x2d, at: 4), let month = number(5..<7), holds(0x2d, at: 7),
            let day = number(8..<10), holds(0x54, at: 10) || holds(0x74, at: 10) || holds(0x20, at: 10),
            let hour = number(11..<13), holds(0x3a, at: 13), let minute = number(14..<16), holds(0x3a, at: 16),
            let second = number(17..<19), year >= 1970, (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction = 0.0
        if holds(0x2e, at: index) {
            let start = index + 1
            index = start
            var unit = 0.1
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                fraction += Double(bytes[index] - 0x30) * unit
                unit /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        var offset: Int64 = 0
        if index + 1 == bytes.count, holds(0x5a, at: index) || holds(0x7a, at: index) {
            offset = 0
        } else if holds(0x2b, at: index) || holds(0x2d, at: index), let hours = number(index + 1..<index + 3),
            let minutes = number(index + 4..<index + 6), holds(0x3a, at: index + 3), index + 6 == bytes.count,
            hours < 24, minutes < 60
        {
            offset = (hours * 3600 + minutes * 60) * (bytes[index] == 0x2d ? -1 : 1)
        } else {
            return nil
        }
        let seconds = days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return Double(seconds) + fraction
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    // Years are counted from March, so that a leap day is a year's last; an era is 400 of them, 146,097 days.

    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let fromMarch = month <= 2 ? year - 1 : year
        let era = fromMarch / 400
        let yearOfEra = fromMarch % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
