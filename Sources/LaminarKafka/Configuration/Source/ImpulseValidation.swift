extension ImpulseConfiguration {
    /// Checks the ranges.
    ///
    /// - Throws: ``ConfigurationError`` with code `outOfRange`.
    public func validate() throws(ConfigurationError) {
        func require(_ condition: Bool, _ option: String, _ rule: String) throws(ConfigurationError) {
            guard condition else {
                throw ConfigurationError(code: .outOfRange, option: option, message: "'\(option)' \(rule).")
            }
        }
        if let eventRate {
            try require(
                eventRate.isFinite && eventRate > 0 && eventRate <= 1e9, "event_rate",
                "takes a number above 0, at most 1,000,000,000")
        }
        if let messageCount { try require(messageCount >= 0, "message_count", "must not be below 0") }
        if let eventTimeInterval { try require(eventTimeInterval > .zero, "event_time_interval", "must be above zero") }
    }
}
