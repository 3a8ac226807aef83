extension OptionCatalog {
    static let clusterOptions: [OptionDefinition] = [
        OptionDefinition(
            "bootstrap_servers", .kafka, .brokers, required: true,
            "Brokers to start from. Blanks are trimmed and repetitions dropped; every element needs its port."),
        OptionDefinition(
            "topic", .kafka, .topic, governors: ["topics", "topic_pattern"],
            "The topic to read or to write. A source needs exactly one of `topic`, `topics` and `topic_pattern`; a sink needs `topic`."
        ),
        OptionDefinition("topics", .source, .topics, governors: ["topic", "topic_pattern"], "Several topics to read."),
        OptionDefinition(
            "topic_pattern", .source, .pattern, governors: ["topic", "topics"],
            "Read every topic whose whole name matches. Topics that begin with `__` and dead letter topics never do; a new topic is found within 30 seconds."
        ),
        OptionDefinition(
            "type", .every, .choice(["source", "sink"]), note: "required for kafka",
            "Whether records are read or written. An `impulse` is always a source."),
        OptionDefinition(
            "format", .kafka, .format, required: true,
            "How a record's value is read or written. `raw_bytes` is `raw`; a decoder that the host registered is called by its own name."
        ),
    ]
}
