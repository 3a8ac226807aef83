extension KafkaSinkConfiguration {
    /// Checks everything that can be checked without a broker, a file or a secret: values, and what contradicts what.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong, naming the option that SQL has for it.
    public func validate() throws(ConfigurationError) {
        _ = try BrokerAddress.list(parsing: bootstrapServers)
        try TopicName.check(topic, option: "topic")
        for (option, field) in [("sink.key_field", keyField), ("sink.timestamp_field", timestampField)] {
            if let field, field.isEmpty {
                throw ConfigurationError(code: .invalidValue, option: option, message: "'\(option)' names no column.")
            }
        }
        if let transactionalID {
            guard !transactionalID.isEmpty else {
                throw ConfigurationError(
                    code: .invalidValue, option: "sink.transactional_id", message: "'sink.transactional_id' is empty.")
            }
            guard commitMode == .exactlyOnce else {
                throw ConfigurationError(
                    code: .conflict, option: "sink.transactional_id",
                    message:
                        "'sink.transactional_id' is for 'sink.commit_mode' = 'exactly_once': set that, or leave it out."
                )
            }
        }
        try security.validate()
        try FormatRules.check(format: format, registry: schemaRegistry, subjects: subjects, isSink: true)
        try PropertyRules.check(properties, side: .producer)
        try PropertyCombinations.checkProducer(properties, isTransactional: commitMode == .exactlyOnce)
        try PropertyCombinations.checkTLS(properties, security: security)
    }

    /// What is allowed, and worth a word to a person all the same.
    public var notices: [ConfigurationNotice] { security.notices }
}
