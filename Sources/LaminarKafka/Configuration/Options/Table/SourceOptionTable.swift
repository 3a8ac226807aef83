extension OptionCatalog {
    static let sourceOptions: [OptionDefinition] = [
        OptionDefinition(
            "group_id", .source, .text, aliases: ["source.group_id"], note: "`laminar-` and a UUID",
            governors: ["group_id_prefix"],
            "The consumer group. A generated id is kept with the connection, so that a restart goes on with the same group."
        ),
        OptionDefinition(
            "group_id_prefix", .source, .text, aliases: ["source.group_id_prefix"],
            default: ConfigurationDefaults.groupIDPrefix, governors: ["group_id"],
            "What a generated group id begins with, for clusters whose ACLs go by prefix. Not together with `group_id`."
        ),
        OptionDefinition(
            "offset", .source, .start, aliases: ["source.offset"], default: "earliest",
            "Where the group's very first start begins. `group` is `earliest`; `timestamp` needs the option `timestamp`; `0:42,1:7` gives offsets by partition and needs a single `topic`."
        ),
        OptionDefinition(
            "timestamp", .source, .timestamp, governors: ["offset"],
            "Where `offset = 'timestamp'` begins; needed with it and only with it. Past the end is the end."),
        OptionDefinition(
            "batch_size", .source, .integer(1...1_000_000), default: String(ConfigurationDefaults.batchRecords),
            "Records a batch at most."),
        OptionDefinition(
            "batch_timeout_ms", .source, .milliseconds(1...3_600_000),
            default: ConfigurationDefaults.batchTimeout.millisecondsText,
            "How long a batch may wait. Left out, it is only an upper bound: a batch leaves as soon as the queue is empty. Written, a batch fills until then, counted from its first record."
        ),
        OptionDefinition(
            "batch_bytes", .source, .bytes(1...(1 << 30)), default: String(ConfigurationDefaults.batchBytes),
            "Bytes of keys, values and headers a batch at most; a larger record is a batch of its own."),
        OptionDefinition(
            "max.poll.records", .source, .integer(1...1_000_000),
            "A cap on the batch, as Java's consumer has it: the smaller of this and `batch_size` counts."),
        OptionDefinition(
            "bad_data", .source, .choice(["fail", "skip", "dlq"], synonyms: ["drop": "skip"]), default: "fail",
            "What happens to a record that can't be decoded. `drop` is `skip`; `dlq` needs `dlq_topic`."),
        OptionDefinition(
            "dlq_topic", .source, .topic, governors: ["bad_data"],
            "Where bad records are written with `bad_data = 'dlq'`; never a topic that is read. It must exist: it is looked for at the start, and never created."
        ),
        OptionDefinition(
            "dlq_timeout_ms", .source, .milliseconds(1000...86_400_000),
            default: ConfigurationDefaults.deadLetterTimeout.millisecondsText, governors: ["bad_data"],
            "How long the dead letter topic may take no record before the source fails rather than lose one."),
        OptionDefinition(
            "max_errors_per_batch", .source, .integer(0...1_000_000_000), note: "unlimited", governors: ["bad_data"],
            "With `skip` and `dlq`: one more bad record in a batch, and the source fails; nothing of the batch counts as processed."
        ),
        OptionDefinition(
            "enable.auto.commit", .source, .boolean, default: "true",
            "`true`: the offsets of processed records are committed on a timer. `false`: only with a checkpoint or an explicit commit."
        ),
        OptionDefinition(
            "commit.interval.ms", .source, .milliseconds(1...86_400_000), aliases: ["auto.commit.interval.ms"],
            default: ConfigurationDefaults.commitInterval.millisecondsText,
            "The timer of `enable.auto.commit`; without it, the interval of a pipeline's checkpoints."),
        OptionDefinition(
            "auto.offset.reset", .source,
            .choice(
                ["error", "earliest", "latest"],
                synonyms: [
                    "none": "error", "smallest": "earliest", "beginning": "earliest", "largest": "latest",
                    "end": "latest",
                ]), default: "error",
            "What happens when the position to resume at is gone. Where a first start begins is `offset`, not this."),
        OptionDefinition(
            "isolation.level", .source, .choice(["read_committed", "read_uncommitted"]), aliases: ["source.read_mode"],
            default: "read_committed", "Whether records of aborted or unfinished transactions are delivered."),
        OptionDefinition(
            "parallelism", .source, .integer(1...64), default: String(ConfigurationDefaults.parallelism),
            "Members of the group in this process, each with its client, thread and decoder."),
    ]
}
