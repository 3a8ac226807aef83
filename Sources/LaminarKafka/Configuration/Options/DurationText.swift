extension Duration {
    /// Whole milliseconds, rounded down.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue
    }

    /// Whole milliseconds in digits, as options have them.
    var millisecondsText: String { String(wholeMilliseconds) }
}

/// A duration with its unit: `10ms`, `1 second`, `2.5 s`, `1 h`.
enum DurationText {
    private static let units: [(names: [String], nanoseconds: Double)] = [
        (["ns", "nanosecond", "nanoseconds"], 1),
        (["us", "µs", "microsecond", "microseconds"], 1e3),
        (["ms", "millisecond", "milliseconds"], 1e6),
        (["s", "sec", "second", "seconds"], 1e9),
        (["m", "min", "minute", "minutes"], 60e9),
        (["h", "hour", "hours"], 3600e9),
        (["d", "day", "days"], 86400e9),
    ]

    /// Nanoseconds; nil where the text is no duration, or a century or longer. Without a unit it counts nanoseconds.
    static func nanoseconds(_ text: String) -> Int64? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
        let unit = text.dropFirst(number.count).trimmed.lowercased()
        guard let value = Double(number) else { return nil }
        let scale = unit.isEmpty ? 1 : units.first { $0.names.contains(unit) }?.nanoseconds
        guard let scale else { return nil }
        let nanoseconds = value * scale
        guard nanoseconds.isFinite, abs(nanoseconds) < 3.2e18 else { return nil }
        return Int64(nanoseconds.rounded())
    }

    /// The shortest exact form: `10ms`, `1s`, `1500us`.
    static func normalised(nanoseconds: Int64) -> String {
        for (suffix, scale) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1000)]
        where nanoseconds % scale == 0 {
            return "\(nanoseconds / scale)\(suffix)"
        }
        return "\(nanoseconds)ns"
    }
}
