extension ImpulseConfiguration {
    /// Builds the configuration of an impulse from options in their normal form.
    init(_ values: OptionValues) throws(ConfigurationError) {
        if values.text("type") == "sink" {
            throw ConfigurationError(
                code: .notApplicable, option: "type",
                message: "An impulse makes records, so it can't be a sink: take 'type' out.")
        }
        self.init(
            eventRate: values.text("event_rate").flatMap { Double($0) },
            messageCount: values.integer("message_count").map(Int64.init),
            eventTimeInterval: values.text("event_time_interval").flatMap(DurationText.nanoseconds)
                .map { .nanoseconds($0) })
    }
}
