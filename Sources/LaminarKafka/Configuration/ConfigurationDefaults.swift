/// Every default in one place; `docs/configuration.md` is printed from the same values.
public enum ConfigurationDefaults {
    /// `batch_size`.
    public static let batchRecords = 1000
    /// `batch_bytes`: 16 MiB.
    public static let batchBytes = 16 << 20
    /// `batch_timeout_ms`.
    public static let batchTimeout = Duration.milliseconds(1000)
    /// `commit.interval.ms`.
    public static let commitInterval = Duration.milliseconds(5000)
    /// The same for the transactions of `sink.commit_mode` = `exactly_once`.
    public static let transactionInterval = Duration.milliseconds(100)
    /// `dlq_timeout_ms`.
    public static let deadLetterTimeout = Duration.seconds(60)
    /// `group_id_prefix`.
    public static let groupIDPrefix = "laminar-"
    /// `parallelism`.
    public static let parallelism = 1
    /// `schema_registry.timeout_ms`.
    public static let registryTimeout = Duration.seconds(10)
    /// `schema_registry.registry_name`, for Glue.
    public static let glueRegistryName = "default-registry"
    /// `client.id`.
    public static let clientID = "laminar"
    /// The version that brokers see.
    package static let clientVersion = "0.1.0"
}
