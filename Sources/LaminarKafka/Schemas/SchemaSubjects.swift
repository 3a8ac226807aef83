import LaminarFormats

// Under which name a registry keeps the schema of a topic's values.

extension ConnectionConfiguration {
    /// The one subject of the values that are read or written.
    ///
    /// - Throws: ``ConfigurationError`` with code `missingOption` where several topics are read, or the strategy needs a
    ///   record's name, and no subject is given.
    func valueSubject(_ registry: SchemaRegistryConfiguration) throws(ConfigurationError) -> String {
        switch self {
        case .kafkaSource(let source):
            return try source.subjects.valueSubject(topic: source.subscription.onlyTopic, record: nil, registry)
        case .kafkaSink(let sink):
            return try sink.subjects.valueSubject(topic: sink.topic, record: nil, registry)
        case .impulse: return ""
        }
    }
}

extension SubjectNaming {
    /// The subject of the values of a topic; of Glue, the schema's name.
    ///
    /// - Parameters:
    ///   - topic: nil where several are read.
    ///   - record: the record's full name, where it is known.
    /// - Throws: ``ConfigurationError`` with code `missingOption`.
    func valueSubject(
        topic: String?, record: String?, _ registry: SchemaRegistryConfiguration
    ) throws(ConfigurationError) -> String {
        if case .glue(let glue) = registry, let name = glue.schemaName ?? topic { return name }
        if let value { return value }
        switch (strategy, topic, record) {
        case (.topicName, let topic?, _): return "\(topic)-value"
        case (.recordName, _, let record?): return record
        case (.topicRecordName, let topic?, let record?): return "\(topic)-\(record)"
        default:
            let option =
                if case .glue = registry { "schema_registry.schema_name" } else { "value_subject" }
            let reason =
                topic == nil
                ? "several topics are read" : "'subject_name_strategy' = '\(strategy.rawValue)' needs a record's name"
            throw ConfigurationError(
                code: .missingOption, option: option,
                message: "Which schema is meant can't be known, since \(reason): add '\(option)'.")
        }
    }
}

extension KafkaSourceConfiguration.Subscription {
    /// The topic, where it is one.
    fileprivate var onlyTopic: String? {
        if case .topics(let topics) = self, topics.count == 1 { topics.first } else { nil }
    }
}

extension SchemaFormat {
    /// The option that holds a schema's text.
    var schemaOption: String { schemaLanguage == .avro ? "avro.schema" : "protobuf.schema" }

    /// Whether what is written needs a schema that only a registry has.
    func awaitsRegistry(_ options: [String: String]) -> Bool {
        switch schemaLanguage {
        case .avro: options["avro.framing"] ?? "registry" == "registry"
        case .protobuf: options["protobuf.schema"] == nil && options["protobuf.descriptor"] == nil
        case .json: false
        }
    }
}
