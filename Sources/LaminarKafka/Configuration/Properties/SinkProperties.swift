package import LaminarCore

extension KafkaSinkConfiguration {
    /// What Laminar sets on every producer; a property of the user's own wins.
    static let defaultProperties: [(name: String, value: String)] = [
        ("client.id", ConfigurationDefaults.clientID),
        ("client.software.name", "laminar"),
        ("client.software.version", ConfigurationDefaults.clientVersion),
        ("socket.keepalive.enable", "true"),
        ("socket.nagle.disable", "true"),
        ("log.connection.close", "false"),
    ]

    /// The same on a producer of transactions: nobody sees a record before the commit, which lingers for none, so that
    /// larger requests cost no time. Records without a key stay with a partition for twice as long, by librdkafka's rule, which
    /// is most of the gain: with 10 ms there is none.
    static let transactionalDefaults: [(name: String, value: String)] = [("linger.ms", "50")]

    static func defaults(isTransactional: Bool) -> [(name: String, value: String)] {
        isTransactional ? defaultProperties + transactionalDefaults : defaultProperties
    }

    /// What Laminar's guarantees rest on; nothing overrides it.
    static let ownedProperties: [(name: String, value: String)] = [
        ("enable.idempotence", "true"),
        ("acks", "all"),
    ]

    /// Everything that `rd_kafka_conf_set` is told for one producer, but for `transactional.id`, which belongs to each
    /// producer (``TransactionGroup``).
    ///
    /// - Parameters:
    ///   - secrets: asked for the secrets that the configuration refers to.
    ///   - isTransactional: whether the producer writes in transactions.
    /// - Throws: ``ConfigurationError`` as ``validate()`` does, and for a file that can't be read; `SecretError` for a
    ///   secret that isn't known.
    package func clientProperties(
        secrets: any SecretProvider, isTransactional: Bool = false
    ) async throws -> ClientProperties {
        try validate()
        var properties = ClientProperties()
        let defaults = Self.defaults(isTransactional: isTransactional)
        for (name, value) in defaults where LibrdkafkaProperties.check(name, value) == .accepted {
            properties.set(name, value)
        }
        try await properties.pass(self.properties, side: .producer, secrets: secrets)
        properties.set("bootstrap.servers", BrokerAddress.joined(try BrokerAddress.list(parsing: bootstrapServers)))
        properties.set("partitioner", partitioner.rawValue)
        for (name, value) in Self.ownedProperties { properties.set(name, value) }
        try await properties.apply(security, secrets: secrets)
        return properties
    }
}
