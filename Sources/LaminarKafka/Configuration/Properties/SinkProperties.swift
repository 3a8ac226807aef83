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

    /// What Laminar's guarantees rest on; nothing overrides it.
    static let ownedProperties: [(name: String, value: String)] = [
        ("enable.idempotence", "true"),
        ("acks", "all"),
    ]

    /// Everything that `rd_kafka_conf_set` is told for one producer, but for `transactional.id`, which belongs to each
    /// producer (``TransactionGroup``).
    ///
    /// - Parameter secrets: asked for the secrets that the configuration refers to.
    /// - Throws: ``ConfigurationError`` as ``validate()`` does, and for a file that can't be read; `SecretError` for a
    ///   secret that isn't known.
    package func clientProperties(secrets: any SecretProvider) async throws -> ClientProperties {
        try validate()
        var properties = ClientProperties()
        for (name, value) in Self.defaultProperties where LibrdkafkaProperties.check(name, value) == .accepted {
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
