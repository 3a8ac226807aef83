package import LaminarFormats

/// Intervals as PostgreSQL writes and reads them.
package enum IntervalText {
    /// `1 year 2 mons -3 days +04:05:06.5`: a positive part after a negative one has its sign.
    static func text(_ interval: CalendarInterval) -> String {
        var text = ""
        var isNegative = false
        func add(_ count: Int32, _ unit: String) {
            guard count != 0 else { return }
            if !text.isEmpty { text += " " }
            text += "\(isNegative && count > 0 ? "+" : "")\(count) \(unit)\(count == 1 ? "" : "s")"
            isNegative = count < 0
        }
        add(interval.months / 12, "year")
        add(interval.months % 12, "mon")
        add(interval.days, "day")
        if interval.microseconds != 0 || text.isEmpty {
            if !text.isEmpty { text += " " }
            text += interval.microseconds < 0 ? "-" : isNegative ? "+" : ""
            let magnitude = interval.microseconds.magnitude
            let seconds = Int64(magnitude / 1_000_000)
            let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilText.padded($0, 2) }
            text += parts.joined(separator: ":") + CivilText.fractionText(Int64(magnitude % 1_000_000))
        }
        return text
    }

    /// Whatever ``CalendarInterval/init(_:)`` reads, and what PostgreSQL takes beyond: fractions of months and days
    /// (`1.5 months`), `ago`, decades, centuries and millennia, `1-2` (years and months), `3 04:05` (days and a time).
    ///
    /// nil for other text and for what doesn't fit.
    package static func parse(_ text: String) -> CalendarInterval? {
        if let interval = CalendarInterval(text) { return interval }
        var words = text.lowercased().split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "," }.map(String.init)
        if words.first == "@" { words.removeFirst() }
        let isAgo = words.last == "ago"
        if isAgo { words.removeLast() }
        guard !words.isEmpty, words.count <= 64, var sum = sum(words) else { return nil }
        if isAgo { sum = sum.negated }
        return sum.interval
    }

    private static func sum(_ words: [String]) -> Parts? {
        var parts = Parts()
        var at = 0
        while at < words.count {
            let word = words[at]
            if word.contains(":") {
                guard let clock = CalendarInterval(word) else { return nil }
                parts.microseconds += Double(clock.microseconds)
                at += 1
            } else if let dash = word.dropFirst().firstIndex(of: "-"), !word.contains("e"),
                let years = Int32(word[..<dash]), let months = Int32(word[word.index(after: dash)...])
            {
                // Years and months, one sign for both.
                parts.months += Double(years) * 12 + Double(word.hasPrefix("-") ? -months : months)
                at += 1
            } else {
                guard let (number, unit) = split(word) else { return nil }
                let isUnitNext = unit.isEmpty && at + 1 < words.count && !words[at + 1].contains(":")
                let name = unit.isEmpty ? (isUnitNext ? words[at + 1] : implied(words, at)) : unit
                guard parts.add(number, name) else { return nil }
                at += isUnitNext ? 2 : 1
            }
        }
        return parts
    }

    /// The unit of a number without one: days before a time, else seconds.
    private static func implied(_ words: [String], _ at: Int) -> String { at + 1 < words.count ? "day" : "second" }

    private static func split(_ word: String) -> (Double, String)? {
        let end = word.firstIndex { $0.isLetter } ?? word.endIndex
        guard let number = Double(word[..<end]), number.isFinite else { return nil }
        return (number, String(word[end...]))
    }

    /// Parts that may have fractions, which go down to the next smaller unit.
    private struct Parts {
        var months = 0.0
        var days = 0.0
        var microseconds = 0.0

        var negated: Parts { Parts(months: -months, days: -days, microseconds: -microseconds) }

        mutating func add(_ number: Double, _ unit: String) -> Bool {
            switch unit {
            case "millennium", "millennia", "mil", "mils": months += (number * 12_000).rounded()
            case "century", "centuries", "c", "cent": months += (number * 1200).rounded()
            case "decade", "decades", "dec", "decs": months += (number * 120).rounded()
            case "year", "years", "y", "yr", "yrs": months += (number * 12).rounded()
            case "month", "months", "mon", "mons": addDown(number, whole: \.months, rest: 30, to: \.days)
            case "week", "weeks", "w": addDays(number * 7)
            case "day", "days", "d": addDays(number)
            case "hour", "hours", "h", "hr", "hrs": microseconds += (number * 3_600_000_000).rounded()
            case "minute", "minutes", "m", "min", "mins": microseconds += (number * 60_000_000).rounded()
            case "second", "seconds", "s", "sec", "secs": microseconds += (number * 1_000_000).rounded()
            case "millisecond", "milliseconds", "ms", "msec", "msecs": microseconds += (number * 1000).rounded()
            case "microsecond", "microseconds", "us", "usec", "usecs": microseconds += number.rounded()
            default: return false
            }
            return true
        }

        private mutating func addDown(
            _ number: Double, whole: WritableKeyPath<Parts, Double>, rest: Double, to: WritableKeyPath<Parts, Double>
        ) {
            let cut = number.rounded(.towardZero)
            self[keyPath: whole] += cut
            addDays((number - cut) * rest)
        }

        private mutating func addDays(_ number: Double) {
            let cut = number.rounded(.towardZero)
            days += cut
            microseconds += ((number - cut) * 86_400_000_000).rounded()
        }

        var interval: CalendarInterval? {
            guard let months = Int32(exactly: months), let days = Int32(exactly: days),
                let microseconds = Int64(exactly: microseconds)
            else { return nil }
            return CalendarInterval(months: months, days: days, microseconds: microseconds)
        }
    }
}
