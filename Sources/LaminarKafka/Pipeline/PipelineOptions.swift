internal import LaminarFormats
internal import LaminarSQL

/// What stands in a pipeline's WITH.
struct PipelineOptions: Sendable, Equatable {
    /// How long a group is kept, in microseconds; nil for ever.
    var retention: Int64?

    private static let names = ["retention"]

    /// - Throws: ``LaminarError`` with code `invalidOption`, pointing at the option.
    init(_ options: [SQL.Option]) throws(LaminarError) {
        var seen: Set<String> = []
        for option in options {
            guard Self.names.contains(option.key) else {
                throw LaminarError(
                    code: .invalidOption, message: "A pipeline has no option '\(option.key)'; it has 'retention'.",
                    suggestion: SQL.suggestion(for: option.key, among: Self.names), position: option.keyPosition)
            }
            guard seen.insert(option.key).inserted else {
                throw LaminarError(
                    code: .invalidOption, message: "The option '\(option.key)' is written twice.",
                    position: option.keyPosition)
            }
            retention = try Self.retention(option)
        }
    }

    private static func retention(_ option: SQL.Option) throws(LaminarError) -> Int64 {
        let interval = CalendarInterval(option.value.text)
        let span = interval.map { interval in
            (Int128(interval.months) * 30 + Int128(interval.days)) * 86_400_000_000 + Int128(interval.microseconds)
        }
        guard let span, span >= 1_000_000, let microseconds = Int64(exactly: span) else {
            throw LaminarError(
                code: .invalidOption,
                message: "'retention' is how long a group is kept, a second or more: write '7 days', or '12 hours'.",
                position: option.valuePosition)
        }
        return microseconds
    }
}
