package import LaminarCore

extension KafkaSourceConfiguration {
    /// What Laminar sets on every consumer; a property of the user's own wins, but for those that Laminar owns.
    ///
    /// The queue is bounded by its bytes alone (`queued.min.messages` at its maximum): a response can hold 16,000
    /// messages, and a queue that holds less than two of them stops the fetcher for `fetch.queue.backoff.ms`. With
    /// librdkafka's own 64 MB a topic of small messages takes 200 MB of memory. A response of 384 KiB a partition stays in
    /// the cache until it is decoded (1 MiB costs a tenth more CPU time, more with compression); a partition behind a long
    /// round trip wants more.
    static let defaultProperties: [(name: String, value: String)] = [
        ("client.id", ConfigurationDefaults.clientID),
        ("client.software.name", "laminar"),
        ("client.software.version", ConfigurationDefaults.clientVersion),
        ("partition.assignment.strategy", "cooperative-sticky"),
        ("queued.max.messages.kbytes", "16384"),
        ("queued.min.messages", "10000000"),
        ("fetch.queue.backoff.ms", "10"),
        ("fetch.message.max.bytes", "393216"),
        ("topic.metadata.refresh.interval.ms", "10000"),
        ("socket.keepalive.enable", "true"),
        ("socket.nagle.disable", "true"),
        ("log.connection.close", "false"),
        // What lag and buffers are known from.
        ("statistics.interval.ms", "5000"),
    ]

    /// What Laminar's guarantees rest on; nothing overrides it.
    static let ownedProperties: [(name: String, value: String)] = [
        ("enable.auto.commit", "false"),
        ("enable.auto.offset.store", "false"),
        ("enable.partition.eof", "false"),
        // Laminar resolves a position that is out of range itself, so that it can name the lost range.
        ("auto.offset.reset", "error"),
    ]

    /// Everything that `rd_kafka_conf_set` is told for one consumer.
    ///
    /// - Parameters:
    ///   - secrets: asked for the secrets that the configuration refers to.
    ///   - excludedTopics: names that a pattern must not match: dead letter topics, which a source would feed itself.
    /// - Throws: ``ConfigurationError`` as ``validate()`` does, and for a file that can't be read; `SecretError` for a
    ///   secret that isn't known.
    package func clientProperties(
        secrets: any SecretProvider, excludedTopics: [String] = []
    ) async throws -> ClientProperties {
        try validate()
        var properties = ClientProperties()
        for (name, value) in Self.defaultProperties where LibrdkafkaProperties.check(name, value) == .accepted {
            properties.set(name, value)
        }
        try await properties.pass(self.properties, side: .consumer, secrets: secrets)
        properties.set("bootstrap.servers", BrokerAddress.joined(try BrokerAddress.list(parsing: bootstrapServers)))
        properties.set("group.id", groupID)
        properties.set("isolation.level", isolation.rawValue)
        for (name, value) in Self.ownedProperties { properties.set(name, value) }
        if case .pattern = subscription {
            let hidden = ["^__"] + excludedTopics.map { "^\(TopicPattern.escaped($0))$" }
            let own = properties["topic.blacklist"].map { [$0] } ?? []
            properties.set("topic.blacklist", (own + hidden).joined(separator: ","))
        }
        // In the next generation of groups the broker assigns, and librdkafka refuses the property.
        if properties["group.protocol"]?.lowercased() == "consumer" {
            properties.remove("partition.assignment.strategy")
        }
        try await properties.apply(security, secrets: secrets)
        return properties
    }
}
