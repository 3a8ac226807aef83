import LaminarFormats

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Values of literals: texts read as a type, and numbers of one type as those of another.
enum LiteralText {
    enum Reading {
        case value(Value)
        /// The text isn't a value of the type.
        case invalid
        /// Only the cast at run time reads texts of this type.
        case unknown
    }

    static func read(_ text: String, as type: ColumnType) -> Reading {
        let trimmed = trimmed(text)
        switch type {
        case .text: return .value(.text(text))
        case .boolean: return reading(boolean(trimmed).map { .boolean($0) })
        case .smallint: return reading(Int16(trimmed).map { .smallint($0) })
        case .int: return reading(Int32(trimmed).map { .int($0) })
        case .bigint: return reading(Int64(trimmed).map { .bigint($0) })
        case .date: return reading(date(trimmed).map { .date($0) })
        // Seconds may be left out.
        case .time: return reading((TimeOfDay(trimmed) ?? TimeOfDay(trimmed + ":00")).map { .time($0) })
        case .timestamp: return reading(Timestamp(trimmed).map { .timestamp($0) })
        case .interval: return reading(IntervalText.parse(trimmed).map { .interval($0) })
        case .uuid: return reading(uuid(trimmed).map { .uuid($0) })
        case .real, .double, .decimal, .bytea, .json, .array, .structure, .map: return .unknown
        }
    }

    private static func reading(_ value: Value?) -> Reading { value.map { .value($0) } ?? .invalid }

    /// What such a text looks like.
    static func example(of type: ColumnType) -> String {
        switch type {
        case .boolean: "'true' or 'false'"
        case .smallint, .int, .bigint: "digits within the range of \(type)"
        case .date: "'2024-02-29'"
        case .time: "'13:45:00'"
        case .timestamp: "'2024-02-29 13:45:00'"
        case .interval: "'1 day 2 hours', say"
        case .uuid: "32 hexadecimal digits"
        default: "a \(type)"
        }
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while let first = rest.unicodeScalars.first, isSpace(first) { rest = rest.dropFirst() }
        while let last = rest.unicodeScalars.last, isSpace(last) { rest = rest.dropLast() }
        return String(rest)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || (9...13).contains(scalar.value) }

    /// As PostgreSQL reads them: unique beginnings of the words, in any case.
    private static func boolean(_ text: String) -> Bool? {
        let word = text.lowercased()
        switch word {
        case "1", "on": return true
        case "0", "of", "off": return false
        case "": return nil
        default:
            if "true".hasPrefix(word) || "yes".hasPrefix(word) { return true }
            return "false".hasPrefix(word) || "no".hasPrefix(word) ? false : nil
        }
    }

    /// A day, or the day of an instant.
    private static func date(_ text: String) -> CalendarDate? {
        if let date = CalendarDate(text) { return date }
        guard let instant = Timestamp(text) else { return nil }
        let day = instant.microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        return CalendarDate(daysSinceEpoch: Int32(clamping: day.quotient - (day.remainder < 0 ? 1 : 0)))
    }

    private static func uuid(_ text: String) -> UUID? {
        let digits = text.filter { $0 != "-" && $0 != "{" && $0 != "}" }
        guard digits.utf8.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
        var dashed = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { dashed.append("-") }
            dashed.append(digit)
        }
        return UUID(uuidString: dashed)
    }

    // MARK: Numbers

    /// The number that the digits of a literal stand for: INT, BIGINT, else DECIMAL, as they fit; nil beyond 38 digits.
    static func number(_ digits: String) -> (Value, ColumnType)? {
        if let number = Int32(digits) { return (.int(number), .int) }
        if let number = Int64(digits) { return (.bigint(number), .bigint) }
        guard let number = ExactDecimal(digits) else { return nil }
        return (.decimal(number), type(of: number))
    }

    /// The least DECIMAL that holds a number.
    static func type(of number: ExactDecimal) -> ColumnType {
        let digits = String(number.unscaled.magnitude).utf8.count
        return .decimal(precision: min(38, max(digits, number.scale, 1)), scale: min(38, number.scale))
    }

    /// The same number as a value of another numeric type, where that loses nothing (or is rounded as a double is).
    static func number(_ value: Value, as type: ColumnType) -> Value? {
        if case .null = value { return type.kind.isNumeric ? .null : nil }
        let integer: Int64
        switch value {
        case .smallint(let number): integer = Int64(number)
        case .int(let number): integer = Int64(number)
        case .bigint(let number): integer = number
        case .decimal(let number):
            switch type {
            case .double: return .double(number.doubleValue)
            case .decimal(let precision, let scale):
                guard let same = number.rescaled(to: scale), fits(same, precision) else { return nil }
                return .decimal(same)
            default: return nil
            }
        case .real(let number): return type == .double ? .double(Double(number)) : nil
        default: return nil
        }
        switch type {
        case .smallint: return Int16(exactly: integer).map { .smallint($0) }
        case .int: return Int32(exactly: integer).map { .int($0) }
        case .bigint: return .bigint(integer)
        case .real: return Float(exactly: integer).map { .real($0) }
        case .double: return .double(Double(integer))
        case .decimal(let precision, let scale):
            guard let same = ExactDecimal(unscaled: Int128(integer), scale: 0).rescaled(to: scale),
                fits(same, precision)
            else { return nil }
            return .decimal(same)
        default: return nil
        }
    }

    private static func fits(_ number: ExactDecimal, _ precision: Int) -> Bool {
        number.unscaled == 0 || String(number.unscaled.magnitude).utf8.count <= precision
    }
}
