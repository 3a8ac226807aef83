internal import LaminarKafka

/// Takes partitions over: one transaction that raises the epochs, after it has seen that the tables are of this format.
struct PostgresClaiming {
    let session: PostgresSession
    let schema: PostgresCheckpointSchema

    func claim(_ partitions: [TopicPartition], for source: String) throws -> [CheckpointClaim] {
        do {
            let claims = try transaction { connection in
                try bringUpToDate(connection)
                let name = try connection.prepare(schema.claim)
                // In one order for everybody, so that no two claims wait for each other.
                let partitions = partitions.sorted()
                let results = try connection.pipeline(
                    partitions.map {
                        (name, schema.claim, [.text(source), .text($0.topic), .integer(Int64($0.partition))])
                    })
                return try zip(partitions, results).map { partition, result in
                    try claim(partition, PostgresRow(result: result, row: 0))
                }
            }
            return claims
        } catch {
            session.rollback()
            throw StoreTrouble(cause: error)
        }
    }

    private func transaction<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        let (connection, _) = try session.begin()
        let result = try body(connection)
        _ = try connection.execute("COMMIT")
        return result
    }

    private func claim(_ partition: TopicPartition, _ row: borrowing PostgresRow) throws -> CheckpointClaim {
        guard let epoch = row.int64(0) else {
            throw PostgresError(code: .other, message: "Claiming \(partition): the server returned no epoch.")
        }
        guard let nextOffset = row.int64(1) else { return CheckpointClaim(partition: partition, epoch: epoch) }
        var position = StoredPosition(
            nextOffset: nextOffset, topicID: row.text(2), leaderEpoch: row.int64(3).map { Int32(clamping: $0) })
        if let offset = row.int64(4), let timestamp = row.int64(5), let hash = row.int64(6) {
            position.lastRecord = RecordFingerprint(offset: offset, timestamp: timestamp, hash: hash)
        }
        return CheckpointClaim(partition: partition, epoch: epoch, stored: position)
    }

    /// Creates the tables where there are none, takes the steps that they lack, refuses newer ones.
    private func bringUpToDate(_ connection: PostgresConnection) throws {
        if try version(connection) == schema.steps.count { return }
        _ = try connection.execute(schema.lock)
        // Another process may have been faster: what counts is what the lock shows.
        var version = try version(connection)
        if version == nil {
            // A role without the right to create a schema is fine where the schema is there.
            if let createSchema = schema.createSchema { _ = try connection.execute(createSchema) }
            _ = try connection.execute(schema.createFormat)
            version = 0
        }
        for step in schema.steps.dropFirst(version ?? 0) { _ = try connection.execute(step) }
        _ = try connection.execute(schema.writeVersion)
    }

    private func version(_ connection: PostgresConnection) throws -> Int? {
        let found = try connection.run(schema.find, [])
        guard found.text(row: 0, column: 0) != nil else { return nil }
        let version = try connection.run(schema.readVersion, []).text(row: 0, column: 0).flatMap { Int($0) } ?? 0
        guard version <= schema.steps.count else {
            throw PostgresError(
                code: .newerSchema,
                message: "The checkpoint tables of \(session.surroundings.address.description) were written by a newer "
                    + "Laminar (their format is \(version), this one knows \(schema.steps.count)): upgrade this one.")
        }
        return version
    }
}
