import LaminarKafka
import LaminarStore

/// Runs a pipeline over the topic until standard input ends; every checkpoint is told.
///
/// - Parameter kind: `groups` counts each record in a group of its own, `inserts` copies them into a table, `emitted` writes
///   the groups of `groups` into a topic: a record that is stored or written twice shows in all of them.
func runPipeline(_ kind: String, _ configuration: KafkaSourceConfiguration, topic: String, in file: String) async throws
{
    let laminar = try await Laminar(database: .file(file))
    let properties = configuration.properties.map { "'\($0.key)' = '\($0.value)'" }.sorted().joined(separator: ", ")
    let pipeline =
        switch kind {
        case "groups": "SELECT p, o, value, COUNT(*) AS n FROM records GROUP BY p, o, value"
        case "emitted":
            """
            INSERT INTO written SELECT CAST(p AS TEXT) || '|' || CAST(o AS TEXT) || '|' || value
            FROM records GROUP BY p, o, value
            """
        default: "INSERT INTO rows SELECT p, o, value FROM records"
        }
    try await laminar.execute(
        """
        CREATE CONNECTION source TO kafka (
            bootstrap_servers = '\(configuration.bootstrapServers)', topic = '\(topic)', type = 'source',
            format = 'raw_string', group_id = '\(configuration.groupID)', 'commit.interval.ms' = '10', \(properties));
        CREATE TABLE records (value TEXT, p INT METADATA FROM 'partition', o BIGINT METADATA FROM 'offset')
            WITH (connector = 'source', include_metadata = 'true');
        CREATE TABLE rows (p INT, o BIGINT, value TEXT);
        CREATE CONNECTION sink TO kafka (
            bootstrap_servers = '\(configuration.bootstrapServers)', topic = '\(topic)-groups', type = 'sink',
            format = 'raw_string', 'sink.commit_mode' = 'exactly_once');
        CREATE TABLE written (value TEXT) WITH (connector = 'sink');
        CREATE PIPELINE copy AS \(pipeline);
        """)
    let watch = try SQLiteDatabase(.file(file), busyTimeout: .seconds(20))
    let before = try checkpoint(watch)
    let telling = Task {
        var last = before
        while !Task.isCancelled {
            let now = try checkpoint(watch)
            if now > last { tell("stored \(now)") }
            last = now
            try await Task.sleep(for: .milliseconds(5))
        }
    }
    atEndOfInput { await laminar.shutdown() }
    try await laminar.run()
    telling.cancel()
}

/// The number of the pipeline's last checkpoint.
private func checkpoint(_ database: SQLiteDatabase) throws -> Int64 {
    try database.use { db in
        try db.first("SELECT checkpoint FROM laminar_pipeline_progress") { $0.int64(0) } ?? 0
    }
}
