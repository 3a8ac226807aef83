/// Everything that a sink needs to know; `CREATE CONNECTION … (type = 'sink')` builds the same.
///
///     var configuration = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "totals")
///     configuration.commitMode = .exactlyOnce
///     configuration.properties["compression.type"] = "zstd"
///
/// Every record is acknowledged by all in-sync replicas and written once per partition and session (`acks` = `all`,
/// `enable.idempotence`); neither can be switched off.
public struct KafkaSinkConfiguration: Sendable, Hashable {
    /// Brokers to start from: `host:port` or `[v6]:port`, separated by commas (`bootstrap_servers`).
    public var bootstrapServers: String
    /// What is written to (`topic`).
    public var topic: String
    /// What a restart may repeat (`sink.commit_mode`).
    public var commitMode: CommitMode = .atLeastOnce
    /// What the transactional ids begin with; a number follows for each producer (`sink.transactional_id`). Nil =
    /// `laminar-<group id>-<host name>`. Where host names change from start to start, as a container's do, name each
    /// process here: then a new start ends what the one before left open.
    public var transactionalID: String?
    /// The column that becomes the record's key; nil = records have no key (`sink.key_field`).
    public var keyField: String?
    /// The column that becomes the record's timestamp; nil = the time of writing (`sink.timestamp_field`).
    public var timestampField: String?
    /// Which partition a record goes to (`sink.partitioner`).
    public var partitioner: Partitioner = .murmur2Random
    /// How the client authenticates and encrypts (`auth.*`, `security.protocol`, `ssl.*`).
    public var security: KafkaSecurity = .plaintext
    /// How rows are encoded (`format` and its options); nil where the host gives an encoder in code.
    public var format: FormatOptions?
    /// Where schemas are registered (`schema_registry.*`); nil where the format needs none.
    public var schemaRegistry: SchemaRegistryConfiguration?
    /// How the registry's subjects are named (`value_subject`, `key_subject`, `subject_name_strategy`).
    public var subjects = SubjectNaming()
    /// Any other property of librdkafka by its name; `${secret:name}` is allowed in a value.
    public var properties: [String: String] = [:]

    /// - Parameters:
    ///   - bootstrapServers: `host:port` or `[v6]:port`, separated by commas.
    ///   - topic: the topic to write to.
    public init(bootstrapServers: String, topic: String) {
        self.bootstrapServers = bootstrapServers
        self.topic = topic
    }

    /// What a restart may repeat (`sink.commit_mode`).
    public enum CommitMode: String, Sendable, Hashable, CaseIterable {
        /// A record may be written again after a failure. The default.
        case atLeastOnce = "at_least_once"
        /// Outputs and offsets in one Kafka transaction.
        case exactlyOnce = "exactly_once"
    }

    /// How a key chooses its partition (`sink.partitioner`).
    public enum Partitioner: String, Sendable, Hashable, CaseIterable {
        /// Java's placement; records without a key anywhere. The default.
        case murmur2Random = "murmur2_random"
        /// Java's placement; records without a key all in one partition.
        case murmur2
        /// CRC-32 of the key; records without a key, or with an empty one, anywhere.
        case consistentRandom = "consistent_random"
        /// CRC-32 of the key; records without a key all in one partition.
        case consistent
        /// FNV-1a of the key; records without a key anywhere.
        case fnv1aRandom = "fnv1a_random"
        /// FNV-1a of the key; records without a key all in one partition.
        case fnv1a
        /// Anywhere, whatever the key.
        case random
    }
}
