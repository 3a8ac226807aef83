import LaminarKafka
import LaminarTesting
import Testing

@Suite("The statements for MySQL's dialect, run by a host's own driver", .timeLimit(.minutes(5)))
struct MySQLStatementsTests {
    private let sql = CheckpointStatements(.mysql)
    private let orders = TopicPartition("orders", 0)
    private let more = TopicPartition("orders", 1)

    /// Claims in one transaction, as the documentation says.
    private func claim(_ partitions: [TopicPartition], for source: String, _ database: MariaDB) async throws
        -> [TopicPartition: CheckpointClaim]
    {
        let statements = sql.claim(partitions, for: source).map(MariaDB.script).joined(separator: "\n")
        var claims: [TopicPartition: CheckpointClaim] = [:]
        for row in try await database.run("START TRANSACTION;\n\(statements)\nCOMMIT;") where row.count == 10 {
            let claim = try sql.claim(from: row)
            claims[claim.partition] = claim
        }
        return claims
    }

    /// The transaction of a host: a row of its own, then the checkpoint.
    ///
    /// - Returns: how many rows each of the checkpoint's statements changed.
    private func commit(_ checkpoint: Checkpoint, writing number: Int, _ database: MariaDB) async throws -> [Int64] {
        try await database.transaction("INSERT INTO numbers VALUES (\(number))", sql.commit(checkpoint))
    }

    private func checkpoint(_ positions: (TopicPartition, Int64, StoredPosition)...) -> Checkpoint {
        Checkpoint(
            source: "s", positions: positions.map { CheckpointPosition(partition: $0, epoch: $1, position: $2) })
    }

    @Test("tables, claims, commits, and the fence that refuses a stale epoch") func fence() async throws {
        let database = try await MariaDB.start()
        for _ in 0..<2 {
            for statement in sql.schema { try await database.run(MariaDB.script(statement)) }
        }
        let format = try await database.run(sql.readFormat.sql + ";")
        #expect(format == [[.integer(CheckpointStatements.formatVersion)]])
        try await database.run("CREATE TABLE numbers (number BIGINT);")

        let first = try await claim([orders, more], for: "s", database)
        #expect(first[orders] == CheckpointClaim(partition: orders, epoch: 1))
        #expect(first[more] == CheckpointClaim(partition: more, epoch: 1))
        #expect(try await claim([orders], for: "s", database)[orders]?.epoch == 2)

        let whole = StoredPosition(
            nextOffset: .max, topicID: "Ab3-_x==", leaderEpoch: .max,
            lastRecord: RecordFingerprint(offset: .max - 1, timestamp: -1, hash: .min))
        let both = checkpoint((orders, 2, whole), (more, 1, StoredPosition(nextOffset: 5)))
        #expect(try await commit(both, writing: 1, database) == [1, 1])
        #expect(try await commit(both, writing: 2, database) == [0, 0], "a repetition is fenced")
        let second = checkpoint((orders, 3, whole), (more, 2, StoredPosition(nextOffset: 6)))
        #expect(try await commit(second, writing: 3, database) == [1, 1], "the same position again counts as a change")
        let half = checkpoint((orders, 4, whole), (more, 2, StoredPosition(nextOffset: 7)))
        #expect(try await commit(half, writing: 4, database) == [1, 0], "one that is fenced refuses both")
        #expect(try await commit(checkpoint((TopicPartition("other", 0), 1, whole)), writing: 5, database) == [0])

        let rows = try await database.run("SELECT number FROM numbers ORDER BY number;")
        #expect(rows == [[.integer(1)], [.integer(3)]], "what was fenced stored no row either")
        let found = try await claim([orders, more], for: "s", database)
        #expect(found[orders] == CheckpointClaim(partition: orders, epoch: 5, stored: whole))
        #expect(found[more] == CheckpointClaim(partition: more, epoch: 4, stored: StoredPosition(nextOffset: 6)))
        // Sources and topics are told apart by every letter.
        let capital = TopicPartition("Orders", 0)
        #expect(try await claim([capital], for: "s", database)[capital]?.epoch == 1)
        #expect(try await claim([orders], for: "S", database)[orders]?.epoch == 1)
        try await database.stop()
    }
}
