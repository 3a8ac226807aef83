import LaminarCore

/// How to reach a cluster to look at it and to mend it: no topic and no group of its own.
///
///     var configuration = KafkaAdminConfiguration(bootstrapServers: "b1:9092,b2:9092")
///     configuration.security = .sasl(.plain(username: "app", password: .secret(named: "kafka_password")))
///     let admin = try KafkaAdmin(configuration)
///
/// One of a source or sink comes in by the same door as it does: `KafkaAdminConfiguration(source)`.
public struct KafkaAdminConfiguration: Sendable, Hashable {
    /// Brokers to start from: `host:port` or `[v6]:port`, separated by commas.
    public var bootstrapServers: String
    /// How the client authenticates and encrypts.
    public var security: KafkaSecurity
    /// Properties of librdkafka that concern every client, by their names: `socket.timeout.ms`, say.
    public var properties: [String: String]
    /// How long one call may take, the connection included: 1 ms up to an hour; 30 s unless told otherwise.
    public var timeout = Duration.seconds(30)

    /// - Parameters:
    ///   - bootstrapServers: `host:port` or `[v6]:port`, separated by commas.
    ///   - security: nothing unless told otherwise.
    ///   - properties: of librdkafka.
    public init(
        bootstrapServers: String, security: KafkaSecurity = .plaintext, properties: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.security = security
        self.properties = properties
    }

    /// The way to the cluster that a source takes.
    public init(_ source: KafkaSourceConfiguration) {
        self.init(
            bootstrapServers: source.bootstrapServers, security: source.security,
            properties: Self.shared(source.properties, .consumer))
    }

    /// The way to the cluster that a sink takes.
    public init(_ sink: KafkaSinkConfiguration) {
        self.init(
            bootstrapServers: sink.bootstrapServers, security: sink.security,
            properties: Self.shared(sink.properties, .producer))
    }

    /// The way that a connection takes; nil for an impulse, which goes nowhere.
    init?(_ connection: ConnectionConfiguration) {
        switch connection {
        case .kafkaSource(let source): self.init(source)
        case .kafkaSink(let sink): self.init(sink)
        case .impulse: return nil
        }
    }

    /// Those that are neither a consumer's nor a producer's.
    private static func shared(_ properties: [String: String], _ side: LibrdkafkaProperties.Side) -> [String: String] {
        var shared: [String: String] = [:]
        for (name, value) in properties {
            guard let resolved = try? PropertyRules.resolve(name, value, side: side),
                LibrdkafkaProperties.loaded[resolved.name]?.side == .both
            else { continue }
            // Under librdkafka's name: Java's may mean another one to another client.
            shared[resolved.name] = resolved.value
        }
        return shared
    }

    /// Checks everything that can be checked without a broker, a file or a secret.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    public func validate() throws(ConfigurationError) {
        _ = try BrokerAddress.list(parsing: bootstrapServers)
        try security.validate()
        try PropertyRules.check(properties, side: .both)
        try PropertyCombinations.checkTLS(properties, security: security)
        guard timeout >= .milliseconds(1), timeout <= .seconds(3600) else {
            throw ConfigurationError(
                code: .outOfRange, option: nil, message: "An admin's timeout is \(timeout); it takes 1 ms to an hour.")
        }
    }

    /// Everything that `rd_kafka_conf_set` is told.
    ///
    /// It is a consumer without a group: a producer's questions about a topic would bring the topic into being.
    func clientProperties(secrets: any SecretProvider) async throws -> ClientProperties {
        try validate()
        var properties = ClientProperties()
        for (name, value) in Self.defaultProperties where LibrdkafkaProperties.check(name, value) == .accepted {
            properties.set(name, value)
        }
        try await properties.pass(self.properties, side: .both, secrets: secrets)
        properties.set("bootstrap.servers", BrokerAddress.joined(try BrokerAddress.list(parsing: bootstrapServers)))
        // The end of a partition is its high watermark here, as Kafka's own tools show it.
        properties.set("isolation.level", "read_uncommitted")
        properties.set("enable.auto.commit", "false")
        try await properties.apply(security, secrets: secrets)
        return properties
    }

    private static let defaultProperties: [(name: String, value: String)] = [
        ("client.id", ConfigurationDefaults.clientID),
        ("client.software.name", "laminar"),
        ("client.software.version", ConfigurationDefaults.clientVersion),
        ("socket.keepalive.enable", "true"),
        ("socket.nagle.disable", "true"),
        // Why a listener hung up is said by these lines alone.
        ("log.connection.close", "true"),
    ]

    /// Two with the same one come to the same cluster as the same user.
    var door: KafkaAdminConfiguration {
        var door = self
        if let addresses = try? BrokerAddress.list(parsing: bootstrapServers) {
            door.bootstrapServers = addresses.map(\.description).sorted().joined(separator: ",")
        }
        return door
    }
}
