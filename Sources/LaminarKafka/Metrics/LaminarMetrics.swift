public import LaminarCore

// What Laminar counts. docs/observability.md lists the same; a test holds both together.

extension MetricDefinition {
    /// Every metric of Laminar's own.
    public static let laminar: [MetricDefinition] = sources + clients + sinks + services

    private static let sources: [MetricDefinition] = [
        sourceRecords, sourceBytes, sourceBatches, sourceTombstones, decodeErrors, deadLetters, sourceTroubles,
        sourceCommits, commitSeconds, sourceRebalances, sourcePartitions, sourceLag, sourceBufferRecords,
        sourceBufferBytes, sourceState, decodeSeconds, processSeconds, checkpoints, checkpointSeconds,
    ]
    private static let clients: [MetricDefinition] = [brokerRoundTrip, brokerTimeouts, brokerDisconnects]
    private static let sinks: [MetricDefinition] = [
        sinkRecords, sinkBytes, sinkFailures, sinkInFlightRecords, sinkInFlightBytes, transactions, transactionSeconds,
    ]
    private static let services: [MetricDefinition] = [registryRequests, registrySeconds, tokenRefreshes]

    // MARK: Sources

    /// `laminar_source_records_total`
    public static let sourceRecords = MetricDefinition(
        counter: "laminar_source_records_total",
        "Records that were handed to the host, tombstones included and bad ones not.", labels: ["source"])
    /// `laminar_source_bytes_total`
    public static let sourceBytes = MetricDefinition(
        counter: "laminar_source_bytes_total", "Bytes of the keys and values of the batches that were handed on.",
        labels: ["source"])
    /// `laminar_source_batches_total`
    public static let sourceBatches = MetricDefinition(
        counter: "laminar_source_batches_total", "Batches that were handed to the host.", labels: ["source"])
    /// `laminar_source_tombstones_total`
    public static let sourceTombstones = MetricDefinition(
        counter: "laminar_source_tombstones_total", "Records without a value, where the format has none for them.",
        labels: ["source"])
    /// `laminar_decode_errors_total`
    public static let decodeErrors = MetricDefinition(
        counter: "laminar_decode_errors_total",
        "Records that could not be decoded, by reason and by what became of them: skipped, dead_lettered, failed.",
        labels: ["source", "reason", "outcome"])
    /// `laminar_dead_letters_total`
    public static let deadLetters = MetricDefinition(
        counter: "laminar_dead_letters_total", "Records that the dead letter topic's brokers have acknowledged.",
        labels: ["source"])
    /// `laminar_source_troubles_total`
    public static let sourceTroubles = MetricDefinition(
        counter: "laminar_source_troubles_total", "Troubles that are retried, by the error's code.",
        labels: ["source", "code"])
    /// `laminar_source_commits_total`
    public static let sourceCommits = MetricDefinition(
        counter: "laminar_source_commits_total", "Commits of offsets to the group, by result: ok, failed.",
        labels: ["source", "result"])
    /// `laminar_source_commit_seconds`
    public static let commitSeconds = MetricDefinition(
        histogram: "laminar_source_commit_seconds", "From a commit to the group's answer.", labels: ["source"])
    /// `laminar_source_rebalances_total`
    public static let sourceRebalances = MetricDefinition(
        counter: "laminar_source_rebalances_total",
        "Changes of the assignment that concerned partitions, by kind: assigned, revoked, lost.",
        labels: ["source", "kind"])
    /// `laminar_source_partitions`
    public static let sourcePartitions = MetricDefinition(
        gauge: "laminar_source_partitions", "Partitions that this process reads.", labels: ["source"])
    /// `laminar_source_lag_records`
    public static let sourceLag = MetricDefinition(
        gauge: "laminar_source_lag_records",
        "Offsets between what was processed and the partition's end, as librdkafka last saw it.",
        labels: ["source", "topic", "partition"])
    /// `laminar_source_buffer_records`
    public static let sourceBufferRecords = MetricDefinition(
        gauge: "laminar_source_buffer_records",
        "Records that wait: fetched (in librdkafka's queue) or delivered (on the way to the host and in its hands).",
        labels: ["source", "place"])
    /// `laminar_source_buffer_bytes`
    public static let sourceBufferBytes = MetricDefinition(
        gauge: "laminar_source_buffer_bytes",
        "Bytes that wait: fetched (in librdkafka's queue) or delivered (on the way to the host).",
        labels: ["source", "place"])
    /// `laminar_source_state`
    public static let sourceState = MetricDefinition(
        gauge: "laminar_source_state",
        "Sources in each state: starting, running, idle, stalled, failed, stopped.", labels: ["source", "state"])
    /// `laminar_source_decode_seconds`
    public static let decodeSeconds = MetricDefinition(
        histogram: "laminar_source_decode_seconds", "How long decoding a batch takes.", labels: ["source"])
    /// `laminar_source_process_seconds`
    public static let processSeconds = MetricDefinition(
        histogram: "laminar_source_process_seconds", "How long the host has a batch before it asks for the next one.",
        labels: ["source"])
    /// `laminar_checkpoints_total`
    public static let checkpoints = MetricDefinition(
        counter: "laminar_checkpoints_total", "Checkpoints, by result: ok, fenced, failed.",
        labels: ["source", "result"])
    /// `laminar_checkpoint_seconds`
    public static let checkpointSeconds = MetricDefinition(
        histogram: "laminar_checkpoint_seconds",
        "How long a checkpoint takes, the host's own writes in its transaction included.", labels: ["source"])

    // MARK: Clients

    /// `laminar_broker_round_trip_seconds`
    public static let brokerRoundTrip = MetricDefinition(
        gauge: "laminar_broker_round_trip_seconds",
        "Mean time from a request to its answer in the last statistics, fetches that wait for records too.",
        labels: ["source", "broker"])
    /// `laminar_broker_timeouts_total`
    public static let brokerTimeouts = MetricDefinition(
        counter: "laminar_broker_timeouts_total", "Requests that a broker did not answer in time.",
        labels: ["source", "broker"])
    /// `laminar_broker_disconnects_total`
    public static let brokerDisconnects = MetricDefinition(
        counter: "laminar_broker_disconnects_total", "Connections to a broker that ended.",
        labels: ["source", "broker"])

    // MARK: Sinks

    /// `laminar_sink_records_total`
    public static let sinkRecords = MetricDefinition(
        counter: "laminar_sink_records_total", "Records that the brokers have acknowledged.", labels: ["topic"])
    /// `laminar_sink_bytes_total`
    public static let sinkBytes = MetricDefinition(
        counter: "laminar_sink_bytes_total", "Bytes of the records that the brokers have acknowledged.",
        labels: ["topic"])
    /// `laminar_sink_failures_total`
    public static let sinkFailures = MetricDefinition(
        counter: "laminar_sink_failures_total", "Records that could not be written.", labels: ["topic"])
    /// `laminar_sink_in_flight_records`
    public static let sinkInFlightRecords = MetricDefinition(
        gauge: "laminar_sink_in_flight_records", "Records that wait for a broker's acknowledgement.",
        labels: ["topic"])
    /// `laminar_sink_in_flight_bytes`
    public static let sinkInFlightBytes = MetricDefinition(
        gauge: "laminar_sink_in_flight_bytes", "Bytes that wait for a broker's acknowledgement.", labels: ["topic"])
    /// `laminar_transactions_total`
    public static let transactions = MetricDefinition(
        counter: "laminar_transactions_total", "Kafka transactions, by result: committed, aborted.",
        labels: ["topic", "result"])
    /// `laminar_transaction_seconds`
    public static let transactionSeconds = MetricDefinition(
        histogram: "laminar_transaction_seconds", "How long committing a Kafka transaction takes.", labels: ["topic"])

    // MARK: Services

    /// `laminar_registry_requests_total`
    public static let registryRequests = MetricDefinition(
        counter: "laminar_registry_requests_total",
        "Questions to the schema registry, by result: ok, or the error's code.", labels: ["operation", "result"])
    /// `laminar_registry_request_seconds`
    public static let registrySeconds = MetricDefinition(
        histogram: "laminar_registry_request_seconds",
        "How long a question to the schema registry takes, retries included.",
        labels: ["operation"])
    /// `laminar_token_refreshes_total`
    public static let tokenRefreshes = MetricDefinition(
        counter: "laminar_token_refreshes_total", "New tokens for SASL/OAUTHBEARER, by result: ok, failed.",
        labels: ["result"])
}
