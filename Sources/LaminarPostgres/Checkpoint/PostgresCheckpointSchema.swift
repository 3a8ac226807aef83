/// The tables of a checkpoint store, and the statements on them.
///
/// `laminar_checkpoints` has one row a source, topic and partition; `laminar_checkpoint_format` has one row, the number of
/// steps that made the tables what they are. Published steps never change; new ones are added at the end and keep every
/// row.
struct PostgresCheckpointSchema: Sendable {
    /// The schema's name in quotes with its point, or nothing: then the connection's `search_path` decides.
    private let prefix: String

    /// - Parameter schema: nil leaves it to `search_path`.
    init(schema: String?) {
        prefix =
            schema.map {
                "\"\($0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"."
            } ?? ""
    }

    /// All steps, oldest first.
    var steps: [String] {
        [
            """
            CREATE TABLE \(prefix)laminar_checkpoints (
                source TEXT NOT NULL,
                topic TEXT NOT NULL,
                partition INTEGER NOT NULL,
                epoch BIGINT NOT NULL,
                next_offset BIGINT,
                topic_id TEXT,
                leader_epoch INTEGER,
                last_offset BIGINT,
                last_timestamp BIGINT,
                last_hash BIGINT,
                updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
                PRIMARY KEY (source, topic, partition)
            )
            """
        ]
    }

    /// Whether the tables are there: one row, null where they aren't.
    var find: String { "SELECT to_regclass('\(literal("\(prefix)laminar_checkpoint_format"))')" }

    var createFormat: String {
        "CREATE TABLE \(prefix)laminar_checkpoint_format (version INTEGER NOT NULL)"
    }

    var createSchema: String? {
        prefix.isEmpty ? nil : "CREATE SCHEMA IF NOT EXISTS \(prefix.dropLast())"
    }

    var readVersion: String { "SELECT version FROM \(prefix)laminar_checkpoint_format" }

    var writeVersion: String {
        "DELETE FROM \(prefix)laminar_checkpoint_format; "
            + "INSERT INTO \(prefix)laminar_checkpoint_format VALUES (\(steps.count))"
    }

    /// Only one process at a time creates or migrates; the number is this library's own.
    var lock: String { "SELECT pg_advisory_xact_lock(\(0x4c61_6d69_6e61_7231 as Int64))" }

    /// Parameters: source, topic, partition. Returns the new epoch and what is stored.
    var claim: String {
        """
        INSERT INTO \(prefix)laminar_checkpoints AS stored (source, topic, partition, epoch) VALUES ($1, $2, $3, 1)
        ON CONFLICT (source, topic, partition) DO UPDATE SET epoch = stored.epoch + 1, updated_at = now()
        RETURNING epoch, next_offset, topic_id, leader_epoch, last_offset, last_timestamp, last_hash
        """
    }

    /// Parameters: source, topic, partition, epoch, then the position's six. Changes one row and returns the transaction's
    /// id, or none where the epoch has moved on.
    var store: String {
        """
        UPDATE \(prefix)laminar_checkpoints SET epoch = epoch + 1, next_offset = $5, topic_id = $6, leader_epoch = $7,
        last_offset = $8, last_timestamp = $9, last_hash = $10, updated_at = now()
        WHERE source = $1 AND topic = $2 AND partition = $3 AND epoch = $4
        RETURNING pg_current_xact_id()
        """
    }

    /// Parameters: source, topic, partition.
    var readEpoch: String {
        "SELECT epoch FROM \(prefix)laminar_checkpoints WHERE source = $1 AND topic = $2 AND partition = $3"
    }

    private func literal(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    }
}
