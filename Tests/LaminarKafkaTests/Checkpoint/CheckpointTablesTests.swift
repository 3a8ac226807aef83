import LaminarStore
import Testing

@testable import LaminarKafka

@Suite("The checkpoints' tables in an SQLite file")
struct CheckpointTablesTests {
    private static let position = StoredPosition(nextOffset: 12, lastRecord: .init(offset: 11, timestamp: 1, hash: 2))
    private static let partition = TopicPartition("orders", 0)

    /// A file that format 1 has written.
    private func filled() throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(.inMemory)
        try database.transaction { connection in
            try CheckpointTables.prepare(connection)
            let claims = try CheckpointTables.claim([Self.partition], for: "s", connection)
            let position = CheckpointPosition(
                partition: Self.partition, epoch: claims[0].epoch, position: Self.position)
            try CheckpointTables.commit(Checkpoint(source: "s", positions: [position]), connection)
        }
        return database
    }

    @Test("preparing twice changes nothing") func twice() throws {
        try filled().transaction { connection in
            try CheckpointTables.prepare(connection)
            let claims = try CheckpointTables.claim([Self.partition], for: "s", connection)
            #expect(claims == [CheckpointClaim(partition: Self.partition, epoch: 3, stored: Self.position)])
        }
    }

    @Test("a later format's steps run once, and lose no row") func migration() throws {
        let later = CheckpointTables(steps: [
            ["ALTER TABLE laminar_checkpoints ADD COLUMN note TEXT NOT NULL DEFAULT 'kept'"],
            ["CREATE INDEX laminar_checkpoints_note ON laminar_checkpoints (note)"],
        ])
        try filled().transaction { connection in
            try later.prepare(connection)
            try later.prepare(connection)
            let version = try connection.first("SELECT version FROM laminar_checkpoint_format") { $0.int(0) }
            #expect(version == 3)
            let notes = try connection.query("SELECT note, next_offset FROM laminar_checkpoints") {
                "\($0.text(0) ?? "") \($0.int(1) ?? -1)"
            }
            #expect(notes == ["kept 12"])
        }
    }

    @Test("a file of a newer library is refused, and left as it is") func newer() throws {
        try filled().transaction { connection in
            try connection.run("UPDATE laminar_checkpoint_format SET version = 2")
            let error = #expect(throws: CheckpointError.self) { try CheckpointTables.prepare(connection) }
            #expect(error?.code == .newerFormat)
            #expect(error?.message.contains("upgrade") == true)
            let rows = try connection.first("SELECT count(*) FROM laminar_checkpoints") { $0.int(0) }
            #expect(rows == 1)
        }
    }

    @Test("placeholders are the dialect's, and as many as parameters", arguments: CheckpointDialect.allCases)
    func dialects(dialect: CheckpointDialect) throws {
        let sql = CheckpointStatements(dialect)
        let partitions = [TopicPartition("b", 0), TopicPartition("a", 2), TopicPartition("a", 1)]
        let checkpoint = Checkpoint(
            source: "s",
            positions: partitions.map { CheckpointPosition(partition: $0, epoch: 1, position: Self.position) })
        let statements = sql.claim(partitions, for: "s") + sql.commit(checkpoint)
        for statement in statements {
            switch dialect {
            case .sqlite, .mysql:
                #expect(statement.sql.count { $0 == "?" } == statement.parameters.count)
            case .postgres:
                #expect(!statement.sql.contains("?"))
                for number in 1...statement.parameters.count { #expect(statement.sql.contains("$\(number)")) }
                #expect(!statement.sql.contains("$\(statement.parameters.count + 1)"))
            }
        }
        // One order for everybody, so that two transactions don't wait for each other crosswise.
        let commits = sql.commit(checkpoint)
        #expect(commits.map { $0.parameters[8] } == [.text("a"), .text("a"), .text("b")])
        #expect(commits.map { $0.parameters[9] } == [.integer(1), .integer(2), .integer(0)])
        #expect(commits.allSatisfy { $0.expectedRows == 1 })
    }

    @Test("a row that isn't a claim is an error, not a trap") func strangeRow() {
        let sql = CheckpointStatements(.sqlite)
        for row in [[], [.null], Array(repeating: CheckpointValue.null, count: 10), [.text("t"), .integer(1 << 40)]] {
            let error = #expect(throws: CheckpointError.self) { try sql.claim(from: row) }
            #expect(error?.code == .brokenStore)
        }
    }
}
