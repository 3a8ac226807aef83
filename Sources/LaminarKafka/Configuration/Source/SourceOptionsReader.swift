extension KafkaSourceConfiguration {
    /// Builds the configuration of `type = 'source'` from options in their normal form.
    init(_ values: OptionValues, context: ConfigurationContext) throws(ConfigurationError) {
        try self.init(
            bootstrapServers: values.required("bootstrap_servers", "A source"),
            subscription: Self.subscription(values), groupID: Self.groupID(values, context: context))
        start = try Self.start(values)
        batch = Self.batch(values)
        badData = try Self.badData(values)
        let interval = values.milliseconds("commit.interval.ms") ?? ConfigurationDefaults.commitInterval
        commits =
            values.flag("enable.auto.commit") ?? true ? .automatic(every: interval) : .manual(checkpointEvery: interval)
        offsetOutOfRange = values.choice("auto.offset.reset") ?? .fail
        isolation = values.choice("isolation.level") ?? .readCommitted
        parallelism = values.integer("parallelism") ?? ConfigurationDefaults.parallelism
        security = try SecurityOptions.read(values)
        format = try FormatOptionsReader.format(values, "A source")
        schemaRegistry = try FormatOptionsReader.registry(values)
        subjects = try FormatOptionsReader.subjects(values)
        properties = values.properties.mapValues(\.text)
    }

    private static func subscription(_ values: OptionValues) throws(ConfigurationError) -> Subscription {
        let given = ["topic", "topics", "topic_pattern"].filter(values.has)
        if given.count > 1 {
            throw ConfigurationError(
                code: .conflict, option: given[1],
                message:
                    "'\(given[0])' and '\(given[1])' contradict each other: a source takes exactly one of 'topic', "
                    + "'topics' and 'topic_pattern'.")
        }
        if let topic = values.text("topic") { return .topics([topic]) }
        if let topics = values.list("topics") { return .topics(topics) }
        if let pattern = values.text("topic_pattern") { return .pattern(pattern) }
        throw ConfigurationError(
            code: .missingOption, option: "topic",
            message: "A source needs one of 'topic', 'topics' and 'topic_pattern'.")
    }

    private static func groupID(
        _ values: OptionValues, context: ConfigurationContext
    ) throws(ConfigurationError) -> String {
        guard let id = values.text("group_id") else {
            let prefix = values.text("group_id_prefix") ?? ConfigurationDefaults.groupIDPrefix
            // A kept id from before the prefix was changed is of no use to a cluster whose ACLs go by the new one.
            if let kept = context.keptGroupID, kept.hasPrefix(prefix) { return kept }
            return makeGroupID(prefix: prefix)
        }
        if values.has("group_id_prefix") {
            throw ConfigurationError(
                code: .conflict, option: "group_id_prefix",
                message:
                    "'group_id' and 'group_id_prefix' contradict each other: the prefix is for an id that Laminar makes."
            )
        }
        return id
    }

    private static func start(_ values: OptionValues) throws(ConfigurationError) -> StartPosition {
        let timestamp = values.text("timestamp").flatMap(TimestampText.milliseconds)
        switch values.text("offset") ?? "earliest" {
        case "timestamp":
            guard let timestamp else {
                throw ConfigurationError(
                    code: .missingOption, option: "timestamp",
                    message: "'offset' = 'timestamp' needs 'timestamp', such as 2024-01-01T00:00:00Z.")
            }
            return .timestamp(milliseconds: timestamp)
        case let text:
            if timestamp != nil {
                throw ConfigurationError(
                    code: .conflict, option: "timestamp",
                    message:
                        "'timestamp' and 'offset' = '\(text)' contradict each other: write 'offset' = 'timestamp', or "
                        + "take 'timestamp' out.")
            }
            if text == "earliest" { return .earliest }
            if text == "latest" { return .latest }
            return .offsets(try StartPositionText.offsets(text))
        }
    }

    private static func batch(_ values: OptionValues) -> BatchLimits {
        let records = values.integer("batch_size") ?? ConfigurationDefaults.batchRecords
        return BatchLimits(
            records: min(records, values.integer("max.poll.records") ?? records),
            bytes: values.integer("batch_bytes") ?? ConfigurationDefaults.batchBytes,
            timeout: values.milliseconds("batch_timeout_ms") ?? ConfigurationDefaults.batchTimeout,
            fills: values.has("batch_timeout_ms"))
    }

    private static func badData(_ values: OptionValues) throws(ConfigurationError) -> BadDataPolicy {
        let policy = values.text("bad_data") ?? "fail"
        let limit = values.integer("max_errors_per_batch")
        let topic = values.text("dlq_topic")
        for option in ["dlq_topic", "dlq_timeout_ms"] where values.has(option) && policy != "dlq" {
            throw ConfigurationError(
                code: .conflict, option: option,
                message:
                    "'\(option)' and 'bad_data' = '\(policy)' contradict each other: write 'bad_data' = 'dlq', or take "
                    + "'\(option)' out.")
        }
        switch policy {
        case "skip": return .skip(maxErrorsPerBatch: limit)
        case "dlq":
            guard let topic else {
                throw ConfigurationError(
                    code: .missingOption, option: "dlq_topic",
                    message: "'bad_data' = 'dlq' needs 'dlq_topic', the topic that bad records are written to.")
            }
            return .deadLetter(
                topic: topic, maxErrorsPerBatch: limit,
                timeout: values.milliseconds("dlq_timeout_ms") ?? ConfigurationDefaults.deadLetterTimeout)
        default:
            if limit != nil {
                throw ConfigurationError(
                    code: .conflict, option: "max_errors_per_batch",
                    message:
                        "'max_errors_per_batch' and 'bad_data' = 'fail' contradict each other: the first bad record "
                        + "fails the source. Write 'bad_data' = 'skip' or 'dlq', or take it out.")
            }
            return .fail
        }
    }
}
