internal import LaminarFormats

/// Targets as the command line writes them.
extension OffsetTarget {
    /// RFC 3339 (no zone is UTC), or milliseconds since 1970.
    package init(timestamp text: String) throws(ConfigurationError) {
        guard let milliseconds = TimestampText.milliseconds(text) else {
            throw ConfigurationError(
                code: .invalidValue,
                message: "\"\(text.shortened)\" is no time: write 2026-01-31T12:00:00Z, or milliseconds since 1970.")
        }
        self = .timestamp(Timestamp(milliseconds: milliseconds))
    }

    /// `0:42,1:7`.
    package init(offsets text: String) throws(ConfigurationError) {
        do throws(ConfigurationError) { self = .offsets(try StartPositionText.offsets(text)) } catch {
            throw ConfigurationError(
                code: error.code,
                message: "\"\(text.shortened)\" isn't a list of partition:offset, two numbers of at least 0, each "
                    + "partition once, such as 0:42,1:7.")
        }
    }

    /// A whole number, which may be below zero.
    package init(shift text: String) throws(ConfigurationError) {
        guard let count = Int64(text) else {
            throw ConfigurationError(
                code: .invalidValue, message: "\"\(text.shortened)\" is no whole number such as 100 or -100.")
        }
        self = .shift(by: count)
    }
}
