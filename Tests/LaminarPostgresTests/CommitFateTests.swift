import Foundation
import LaminarKafka
import LaminarPostgres
import LaminarTesting
import Synchronization
import Testing

@Suite("A server that goes away in the middle", .timeLimit(.minutes(5)))
struct CommitFateTests {
    @Test("a connection that broke while it lay idle is replaced without a word")
    func idleBreak() async throws {
        let database = try await Database("idle")
        let store = try database.store(connections: 1)
        _ = try await store.claim([orders0], for: "shop")
        for round in 1...5 {
            _ = try await database.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE datname = '\(database.name)' AND pid <> pg_backend_pid()")
            try await store.commit(.orders((0, Int64(round), Int64(round)))) { _ in }
        }
        #expect(try await database.query("SELECT next_offset FROM laminar_checkpoints") == ["5"])
    }

    @Test("a break inside of the closure stores nothing, and the next attempt does")
    func breakInside() async throws {
        let database = try await Database("inside")
        let store = try database.store(connections: 1)
        _ = try await database.query("CREATE TABLE rows (id BIGINT)")
        _ = try await store.claim([orders0], for: "shop")
        let error = await #expect(throws: CheckpointError.self) {
            try await store.commit(.orders((0, 1, 10))) { db in
                try db.run("INSERT INTO rows VALUES (1)")
                try db.run("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error?.code == .unavailable)
        #expect((error?.underlying as? PostgresError)?.code == .connection)
        try await store.commit(.orders((0, 1, 10))) { db in _ = try db.run("INSERT INTO rows VALUES (2)") }
        #expect(try await database.query("SELECT id FROM rows") == ["2"])
    }

    @Test(
        "a COMMIT whose answer is lost is looked up, and counts as what it was", arguments: [true, false])
    func lostAnswer(isCommitted: Bool) async throws {
        let database = try await Database("lost")
        let proxy = try TCPProxy(to: "127.0.0.1", port: database.postgres.port)
        defer { proxy.close() }
        let store = try database.store(by: .tcp, port: proxy.port, connections: 1)
        // The constraint is checked at COMMIT, and takes its time there: long enough to do something to the line.
        _ = try await database.query(
            """
            CREATE TABLE rows (id BIGINT);
            CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON rows DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION slowly()
            """)
        _ = try await store.claim([orders0], for: "shop")
        let committing = Task {
            try await store.commit(.orders((0, 1, 10))) { db in try db.run("INSERT INTO rows VALUES (1)") }
        }
        try await database.wait(
            for: "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")
        if isCommitted {
            // The commit happens, and nobody hears of it.
            proxy.freeze()
            try await database.wait(for: "SELECT count(*) FROM rows")
        }
        proxy.cutOnce()
        if isCommitted {
            #expect(try await committing.value == 1)
        } else {
            // While the server was still at it: it is asked to stop.
            let error = await #expect(throws: CheckpointError.self) { try await committing.value }
            #expect(error?.code == .unavailable)
        }
        #expect(
            try await database.query("SELECT count(*), (SELECT max(next_offset) FROM laminar_checkpoints) FROM rows")
                == [isCommitted ? "1|10" : "0|"])
    }

    @Test("a process that is cut off before its COMMIT doesn't keep the next owner out for long")
    func cutOffBeforeCommit() async throws {
        let database = try await Database("stuck")
        let proxy = try TCPProxy(to: "127.0.0.1", port: database.postgres.port)
        defer { proxy.close() }
        let old = try database.store(by: .tcp, port: proxy.port, connections: 1, timeout: .seconds(60))
        let new = try database.store()
        _ = try await old.claim([orders0], for: "shop")
        _ = try await database.query(
            """
            CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON laminar_checkpoints FOR EACH ROW
            WHEN (NEW.next_offset IS DISTINCT FROM OLD.next_offset) EXECUTE FUNCTION slowly()
            """)
        let committing = Task { try await old.commit(.orders((0, 1, 10))) { _ in } }
        try await database.wait(
            for: "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'UPDATE laminar%' AND state = 'active'")
        // The positions are stored and locked, and nobody will ever say COMMIT.
        proxy.freeze()
        #expect(try await new.claim([orders0], for: "shop").first?.epoch == 2)
        proxy.restore()
        let error = await #expect(throws: CheckpointError.self) { try await committing.value }
        #expect(error?.code == .unavailable)
        #expect(try await database.query("SELECT next_offset IS NULL FROM laminar_checkpoints") == ["t"])
    }

    @Test("a server that is frozen is given up in bounded time, and the checkpoint is there once it goes on")
    func frozen() async throws {
        let postgres = try await PostgresFixture.start()
        let database = try await Database("frozen", on: postgres)
        let store = try database.store(connections: 1, timeout: .seconds(2))
        _ = try await store.claim([orders0], for: "shop")
        try await postgres.pause()
        let error = await #expect(throws: CheckpointError.self) { try await store.commit(.orders((0, 1, 10))) { _ in } }
        #expect(error?.code == .unavailable)
        try await postgres.resume()
        try await store.commit(.orders((0, 1, 10))) { _ in }
        #expect(try await database.query("SELECT next_offset FROM laminar_checkpoints") == ["10"])
        await postgres.stop()
    }

    @Test("a server killed at random moments under commits: each counts as what it was, in rows and in position")
    func killed() async throws {
        let postgres = try await PostgresFixture.start()
        let database = try await Database("killed", on: postgres)
        let store = try database.store(connections: 1, timeout: .seconds(20))
        _ = try await database.query("CREATE TABLE rows (id BIGINT)")
        _ = try await store.claim([orders0], for: "shop")
        let progress = CommitProgress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var epoch: Int64 = 1
                while !progress.isDone {
                    do {
                        try await store.commit(.orders((0, epoch, epoch * 10))) { [epoch] db in
                            _ = try db.run("INSERT INTO rows VALUES ($1)", epoch)
                        }
                        epoch += 1
                        progress.add()
                    } catch let error as CheckpointError {
                        // Never fenced: a commit that was stored is told as stored.
                        try #require(error.code == .unavailable, "\(error)")
                    }
                }
            }
            group.addTask {
                for _ in 0..<6 {
                    let before = progress.count
                    while progress.count < before + Int.random(in: 1...40) { await Task.yield() }
                    try await postgres.kill()
                    try await postgres.start()
                }
                progress.end()
            }
            try await group.waitForAll()
        }
        let count = progress.count
        #expect(
            try await database.query("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM rows")
                == ["\(count)|\(count)|1|\(count)"])
        #expect(try await database.query("SELECT epoch FROM laminar_checkpoints") == ["\(count + 1)"])
        await postgres.stop()
    }
}

/// How many checkpoints one task has told another of.
private final class CommitProgress: Sendable {
    private let state = Mutex((count: 0, isDone: false))
    var count: Int { state.withLock { $0.count } }
    var isDone: Bool { state.withLock { $0.isDone } }
    func add() { state.withLock { $0.count += 1 } }
    func end() { state.withLock { $0.isDone = true } }
}

extension Database {
    /// Until the number that a statement returns isn't 0 any more.
    func wait(for count: String) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await query(count) == ["0"] {
            try #require(ContinuousClock.now < deadline, "it never came true: \(count)")
        }
    }
}
