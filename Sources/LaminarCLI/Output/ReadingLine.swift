internal import LaminarKafka

/// The line that tells how far a query has read, how fast, and how long it will take.
///
///     Reading [########------------] 42 %, 310,000 records/s, 6 s left
///
/// Pure: takes what is known at a time, gives the text.
struct ReadingLine {
    private var samples: [(time: Duration, read: Int64)] = []

    /// The rate is that of the last few seconds.
    private static let window = Duration.seconds(5)
    private static let bar = 20

    /// - Parameters:
    ///   - elapsed: since the query began.
    ///   - width: the terminal's columns; a narrow one gets less.
    /// - Returns: nil where nothing is known yet.
    mutating func text(after elapsed: Duration, _ progress: QueryProgress, width: Int) -> String? {
        guard let fraction = progress.fraction, let total = progress.total, total > 0 else { return nil }
        samples.append((elapsed, progress.read))
        while samples.count > 2, elapsed - samples[0].time > Self.window { samples.removeFirst() }
        let rate = rate
        var parts = ["\(Int(fraction * 100)) %"]
        if let rate { parts.append("\(Int64(min(max(rate, 0), 1e15)).grouped) records/s") }
        if let rate, rate >= 1, total > progress.read {
            parts.append("\(Self.short(.seconds(Double(total &- progress.read) / rate))) left")
        }
        let filled = Int(fraction * Double(Self.bar))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.bar - filled)
        let text = parts.joined(separator: ", ")
        let whole = "Reading [\(bar)] \(text)"
        // A line as wide as the terminal would begin another one.
        return whole.count < width ? whole : TextWidth.fit(text, max(0, width - 1))
    }

    /// Records a second; nil where it can't be told yet.
    private var rate: Double? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else {
            guard let only = samples.last, only.time > .zero else { return nil }
            return Double(only.read) / (only.time / .seconds(1))
        }
        return Double(last.read &- first.read) / ((last.time - first.time) / .seconds(1))
    }

    /// `6 s`, `2 min 5 s`, `1 h 3 min`.
    static func short(_ duration: Duration) -> String {
        let seconds = Int(min(duration / .seconds(1), 3_600_000).rounded(.up))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}

extension BinaryInteger {
    /// The digits in groups of three: `1,234,567`.
    var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return self < 0 ? "-" + text : text
    }
}
