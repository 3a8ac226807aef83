internal import Foundation

/// Everything that a source needs to know; `CREATE CONNECTION … (type = 'source')` builds the same.
///
///     var configuration = KafkaSourceConfiguration(
///         bootstrapServers: "localhost:9092", subscription: .topics(["orders"]), groupID: "billing")
///     configuration.start = .latest
///     configuration.properties["fetch.min.bytes"] = "1024"
///
/// Every property but the first two has a default that is safe: nothing is lost silently, nothing is committed before it
/// was processed. Nothing is contacted and no file is read before a client connects.
public struct KafkaSourceConfiguration: Sendable, Hashable {
    /// Brokers to start from: `host:port` or `[v6]:port`, separated by commas (`bootstrap_servers`).
    public var bootstrapServers: String
    /// What is read (`topic`, `topics`, `topic_pattern`).
    public var subscription: Subscription
    /// The consumer group (`group_id`). One that was made up stays the same in copies of this value, but another
    /// process, or the next run, would have its own: name the group, or keep this id.
    public var groupID: String
    /// Where the group's first start begins (`offset`, `timestamp`).
    public var start: StartPosition = .earliest
    /// When a batch is handed out (`batch_size`, `batch_bytes`, `batch_timeout_ms`).
    public var batch = BatchLimits()
    /// What happens to a record that can't be decoded (`bad_data`).
    public var badData: BadDataPolicy = .fail
    /// When offsets are committed (`enable.auto.commit`, `commit.interval.ms`).
    public var commits: CommitPolicy = .automatic()
    /// What happens when the position to resume at is gone (`auto.offset.reset`).
    public var offsetOutOfRange: OffsetOutOfRange = .fail
    /// Whether uncommitted transactions are seen (`isolation.level`).
    public var isolation: IsolationLevel = .readCommitted
    /// How the client authenticates and encrypts (`auth.*`, `security.protocol`, `ssl.*`).
    public var security: KafkaSecurity = .plaintext
    /// Members of the group in this process, each with a client, a thread and a decoder: 1 to 64 (`parallelism`). More
    /// than the topics have partitions is of no use.
    public var parallelism = ConfigurationDefaults.parallelism
    /// How payloads are decoded (`format` and its options); nil where the host gives a decoder in code.
    public var format: FormatOptions?
    /// Where schemas are had (`schema_registry.*`); nil where the format needs none.
    public var schemaRegistry: SchemaRegistryConfiguration?
    /// How the registry's subjects are named (`value_subject`, `key_subject`, `subject_name_strategy`).
    public var subjects = SubjectNaming()
    /// Any other property of librdkafka by its name; `${secret:name}` is allowed in a value. What Laminar owns is
    /// refused by ``validate()`` with the option to use.
    public var properties: [String: String] = [:]

    /// - Parameters:
    ///   - bootstrapServers: `host:port` or `[v6]:port`, separated by commas.
    ///   - subscription: the topics, or a pattern.
    ///   - groupID: nil makes up `laminar-` and a random UUID.
    public init(bootstrapServers: String, subscription: Subscription, groupID: String? = nil) {
        self.bootstrapServers = bootstrapServers
        self.subscription = subscription
        self.groupID = groupID ?? Self.makeGroupID()
    }

    /// A group id that nobody else has.
    public static func makeGroupID(prefix: String = ConfigurationDefaults.groupIDPrefix) -> String {
        prefix + UUID().uuidString.lowercased()
    }
}
