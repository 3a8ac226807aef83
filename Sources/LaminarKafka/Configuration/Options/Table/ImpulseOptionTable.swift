extension OptionCatalog {
    static let impulseOptions: [OptionDefinition] = [
        OptionDefinition(
            "event_rate", .impulse, .rate, note: "unlimited", "Records a second, a fraction allowed."),
        OptionDefinition(
            "message_count", .impulse, .integer(0...Int64.max), note: "without end", "Records in all."),
        OptionDefinition(
            "event_time_interval", .impulse, .duration, note: "the time of making",
            "The distance between the timestamps of two records; a number without a unit counts nanoseconds."),
    ]

    static let tableOptions: [OptionDefinition] = [
        OptionDefinition(
            "connector", .table, .text, note: "required", "The connection's name. Without any option, a table is local."
        ),
        OptionDefinition(
            "include_metadata", .table, .boolean, default: "false",
            "Needed for `_kafka_*` columns and for METADATA FROM."),
    ]
}
