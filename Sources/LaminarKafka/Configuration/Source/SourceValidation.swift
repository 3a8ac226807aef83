extension KafkaSourceConfiguration {
    /// Checks everything that can be checked without a broker, a file or a secret: values, and what contradicts what.
    ///
    /// A client is created only from a configuration that passes; the DDL calls it at CREATE.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, naming the option that SQL has for it.
    public func validate() throws(ConfigurationError) {
        _ = try BrokerAddress.list(parsing: bootstrapServers)
        try validateSubscription()
        try validateGroupAndStart()
        try validateBatches()
        try validateBadData()
        try security.validate()
        try FormatRules.check(format: format, registry: schemaRegistry, subjects: subjects, isSink: false)
        try PropertyRules.check(properties, side: .consumer)
        try PropertyCombinations.checkConsumer(properties, parallelism: parallelism)
        try PropertyCombinations.checkTLS(properties, security: security)
    }

    /// What is allowed, and worth a word to a person all the same.
    public var notices: [ConfigurationNotice] { security.notices }

    private func validateSubscription() throws(ConfigurationError) {
        switch subscription {
        case .topics(let names):
            guard !names.isEmpty else {
                throw ConfigurationError(
                    code: .missingOption, option: "topic",
                    message: "A source needs one of 'topic', 'topics' and 'topic_pattern'.")
            }
            for name in names { try TopicName.check(name, option: names.count == 1 ? "topic" : "topics") }
        case .pattern(let pattern):
            try TopicPattern.check(pattern)
        }
    }

    private func validateGroupAndStart() throws(ConfigurationError) {
        guard !groupID.isEmpty else {
            throw ConfigurationError(code: .invalidValue, option: "group_id", message: "'group_id' is empty.")
        }
        guard groupID.utf8.count <= 32_000, !groupID.unicodeScalars.contains(where: { $0.value < 32 }) else {
            throw ConfigurationError(
                code: .invalidValue, option: "group_id",
                message: "'group_id' is longer than 32,000 bytes or holds a control character.")
        }
        switch start {
        case .earliest, .latest: break
        case .timestamp(let milliseconds):
            try Self.require(milliseconds >= 0, "timestamp", "must not be before 1970")
        case .offsets(let offsets):
            try Self.require(!offsets.isEmpty, "offset", "names no partition")
            for (partition, offset) in offsets {
                try Self.require(
                    partition >= 0 && offset >= 0, "offset", "takes partitions and offsets of at least 0")
            }
            if case .topics(let names) = subscription, names.count == 1 { return }
            throw ConfigurationError(
                code: .conflict, option: "offset",
                message:
                    "'offset' gives offsets by partition, which need a single 'topic': with several topics nobody can "
                    + "tell whose partition 0 is meant. Use one connection a topic.")
        }
    }

    private func validateBatches() throws(ConfigurationError) {
        try Self.require(1...1_000_000 ~= batch.records, "batch_size", "takes 1 to 1,000,000 records")
        try Self.require(1...(1 << 30) ~= batch.bytes, "batch_bytes", "takes 1 to 1,073,741,824 bytes")
        try Self.require(
            Duration.milliseconds(1)...Duration.seconds(3600) ~= batch.timeout, "batch_timeout_ms",
            "takes 1 to 3,600,000 milliseconds")
        try Self.require(
            Duration.milliseconds(1)...Duration.seconds(86400) ~= commits.interval, "commit.interval.ms",
            "takes 1 to 86,400,000 milliseconds")
        try Self.require(1...64 ~= parallelism, "parallelism", "takes 1 to 64 members")
    }

    private func validateBadData() throws(ConfigurationError) {
        if let limit = badData.maxErrorsPerBatch {
            try Self.require(limit >= 0, "max_errors_per_batch", "must not be below 0")
        }
        guard case .deadLetter(let topic, _, let timeout) = badData else { return }
        try Self.require(
            Duration.seconds(1)...Duration.seconds(86400) ~= timeout, "dlq_timeout_ms",
            "takes 1,000 to 86,400,000 milliseconds")
        try TopicName.check(topic, option: "dlq_topic")
        if case .topics(let names) = subscription, names.contains(topic) {
            throw ConfigurationError(
                code: .conflict, option: "dlq_topic",
                message:
                    "'dlq_topic' is \(topic), which this source reads: a bad record would come back for ever. Name "
                    + "another topic.")
        }
    }

    private static func require(
        _ condition: Bool, _ option: String, _ rule: String
    ) throws(ConfigurationError) {
        guard condition else {
            throw ConfigurationError(code: .outOfRange, option: option, message: "'\(option)' \(rule).")
        }
    }
}
