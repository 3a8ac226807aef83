internal import LaminarKafka

/// Takes partitions over: one transaction that raises the epochs, after it was seen that the tables are of this format.
struct PostgresClaiming {
    let session: PostgresSession

    func claim(_ partitions: [TopicPartition], for source: String) throws -> [CheckpointClaim] {
        do {
            // A table that another version changes meanwhile is seen at the next claim.
            try PostgresTables.bringUpToDate(try session.lively())
            let (connection, _) = try session.begin()
            let results = try PostgresTables.claim(partitions, for: source, on: connection)
            let claims = try results.map { result in
                try PostgresTables.statements.claim(from: PostgresTables.values(of: result, row: 0))
            }
            _ = try connection.execute("COMMIT")
            return claims
        } catch {
            session.rollback()
            throw StoreTrouble(cause: error)
        }
    }
}
