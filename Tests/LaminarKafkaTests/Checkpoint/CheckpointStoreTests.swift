import Foundation
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Every checkpoint store keeps what the protocol promises", .timeLimit(.minutes(5)))
struct CheckpointStoreTests {
    private typealias SQLite = CheckpointStoreConformance<SQLiteCheckpointStore>

    @Test("an SQLite file of the host's", arguments: SQLite.promises) private func file(promise: SQLite.Promise)
        async throws
    {
        try await withDatabaseFile { path in
            let kit = CheckpointStoreConformance(
                open: { try await SQLiteCheckpointStore(.file(path)) },
                write: { db, number in try Self.write(db, number) },
                rows: { try Self.rows(try SQLiteDatabase(.file(path))) })
            try await kit.verify(promise)
        }
    }

    @Test("Laminar's own file") func ownFile() async throws {
        try await withDatabaseFile { path in
            let kit = CheckpointStoreConformance(
                open: { try await Laminar(database: .file(path)).checkpointStore() },
                write: { db, number in try Self.write(db, number) },
                rows: { try Self.rows(try SQLiteDatabase(.file(path))) })
            try await kit.verify()
            // The catalog doesn't take the checkpoints' tables for a stranger's.
            #expect(try await Laminar(database: .file(path)).texts("SHOW TABLES").isEmpty)
        }
    }

    @Test("Laminar's database in memory") func ownMemory() async throws {
        let laminar = try await Laminar(database: .inMemory)
        let kit = CheckpointStoreConformance(
            open: { try await laminar.checkpointStore() }, write: { db, number in try Self.write(db, number) },
            rows: { try await laminar.checkpointStore().read { try Self.rows($0) } })
        try await kit.verify()
    }

    @Test("a handle that the host lends inside of its own transaction") func lent() async throws {
        try await withDatabaseFile { path in
            let open: @Sendable () throws -> LentSQLiteStore = {
                let host = try SQLiteDatabase(.file(path))
                return LentSQLiteStore { work in
                    try host.transaction { connection in
                        guard let handle = connection.handle else { return }
                        try work(handle)
                    }
                }
            }
            let kit = CheckpointStoreConformance(
                open: open, write: { db, number in try Self.write(db, number) },
                rows: { try Self.rows(try SQLiteDatabase(.file(path))) })
            try await kit.verify()
        }
    }

    /// What a closure must not do.
    private static let endings = ["COMMIT", "ROLLBACK", "COMMIT; BEGIN IMMEDIATE", "ROLLBACK; BEGIN IMMEDIATE"]

    @Test("a closure that ends its transaction is found out, and stores no position", arguments: endings)
    func endedTransaction(script: String) async throws {
        try await withDatabaseFile { path in
            try await expectFoundOut(script, by: SQLiteCheckpointStore(.file(path)), path)
        }
    }

    @Test("and so it is on a handle that the host lends", arguments: endings)
    func endedLentTransaction(script: String) async throws {
        try await withDatabaseFile { path in
            let host = try SQLiteDatabase(.file(path))
            let store = LentSQLiteStore { work in
                try host.transaction { connection in
                    guard let handle = connection.handle else { return }
                    try work(handle)
                }
            }
            try await expectFoundOut(script, by: store, path)
        }
    }

    private func expectFoundOut<Store: CheckpointStore>(
        _ script: String, by store: Store, _ path: String
    ) async throws where Store.Transaction == SQLiteConnection {
        let partition = TopicPartition("orders", 0)
        let epoch = try #require(try await store.claim([partition], for: "s").first).epoch
        let checkpoint = Checkpoint(
            source: "s",
            positions: [
                CheckpointPosition(partition: partition, epoch: epoch, position: StoredPosition(nextOffset: 7))
            ])
        let error = await #expect(throws: CheckpointError.self) {
            try await store.commit(checkpoint) { db in
                try Self.write(db, 1)
                try db.execute(script)
                try Self.write(db, 2)
            }
        }
        #expect(error?.code == .transactionEnded, "\(error as Any)")
        #expect(error?.message.contains("source s") == true)
        let rows = try Self.rows(try SQLiteDatabase(.file(path)))
        #expect(rows.contains(1) == script.hasPrefix("COMMIT"), "\(rows)")
        #expect(!rows.contains(2) || !script.contains("BEGIN"), "\(rows)")
        #expect(try await store.claim([partition], for: "s").first?.stored == nil)
        // The store goes on.
        let next = try #require(try await store.claim([partition], for: "s").first).epoch
        var again = checkpoint
        again.positions[0].epoch = next
        try await store.commit(again) { db in try Self.write(db, 3) }
        #expect(try await store.claim([partition], for: "s").first?.stored == StoredPosition(nextOffset: 7))
    }

    @Test("savepoints in a closure are the host's") func savepoints() async throws {
        try await withDatabaseFile { path in
            let store = try await SQLiteCheckpointStore(.file(path))
            let partition = TopicPartition("orders", 0)
            let epoch = try #require(try await store.claim([partition], for: "s").first).epoch
            let checkpoint = Checkpoint(
                source: "s",
                positions: [
                    CheckpointPosition(partition: partition, epoch: epoch, position: StoredPosition(nextOffset: 7))
                ])
            try await store.commit(checkpoint) { db in
                try Self.write(db, 1)
                try db.execute("SAVEPOINT mine")
                try Self.write(db, 2)
                try db.execute("ROLLBACK TO mine; SAVEPOINT left_open")
                try db.savepoint { try Self.write(db, 3) }
            }
            #expect(try Self.rows(try SQLiteDatabase(.file(path))) == [1, 3])
        }
    }

    @Test("memory") func memory() async throws {
        let store = InMemoryCheckpointStore(contents: [Int]())
        let kit = CheckpointStoreConformance(
            open: { store }, write: { draft, number in draft.contents.append(number) }, rows: { store.contents })
        try await kit.verify()
    }

    @Test("a store without a fence, or without atomicity, is found out") func brokenStores() async throws {
        for flaw in BrokenStore.Flaw.allCases {
            let store = BrokenStore(flaw)
            let kit = CheckpointStoreConformance(
                open: { store }, write: { draft, number in draft.contents.append(number) }, rows: { store.rows })
            await #expect(throws: ConformanceFailure.self, "\(flaw)") { try await kit.verify() }
        }
    }

    private static func write(_ db: SQLiteConnection, _ number: Int) throws {
        try db.run("CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)")
        try db.run("INSERT INTO numbers VALUES (?)", number)
    }

    private static func rows(_ database: SQLiteDatabase) throws -> [Int] {
        try database.use { try rows($0) }
    }

    private static func rows(_ db: SQLiteConnection) throws -> [Int] {
        let isThere = try db.first("SELECT 1 FROM sqlite_schema WHERE name = 'numbers'") { $0.int(0) } != nil
        return isThere ? try db.query("SELECT number FROM numbers") { $0.int(0) ?? -1 } : []
    }
}

/// A store that breaks one promise.
private struct BrokenStore: CheckpointStore {
    enum Flaw: CaseIterable {
        case noFence, keepsRows, forgetsHash, staysAtItsEpoch
    }

    let flaw: Flaw
    private let inner = InMemoryCheckpointStore(contents: [Int]())
    private let epochs = Epochs()

    init(_ flaw: Flaw) { self.flaw = flaw }

    var rows: [Int] { inner.contents + epochs.kept }

    func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        let claims = try await inner.claim(partitions, for: source)
        for claim in claims { epochs.set(claim.epoch, of: claim.partition, source) }
        return claims
    }

    func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (InMemoryCheckpointStore<[Int]>.Draft) throws -> Result
    ) async throws -> Result {
        var checkpoint = checkpoint
        for index in checkpoint.positions.indices {
            if flaw == .forgetsHash { checkpoint.positions[index].position.lastRecord = nil }
            if flaw == .noFence {
                checkpoint.positions[index].epoch = epochs.get(
                    checkpoint.positions[index].partition, checkpoint.source)
            }
        }
        let (flaw, epochs) = (flaw, epochs)
        let result = try await inner.commit(checkpoint) { draft in
            let before = draft.contents.count
            do { return try body(draft) } catch {
                if flaw == .keepsRows { epochs.keep(Array(draft.contents[before...])) }
                throw error
            }
        }
        for position in checkpoint.positions {
            epochs.set(position.epoch + 1, of: position.partition, checkpoint.source)
            if flaw == .staysAtItsEpoch { _ = try await inner.claim([position.partition], for: checkpoint.source) }
        }
        return result
    }

    private final class Epochs: Sendable {
        private let state = Mutex<(epochs: [String: Int64], kept: [Int])>(([:], []))
        var kept: [Int] { state.withLock { $0.kept } }
        func keep(_ rows: [Int]) { state.withLock { $0.kept += rows } }
        func set(_ epoch: Int64, of partition: TopicPartition, _ source: String) {
            state.withLock { $0.epochs["\(source) \(partition)"] = epoch }
        }
        func get(_ partition: TopicPartition, _ source: String) -> Int64 {
            state.withLock { $0.epochs["\(source) \(partition)"] ?? 1 }
        }
    }
}
