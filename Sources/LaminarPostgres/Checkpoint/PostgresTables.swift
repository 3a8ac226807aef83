internal import LaminarKafka

/// The library's two tables in PostgreSQL: its own statements for that dialect, and what this database adds to them.
enum PostgresTables {
    static let statements = CheckpointStatements(.postgres)

    /// Makes the tables where they aren't, and refuses those of a newer library. Outside of a transaction.
    ///
    /// Looks first: `CREATE TABLE IF NOT EXISTS` needs the right to create even where there is nothing to do.
    static func bringUpToDate(_ connection: PostgresConnection) throws {
        let found = try connection.run(
            "SELECT to_regclass('laminar_checkpoint_format'), to_regclass('laminar_checkpoints')", [])
        let isThere = found.text(row: 0, column: 0) != nil && found.text(row: 0, column: 1) != nil
        if !isThere {
            // One process at a time creates, or two would trip over each other's; the number is this library's own.
            _ = try connection.execute("BEGIN; SELECT pg_advisory_xact_lock(\(0x4c61_6d69_6e61_7231 as Int64))")
            for statement in statements.schema { _ = try connection.execute(statement.sql) }
            _ = try connection.execute("COMMIT")
        }
        let version = try connection.run(statements.readFormat.sql, []).text(row: 0, column: 0)
        try statements.checkFormat(version.flatMap { Int64($0) } ?? CheckpointStatements.formatVersion)
    }

    /// Raises the epochs of partitions, in one round trip.
    static func claim(
        _ partitions: [TopicPartition], for source: String, on connection: PostgresConnection
    ) throws -> [PostgresResult] {
        try connection.pipeline(
            try statements.claim(partitions, for: source).map { statement in
                (try connection.prepare(statement.sql), statement.sql, statement.parameters.map { PostgresValue($0) })
            })
    }

    /// Stores the positions, in one round trip; each result has the transaction's id, or no row where it is fenced.
    static func store(_ checkpoint: Checkpoint, on connection: PostgresConnection) throws -> [PostgresResult] {
        // From here to the COMMIT the rows are locked. A process that is frozen in between must not keep their next owner
        // waiting for long.
        let bound = "SET LOCAL idle_in_transaction_session_timeout TO '10s'"
        var sent: [(name: String, sql: String, values: [PostgresValue])] = [(try connection.prepare(bound), bound, [])]
        for statement in statements.commit(checkpoint) {
            let sql = statement.sql + " RETURNING pg_current_xact_id()"
            sent.append((try connection.prepare(sql), sql, statement.parameters.map { PostgresValue($0) }))
        }
        return Array(try connection.pipeline(sent).dropFirst())
    }

    /// A row of ten columns as the statements want it: texts and integers.
    static func values(of result: PostgresResult, row: Int) -> [CheckpointValue] {
        // Topic and topic id; all others are integers.
        let texts: Set = [0, 4]
        return (0..<result.columnCount).map { column in
            guard let text = result.text(row: row, column: column) else { return .null }
            return texts.contains(column) ? .text(text) : Int64(text).map { .integer($0) } ?? .null
        }
    }

    /// Parameters: source, topic, partition.
    static let readEpoch =
        "SELECT epoch FROM laminar_checkpoints WHERE source = $1 AND topic = $2 AND partition_id = $3"
}

extension PostgresValue {
    /// A parameter of the library's own statements.
    init(_ value: CheckpointValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .text(let text): self = .text(text)
        }
    }
}
