import LaminarFormats

/// Dates, times and timestamps as PostgreSQL writes them: `2024-06-01 10:00:00.5`, years before 1 with `BC`.
enum CivilText {
    static let perDay: Int64 = 86_400_000_000

    static func date(days: Int64) -> String {
        let (text, isBC) = day(days)
        return isBC ? text + " BC" : text
    }

    static func timestamp(microseconds: Int64) -> String {
        let (days, rest) = floored(microseconds, by: perDay)
        let (text, isBC) = day(days)
        return "\(text) \(clock(microseconds: rest))\(isBC ? " BC" : "")"
    }

    /// `HH:MM:SS`, then the digits of a fraction that aren't zeros at its end.
    static func clock(microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        let text = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return text + fractionText(fraction)
    }

    static func fractionText(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        var digits = padded(microseconds, 6)
        while digits.last == "0" { digits.removeLast() }
        return "." + digits
    }

    static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return text.utf8.count >= width ? text : String(repeating: "0", count: width - text.utf8.count) + text
    }

    private static func day(_ days: Int64) -> (String, isBC: Bool) {
        let day = CivilTime.civil(days: Int(days))
        let isBC = day.year <= 0
        return (
            "\(padded(Int64(isBC ? 1 - day.year : day.year), 4))-\(padded(Int64(day.month), 2))-"
                + padded(Int64(day.day), 2), isBC
        )
    }

    /// The quotient rounded down, and what is left, which isn't negative.
    static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
