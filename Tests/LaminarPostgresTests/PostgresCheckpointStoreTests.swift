import Foundation
import LaminarKafka
import LaminarPostgres
import LaminarTesting
import Synchronization
import Testing

@Suite("Positions in PostgreSQL", .timeLimit(.minutes(5)))
struct PostgresCheckpointStoreTests {
    @Test("a first claim has epoch 1 and nothing stored; a commit is what the next claim finds")
    func claimAndCommit() async throws {
        let database = try await Database("claim")
        let store = try database.store()
        let claims = try await store.claim([orders1, orders0], for: "shop")
        #expect(Set(claims.map(\.partition)) == [orders0, orders1])
        #expect(claims.allSatisfy { $0.epoch == 1 && $0.stored == nil })
        let checkpoint = Checkpoint.orders((0, 1, 10), (1, 1, 20))
        let answer = try await store.commit(checkpoint) { db in
            try db.execute("CREATE TABLE rows (id BIGINT)")
            return try db.run("INSERT INTO rows VALUES ($1), ($2)", 1, 2)
        }
        #expect(answer == 2)
        let again = try await store.claim([orders0], for: "shop")
        #expect(again.first?.epoch == 3 && again.first?.stored == checkpoint.positions[0].position)
        #expect(try await database.query("SELECT id FROM rows ORDER BY 1") == ["1", "2"])
        await store.close()
    }

    @Test("an epoch that has moved on rolls the host's rows back, for all partitions of the checkpoint")
    func fence() async throws {
        let database = try await Database("fence")
        let old = try database.store()
        let new = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT)")
        _ = try await old.claim([orders0, orders1], for: "shop")
        _ = try await new.claim([orders1], for: "shop")
        let error = await #expect(throws: CheckpointError.self) {
            try await old.commit(.orders((0, 1, 10), (1, 1, 10))) { db in try db.run("INSERT INTO rows VALUES (1)") }
        }
        #expect(error?.code == .fenced && error?.partition == orders1)
        #expect(try await database.query("SELECT count(*) FROM rows") == ["0"])
        #expect(
            try await database.query("SELECT epoch, next_offset FROM laminar_checkpoints ORDER BY 1") == ["1|", "2|"])
        // What it still owns it may go on with.
        try await old.commit(.orders((0, 1, 10))) { db in _ = try db.run("INSERT INTO rows VALUES (2)") }
        #expect(try await database.query("SELECT id FROM rows") == ["2"])
    }

    @Test("the same checkpoint a second time is fenced, and so is one that was never claimed")
    func repetition() async throws {
        let database = try await Database("repetition")
        let store = try database.store()
        _ = try await store.claim([orders0], for: "shop")
        try await store.commit(.orders((0, 1, 10))) { _ in }
        for checkpoint in [Checkpoint.orders((0, 1, 10)), .orders((7, 1, 10))] {
            let error = await #expect(throws: CheckpointError.self) { try await store.commit(checkpoint) { _ in } }
            #expect(error?.code == .fenced)
        }
    }

    @Test("what the closure throws comes out as it is, and nothing is stored")
    func closureThrows() async throws {
        struct Refused: Error {}
        let database = try await Database("throws")
        let store = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT PRIMARY KEY)")
        _ = try await store.claim([orders0], for: "shop")
        await #expect(throws: Refused.self) {
            try await store.commit(.orders((0, 1, 10))) { db in
                try db.run("INSERT INTO rows VALUES (1)")
                throw Refused()
            }
        }
        let error = await #expect(throws: PostgresError.self) {
            try await store.commit(.orders((0, 1, 10))) { db in try db.run("INSERT INTO rows VALUES (1), (1)") }
        }
        #expect(error?.code == .constraint && error?.sqlState == "23505")
        #expect(try await database.query("SELECT count(*) FROM rows") == ["0"])
        try await store.commit(.orders((0, 1, 10))) { db in _ = try db.run("INSERT INTO rows VALUES (3)") }
        #expect(try await database.query("SELECT id FROM rows") == ["3"])
    }

    @Test(
        "a closure that ends its transaction is found out, and the positions aren't stored",
        arguments: ["COMMIT", "ROLLBACK", "COMMIT; BEGIN", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN"])
    func endedByHost(script: String) async throws {
        let database = try await Database("ended")
        let store = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT)")
        _ = try await store.claim([orders0], for: "shop")
        let error = await #expect(throws: PostgresError.self) {
            try await store.commit(.orders((0, 1, 10))) { db in
                try? db.execute(script)
                _ = try? db.run("INSERT INTO rows VALUES (1)")
            }
        }
        #expect(error?.code == .misuse)
        #expect(try await database.query("SELECT next_offset IS NULL FROM laminar_checkpoints") == ["t"])
        #expect(try await database.query("SELECT count(*) FROM rows") == ["0"])
    }

    @Test("a failure that the closure swallows rolls back, loudly; inside of a savepoint it is the closure's affair")
    func swallowed() async throws {
        let database = try await Database("swallowed")
        let store = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT PRIMARY KEY)")
        _ = try await store.claim([orders0], for: "shop")
        let error = await #expect(throws: PostgresError.self) {
            try await store.commit(.orders((0, 1, 10))) { db in
                try db.run("INSERT INTO rows VALUES (1)")
                _ = try? db.run("INSERT INTO rows VALUES (1)")
            }
        }
        #expect(error?.code == .misuse)
        try await store.commit(.orders((0, 1, 10))) { db in
            try db.run("INSERT INTO rows VALUES (1)")
            try db.execute("SAVEPOINT attempt")
            if (try? db.run("INSERT INTO rows VALUES (1)")) == nil { try db.execute("ROLLBACK TO attempt") }
        }
        #expect(try await database.query("SELECT id FROM rows") == ["1"])
    }

    @Test("a constraint that is checked at COMMIT is the host's error, and nothing is stored")
    func deferredConstraint() async throws {
        let database = try await Database("deferred")
        let store = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        _ = try await store.claim([orders0], for: "shop")
        let error = await #expect(throws: PostgresError.self) {
            try await store.commit(.orders((0, 1, 10))) { db in try db.run("INSERT INTO rows VALUES (1), (1)") }
        }
        #expect(error?.code == .constraint)
        try await store.commit(.orders((0, 1, 10))) { db in _ = try db.run("INSERT INTO rows VALUES (1)") }
        #expect(try await database.query("SELECT next_offset FROM laminar_checkpoints") == ["10"])
    }

    @Test("a transaction that was kept is of no use behind the closure")
    func kept() async throws {
        let store = try await Database("kept").store()
        _ = try await store.claim([orders0], for: "shop")
        nonisolated(unsafe) var kept: PostgresTransaction?
        try await store.commit(.orders((0, 1, 10))) { db in kept = db }
        let error = #expect(throws: PostgresError.self) { try kept?.run("SELECT 1") }
        #expect(error?.code == .closed)
    }

    @Test("eight tasks commit side by side on two connections, and every one is there")
    func sideBySide() async throws {
        let database = try await Database("parallel")
        let store = try database.store()
        _ = try await database.query("CREATE TABLE rows (id BIGINT)")
        let partitions = (0..<8).map { TopicPartition("orders", Int32($0)) }
        _ = try await store.claim(partitions, for: "shop")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for partition in 0..<8 {
                group.addTask {
                    for round in 0..<20 {
                        try await store.commit(.orders((Int32(partition), Int64(round + 1), Int64(round)))) { db in
                            _ = try db.run("INSERT INTO rows VALUES ($1)", partition * 100 + round)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.query("SELECT count(DISTINCT id), count(*) FROM rows") == ["160|160"])
    }

    @Test("of two that claim at the same time each gets an epoch of its own")
    func racingClaims() async throws {
        let database = try await Database("racing")
        let stores = try (0..<4).map { _ in try database.store() }
        let epochs = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for store in stores {
                group.addTask {
                    var epochs: [Int64] = []
                    for _ in 0..<5 { epochs += try await store.claim([orders0, orders1], for: "shop").map(\.epoch) }
                    return epochs
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(epochs.sorted() == (1...20).flatMap { [Int64($0), Int64($0)] })
    }

    @Test("a role without the right to create uses tables that are there")
    func limitedRole() async throws {
        let database = try await Database("limited")
        _ = try await database.store().claim([orders0], for: "shop")
        _ = try await database.query(
            "GRANT SELECT ON laminar_checkpoint_format TO secured; "
                + "GRANT SELECT, INSERT, UPDATE ON laminar_checkpoints TO secured")
        let limited = try database.store(by: .password)
        #expect(try await limited.claim([orders0], for: "shop").first?.epoch == 2)
        try await limited.commit(.orders((0, 2, 5))) { _ in }
        #expect(try await database.query("SELECT next_offset FROM laminar_checkpoints") == ["5"])
    }

    @Test("tables of a newer library are refused, and stay as they are")
    func newer() async throws {
        let database = try await Database("newer")
        let store = try database.store()
        _ = try await store.claim([orders0], for: "shop")
        _ = try await database.query("UPDATE laminar_checkpoint_format SET version = 99")
        let error = await #expect(throws: CheckpointError.self) { try await store.claim([orders0], for: "shop") }
        #expect(error?.code == .newerFormat && error?.message.contains("99") == true)
        #expect(try await database.query("SELECT epoch FROM laminar_checkpoints") == ["1"])
    }

    @Test(
        "a right that is missing, a database that isn't there, a password that is wrong: unavailable, with the reason")
    func refused() async throws {
        let database = try await Database("refused")
        let wrong = database.postgres.connection(to: database.name, by: .password)
            .replacing(PostgresFixture.password, with: "wrong")
        let missing = database.postgres.connection(to: "nowhere")
        for (connection, code) in [(wrong, PostgresError.Code.authentication), (missing, .authentication)] {
            let store = try PostgresCheckpointStore(connection)
            let error = await #expect(throws: CheckpointError.self) { try await store.claim([orders0], for: "shop") }
            #expect(error?.code == .unavailable)
            #expect((error?.underlying as? PostgresError)?.code == code)
            #expect(error?.message.contains("wrong") == false)
        }
        let limited = try database.store(by: .password)
        let error = await #expect(throws: CheckpointError.self) { try await limited.claim([orders0], for: "shop") }
        #expect((error?.underlying as? PostgresError)?.code == .notPermitted)
    }

    @Test("after close, calls say so; closing twice does no harm")
    func closed() async throws {
        let store = try await Database("closed").store()
        _ = try await store.claim([orders0], for: "shop")
        await store.close()
        await store.close()
        let error = await #expect(throws: CheckpointError.self) { try await store.commit(.orders((0, 1, 1))) { _ in } }
        #expect((error?.underlying as? PostgresError)?.code == .closed)
    }
}
