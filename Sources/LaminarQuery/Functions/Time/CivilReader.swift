import LaminarFormats

/// Reads a date, a time or a timestamp from text, as widely as PostgreSQL does where the order of its parts is plain:
/// `2024-06-01`, `20240601`, `2024-6-1 9:05`, `2024-06-01T10:00:00.5+02`, `44-03-15 BC`, `09:05:01.5 PM`, `epoch`.
struct CivilReader {
    /// A day and what is to be added to its midnight.
    struct Moment {
        var days: Int64
        var microsecondsOfDay: Int64 = 0
        /// East of UTC.
        var offset: Int64 = 0

        /// From 1970-01-01T00:00:00Z.
        func microseconds() throws(QueryError) -> Int64 {
            let (midnight, overflow) = days.multipliedReportingOverflow(by: CivilText.perDay)
            let (sum, carry) = midnight.addingReportingOverflow(microsecondsOfDay - offset)
            if overflow || carry { throw .outOfRange(.timestamp) }
            return sum
        }
    }

    private let type: ColumnType
    private let bytes: [UInt8]
    private var at = 0

    private init(_ text: String, _ type: ColumnType) {
        self.type = type
        bytes = Array(TrimmedText.trimmed(text).utf8)
    }

    /// A date with or without a time; the offset counts for a timestamp.
    static func timestamp(_ text: String, _ type: ColumnType) throws(QueryError) -> Moment {
        var reader = CivilReader(text, type)
        return try reader.moment()
    }

    /// A time of day in microseconds.
    static func time(_ text: String) throws(QueryError) -> Int64 {
        var reader = CivilReader(text, .time)
        let value = try reader.clock()
        guard reader.at == reader.bytes.count else { throw reader.invalid }
        guard value < CivilText.perDay else { throw reader.outOfRange }
        return value
    }

    private var invalid: QueryError { .invalidText(type) }
    private var outOfRange: QueryError { QueryError(.outOfRange, "date/time field value out of range") }
    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func moment() throws(QueryError) -> Moment {
        if String(decoding: bytes, as: UTF8.self).lowercased() == "epoch" { return Moment(days: 0) }
        let (year, month, day) = try date()
        var clock: Int64 = 0
        var offset: Int64 = 0
        if let separator = peek, separator | 0x20 == 0x74 || separator == 0x20 {
            let start = at
            at += 1
            skipSpaces()
            if let byte = peek, byte &- 48 < 10 {
                clock = try self.clock()
                offset = try self.offset()
            } else {
                at = start
            }
        }
        skipSpaces()
        var isBC = false
        if let word = word() {
            guard word == "bc" || word == "ad" else { throw invalid }
            isBC = word == "bc"
        }
        guard at == bytes.count else { throw invalid }
        guard (1...12).contains(month), day >= 1, !isBC || year > 0 else { throw outOfRange }
        let counted = isBC ? 1 - year : year
        guard day <= CivilTime.daysInMonth(year: counted, month: month) else { throw outOfRange }
        let days = CivilTime.days(year: counted, month: month, day: day)
        guard Int32(exactly: days) != nil else { throw outOfRange }
        return Moment(days: Int64(days), microsecondsOfDay: clock, offset: offset)
    }

    private mutating func date() throws(QueryError) -> (year: Int, month: Int, day: Int) {
        guard let (first, count) = number() else { throw invalid }
        if count == 8, peek == nil || peek == 0x54 || peek == 0x20 {
            return (first / 10_000, first / 100 % 100, first % 100)
        }
        guard let separator = peek, separator == 0x2D || separator == 0x2F || separator == 0x2E else { throw invalid }
        at += 1
        guard let (second, _) = number(), peek == separator else { throw invalid }
        at += 1
        guard let (third, _) = number() else { throw invalid }
        // A year of two digits could be a day as well.
        guard count >= 3 || String(decoding: bytes, as: UTF8.self).uppercased().hasSuffix("BC") else { throw invalid }
        return (first, second, third)
    }

    /// `H:MM[:SS[.f…]] [AM|PM]` in microseconds, up to 24:00:00.
    private mutating func clock() throws(QueryError) -> Int64 {
        guard let (hour, digits) = number(), digits <= 2, peek == 0x3A else { throw invalid }
        at += 1
        guard let (minute, _) = number() else { throw invalid }
        var second = 0
        var fraction: Int64 = 0
        if peek == 0x3A {
            at += 1
            guard let (value, _) = number() else { throw invalid }
            second = value
            if peek == 0x2E { fraction = try self.fraction() }
        }
        var hours = hour
        let start = at
        skipSpaces()
        let mark = word()
        if mark == "am" || mark == "pm" {
            guard (1...12).contains(hour) else { throw outOfRange }
            hours = hour % 12 + (mark == "pm" ? 12 : 0)
        } else {
            at = start
        }
        guard hours <= 24, minute <= 59, second <= 60 else { throw outOfRange }
        let value = Int64((hours * 60 + minute) * 60 + second) * 1_000_000 + fraction
        guard value <= CivilText.perDay else { throw outOfRange }
        return value
    }

    /// Rounded to microseconds.
    private mutating func fraction() throws(QueryError) -> Int64 {
        at += 1
        var value: Int64 = 0
        var count = 0
        var isRoundedUp = false
        while let byte = peek, byte &- 48 < 10 {
            if count < 6 { value = value * 10 + Int64(byte - 48) }
            if count == 6 { isRoundedUp = byte >= 0x35 }
            count += 1
            at += 1
        }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value + (isRoundedUp ? 1 : 0)
    }

    /// Nothing, `Z`, `UTC`, `±HH`, `±HHMM`, `±HH:MM[:SS]`; in microseconds east of UTC.
    private mutating func offset() throws(QueryError) -> Int64 {
        let start = at
        skipSpaces()
        guard let byte = peek else { return 0 }
        if byte == 0x2B || byte == 0x2D {
            at += 1
            guard let (value, digits) = number() else { throw invalid }
            var seconds = digits <= 2 ? value * 3600 : (value / 100 * 60 + value % 100) * 60
            var unit = 60
            while digits <= 2, peek == 0x3A, unit >= 1 {
                at += 1
                guard let (part, _) = number(), part < 60 else { throw invalid }
                seconds += part * unit
                unit /= 60
            }
            guard digits <= 4, seconds < 16 * 3600 else { throw outOfRange }
            return Int64(byte == 0x2D ? -seconds : seconds) * 1_000_000
        }
        if let word = word(), ["z", "utc", "gmt", "zulu"].contains(word) { return 0 }
        at = start
        return 0
    }

    private mutating func number() -> (value: Int, digits: Int)? {
        let start = at
        var value = 0
        while let byte = peek, byte &- 48 < 10, at - start < 9 {
            value = value * 10 + Int(byte - 48)
            at += 1
        }
        return at == start ? nil : (value, at - start)
    }

    private mutating func word() -> String? {
        let start = at
        while let byte = peek, (byte | 0x20) &- 0x61 < 26 { at += 1 }
        return at == start ? nil : String(decoding: bytes[start..<at], as: UTF8.self).lowercased()
    }

    private mutating func skipSpaces() { while peek == 0x20 { at += 1 } }
}
