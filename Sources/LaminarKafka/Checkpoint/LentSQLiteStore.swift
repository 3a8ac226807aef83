public import LaminarStore
internal import Synchronization

/// Checkpoints inside of a transaction that the host's own SQLite library begins, on the raw handle that it lends: for
/// GRDB, SQLite.swift or C code.
///
///     let store = LentSQLiteStore { work in
///         try await queue.write { db in try work(db.sqliteConnection!) }       // GRDB
///     }
///     let store = LentSQLiteStore { work in
///         try connection.transaction { try work(connection.handle) }            // SQLite.swift
///     }
///
/// `checkpoint(_:_:)` then gives the closure an `SQLiteConnection` over that handle, whose `handle` is the raw one. The
/// checkpoint's tables are added to the host's database when partitions are first claimed. With the `GRDB` trait,
/// `GRDBCheckpointStore` gives a GRDB `Database` instead.
public struct LentSQLiteStore: CheckpointStore {
    /// Begins a transaction that may write, calls the closure once with the `sqlite3 *`, commits, and returns; rolls back and
    /// throws on what the closure throws. No other thread may use the handle meanwhile.
    public typealias Transaction = SQLiteConnection
    private let lend: @Sendable (@escaping @Sendable (OpaquePointer) throws -> Void) async throws -> Void

    /// - Parameter transaction: begins a transaction that may write, calls the closure it gets once with the `sqlite3 *`,
    ///   and commits; where the closure throws, it rolls back and throws on. No other thread may use the handle meanwhile,
    ///   and a call that blocks for long should not be made on the cooperative pool.
    public init(
        transaction: @escaping @Sendable (@escaping @Sendable (OpaquePointer) throws -> Void) async throws -> Void
    ) {
        lend = transaction
    }

    /// Takes partitions over.
    public func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        try await run { connection in
            try CheckpointTables.prepare(connection)
            return try CheckpointTables.claim(partitions, for: source, connection)
        }
    }

    /// Runs `body` and stores the positions in the host's transaction.
    ///
    /// - Throws: as the protocol says, and ``CheckpointError`` with code `brokenStore` where the handle is lent outside of a
    ///   transaction, or `transactionEnded` where `body` ended the host's transaction.
    public func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        try await run { connection in try CheckpointTables.commit(checkpoint, connection, after: body) }
    }

    private func run<Result: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        let outcome = Outcome<Result>()
        try await lend { handle in
            try SQLiteConnection.withLent(handle) { connection in
                guard connection.isInTransaction else {
                    throw CheckpointError(
                        code: .brokenStore,
                        message: "The SQLite handle was lent outside of a transaction: begin one that may write first.")
                }
                // A savepoint, so that nothing of it stays where the host goes on after an error.
                try connection.savepoint { try outcome.set(body(connection)) }
            }
        }
        guard let result = outcome.value else {
            throw CheckpointError(
                code: .brokenStore,
                message: "The closure that lends an SQLite handle returned without a result: "
                    + "it must call what it gets, once, and throw on what that throws.")
        }
        return result
    }

    private final class Outcome<Value: Sendable>: Sendable {
        private let result = Mutex<Value?>(nil)
        func set(_ value: Value) { result.withLock { $0 = value } }
        var value: Value? { result.withLock { $0 } }
    }
}

extension PreparedCheckpoint {
    /// Stores the positions on a `sqlite3 *` inside of the host's own transaction.
    ///
    ///     try queue.write { db in
    ///         for order in batch { try order.insert(db) }
    ///         try prepared.write(to: db.sqliteConnection!)
    ///     }
    ///     prepared.committed()
    ///
    /// - Parameter handle: in a transaction, and used by no other thread meanwhile.
    /// - Throws: ``CheckpointError`` with code `fenced`: roll the transaction back, then ``readAgain()``. `brokenStore` where
    ///   no transaction is open. Or `StoreError`.
    public func write(to handle: OpaquePointer) throws {
        try SQLiteConnection.withLent(handle) { connection in
            guard connection.isInTransaction else {
                throw CheckpointError(
                    code: .brokenStore, message: "The SQLite handle isn't inside of a transaction: begin one first.")
            }
            try CheckpointTables.commit(checkpoint, connection)
        }
    }
}
