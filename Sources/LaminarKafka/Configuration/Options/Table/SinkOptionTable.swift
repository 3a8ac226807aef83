extension OptionCatalog {
    static let sinkOptions: [OptionDefinition] = [
        OptionDefinition(
            "sink.commit_mode", .sink, .choice(["at_least_once", "exactly_once"]), default: "at_least_once",
            "`exactly_once` writes outputs and offsets in one Kafka transaction."),
        OptionDefinition(
            "sink.transactional_id", .sink, .text, note: "`laminar-<group id>-<host name>`",
            "What the transactional ids of `exactly_once` begin with; a number follows for each producer."),
        OptionDefinition(
            "sink.key_field", .sink, .text, note: "no key", "The column that becomes the record's key."),
        OptionDefinition(
            "sink.timestamp_field", .sink, .text, note: "the time of writing",
            "The column that becomes the record's timestamp."),
        OptionDefinition(
            "sink.partitioner", .sink, .choice(KafkaSinkConfiguration.Partitioner.allCases.map(\.rawValue)),
            aliases: ["partitioner"], default: KafkaSinkConfiguration.Partitioner.murmur2Random.rawValue,
            "How a key chooses its partition; the default is Java's placement."),
    ]
}
