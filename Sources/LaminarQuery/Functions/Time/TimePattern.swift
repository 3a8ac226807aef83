import LaminarFormats

/// TO_CHAR's and TO_TIMESTAMP's patterns.
///
/// A pattern is read from left to right; at each place the longest word that is known counts, and everything else stands for
/// itself. `FM` before a word takes its blanks and zeros away.
enum TimePattern {
    /// The longest first, where one begins with another.
    private static let words = [
        "YYYY", "YYY", "YY", "Y,YYY", "Y", "IYYY", "IYY", "IY", "IW", "IDDD", "ID", "I", "HH24", "HH12", "HH", "MI",
        "SSSSS",
        "SSSS", "SS", "MS", "US", "MONTH", "MON", "MM", "DAY", "DDD", "DD", "DY", "D", "WW", "W", "CC", "J", "Q", "TZ",
        "A.M.", "P.M.", "AM", "PM", "B.C.", "A.D.", "BC", "AD", "RM",
    ].sorted { $0.count > $1.count }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]

    private enum Piece {
        case literal(String)
        case word(String, written: String, isFilled: Bool, hasOrdinal: Bool)
    }

    private static func pieces(_ pattern: String) throws(QueryError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(pattern)
        guard pattern.utf8.count <= 1024 else {
            throw QueryError(.invalidArgument, "the pattern is longer than 1,024 bytes")
        }
        var isFilled = true
        while let character = rest.first {
            if character == "\"" {
                let text = rest.dropFirst()
                let end = text.firstIndex(of: "\"") ?? text.endIndex
                pieces.append(.literal(String(text[..<end])))
                rest = end == text.endIndex ? "" : text[text.index(after: end)...]
                continue
            }
            let start = rest.prefix(6).uppercased()
            if start.hasPrefix("FM") {
                isFilled = false
                rest = rest.dropFirst(2)
                continue
            }
            guard let word = words.first(where: { start.hasPrefix($0) }) else {
                pieces.append(.literal(String(character)))
                rest = rest.dropFirst()
                continue
            }
            let written = String(rest.prefix(word.count))
            rest = rest.dropFirst(word.count)
            let hasOrdinal = rest.prefix(2).lowercased() == "th"
            if hasOrdinal { rest = rest.dropFirst(2) }
            pieces.append(.word(word, written: written, isFilled: isFilled, hasOrdinal: hasOrdinal))
            isFilled = true
        }
        return pieces
    }

    // MARK: Writing

    /// A timestamp in the pattern.
    static func text(of microseconds: Int64, _ pattern: String) throws(QueryError) -> String {
        var text = ""
        for piece in try pieces(pattern) {
            switch piece {
            case .literal(let literal): text += literal
            case .word(let word, let written, let isFilled, let hasOrdinal):
                let value = try self.text(word, written, isFilled, microseconds)
                text += value
                if hasOrdinal { text += ordinal(value) }
            }
        }
        return text
    }

    private static func text(
        _ word: String, _ written: String, _ isFilled: Bool, _ microseconds: Int64
    ) throws(QueryError) -> String {
        func number(_ field: TimeField, _ width: Int, _ change: (Int64) -> Int64 = { $0 }) throws(QueryError) -> String
        {
            let value = change(Int64(truncatingIfNeeded: try field.value(ofTimestamp: microseconds).rescaled(to: 0)))
            return isFilled ? CivilText.padded(value, width) : String(value)
        }
        func name(_ names: [String], _ index: Int, _ length: Int?) -> String {
            let name = length.map { String(names[index].prefix($0)) } ?? names[index]
            let filled = isFilled && length == nil ? name + String(repeating: " ", count: max(9 - name.count, 0)) : name
            if written == written.uppercased() { return filled.uppercased() }
            return written == written.lowercased() ? filled.lowercased() : filled
        }
        let (days, clock) = CivilText.floored(microseconds, by: CivilText.perDay)
        let month = CivilTime.civil(days: Int(days)).month
        let weekday = Int((days + 4) % 7 + 7) % 7
        let hour = clock / 3_600_000_000
        switch word {
        case "YYYY": return try number(.year, 4) { abs($0) }
        case "YYY": return try number(.year, 3) { abs($0) % 1000 }
        case "YY": return try number(.year, 2) { abs($0) % 100 }
        case "Y": return try number(.year, 1) { abs($0) % 10 }
        case "Y,YYY":
            let year = try number(.year, 4) { abs($0) }
            return "\(year.dropLast(3)),\(year.suffix(3))"
        case "IYYY": return try number(.isoyear, 4) { abs($0) }
        case "IYY": return try number(.isoyear, 3) { abs($0) % 1000 }
        case "IY": return try number(.isoyear, 2) { abs($0) % 100 }
        case "I": return try number(.isoyear, 1) { abs($0) % 10 }
        case "IW": return try number(.week, 2)
        case "ID": return try number(.isodow, 1)
        case "IDDD":
            let iso = TimeField.isoWeek(days)
            let weekdayOfISO = (weekday + 6) % 7
            let value = Int64((iso.week - 1) * 7 + weekdayOfISO + 1)
            return isFilled ? CivilText.padded(value, 3) : String(value)
        case "HH24": return filled(hour, 2, isFilled)
        case "HH12", "HH": return filled((hour + 11) % 12 + 1, 2, isFilled)
        case "MI": return try number(.minute, 2)
        case "SS": return filled(clock / 1_000_000 % 60, 2, isFilled)
        case "SSSS", "SSSSS": return filled(clock / 1_000_000, 1, isFilled)
        case "MS": return filled(clock / 1000 % 1000, 3, true)
        case "US": return filled(clock % 1_000_000, 6, true)
        case "MONTH": return name(months, month - 1, nil)
        case "MON": return name(months, month - 1, 3)
        case "MM": return filled(Int64(month), 2, isFilled)
        case "RM": return written == written.lowercased() ? romans[month - 1].lowercased() : romans[month - 1]
        case "DAY": return name(weekdays, weekday, nil)
        case "DY": return name(weekdays, weekday, 3)
        case "DDD": return try number(.doy, 3)
        case "DD": return try number(.day, 2)
        case "D": return String(weekday + 1)
        case "WW": return try number(.doy, 2) { ($0 - 1) / 7 + 1 }
        case "W": return try number(.day, 1) { ($0 - 1) / 7 + 1 }
        case "CC": return try number(.century, 2)
        case "J": return String(days + 2_440_588)
        case "Q": return try number(.quarter, 1)
        case "TZ": return written == "tz" ? "utc" : "UTC"
        case "AM", "PM": return cased(hour < 12 ? "AM" : "PM", written)
        case "A.M.", "P.M.": return cased(hour < 12 ? "A.M." : "P.M.", written)
        default:
            let isBC = CivilTime.civil(days: Int(days)).year <= 0
            return cased(word.contains(".") ? (isBC ? "B.C." : "A.D.") : (isBC ? "BC" : "AD"), written)
        }
    }

    private static func filled(_ value: Int64, _ width: Int, _ isFilled: Bool) -> String {
        isFilled ? CivilText.padded(value, width) : String(value)
    }

    private static func cased(_ text: String, _ written: String) -> String {
        written == written.lowercased() ? text.lowercased() : text
    }

    private static func ordinal(_ number: String) -> String {
        guard let value = Int(number) else { return "th" }
        if (11...13).contains(value % 100) { return "th" }
        return [1: "st", 2: "nd", 3: "rd"][value % 10] ?? "th"
    }

    // MARK: Reading

    /// The moment that a text in the pattern says; parts that the pattern doesn't have are the first of January of year 1 BC,
    /// as PostgreSQL has it, at midnight.
    static func moment(_ text: String, _ pattern: String) throws(QueryError) -> Int64 {
        var rest = Substring(text)
        var year = 0
        var month = 1
        var day = 1
        var clock: Int64 = 0
        var isAfternoon: Bool?
        for piece in try pieces(pattern) {
            switch piece {
            case .literal(let literal):
                for character in literal
                where rest.first == character || character == " " || !isLetterOrDigit(rest.first) {
                    if let next = rest.first, !isLetterOrDigit(next) { rest = rest.dropFirst() }
                }
            case .word(let word, _, _, _):
                while rest.first == " " { rest = rest.dropFirst() }
                switch word {
                case "YYYY": year = try number(&rest, 4, word)
                case "YY":
                    year = try number(&rest, 2, word) + 2000
                    if year >= 2070 { year -= 100 }
                case "MM": month = try number(&rest, 2, word)
                case "DD": day = try number(&rest, 2, word)
                case "HH24", "HH12", "HH": clock += Int64(try number(&rest, 2, word)) * 3_600_000_000
                case "MI": clock += Int64(try number(&rest, 2, word)) * 60_000_000
                case "SS": clock += Int64(try number(&rest, 2, word)) * 1_000_000
                case "MS": clock += try fraction(&rest, 3, word)
                case "US": clock += try fraction(&rest, 6, word)
                case "MON", "MONTH":
                    let name = rest.prefix { $0.isLetter }.lowercased()
                    guard
                        let index = months.firstIndex(where: {
                            $0.lowercased() == name || $0.prefix(3).lowercased() == name
                        })
                    else { throw invalid(word) }
                    month = index + 1
                    rest = rest.dropFirst(name.count)
                case "AM", "PM":
                    let mark = rest.prefix(2).uppercased()
                    guard mark == "AM" || mark == "PM" else { throw invalid(word) }
                    isAfternoon = mark == "PM"
                    rest = rest.dropFirst(2)
                default: throw QueryError(.invalidArgument, "the pattern's \(word) can't be read here, only written")
                }
            }
        }
        let hour = clock / 3_600_000_000
        if let isAfternoon {
            guard (1...12).contains(hour) else { throw outOfRange }
            clock += (hour % 12 - hour + (isAfternoon ? 12 : 0)) * 3_600_000_000
        }
        guard (1...12).contains(month), day >= 1, day <= CivilTime.daysInMonth(year: year, month: month),
            clock <= CivilText.perDay
        else { throw outOfRange }
        return Int64(CivilTime.days(year: year, month: month, day: day)) * CivilText.perDay + clock
    }

    private static let outOfRange = QueryError(.outOfRange, "date/time field value out of range")

    private static func invalid(_ word: String) -> QueryError {
        QueryError(.invalidText, "invalid value for \"\(word)\" of the pattern")
    }

    private static func isLetterOrDigit(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber } ?? true
    }

    private static func number(_ rest: inout Substring, _ width: Int, _ word: String) throws(QueryError) -> Int {
        let digits = rest.prefix(width).prefix { $0.isASCII && $0.isNumber }
        guard let value = Int(digits) else { throw invalid(word) }
        rest = rest.dropFirst(digits.count)
        return value
    }

    private static func fraction(_ rest: inout Substring, _ width: Int, _ word: String) throws(QueryError) -> Int64 {
        let digits = rest.prefix(width).prefix { $0.isASCII && $0.isNumber }
        guard var value = Int64(digits) else { throw invalid(word) }
        for _ in digits.count..<6 { value *= 10 }
        rest = rest.dropFirst(digits.count)
        return value
    }
}
