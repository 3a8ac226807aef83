public import LaminarCore
public import LaminarStore

/// Checkpoints in an SQLite file, beside the rows that the host writes: exactly once into that file.
///
///     let store = try await SQLiteCheckpointStore(.file("shop.db"))
///     try await store.write { db in try db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, …)") }
///     let source = try laminar.source("orders", as: Order.self, checkpoint: store)
///
/// The file may be the host's own, with other tables and other connections on it; it is put into WAL mode, and two tables
/// whose names begin with `laminar_checkpoint` are added. Several processes may share it. Laminar's own file has one in
/// ``Laminar/checkpointStore()``. A commit is durable when it returns: SQLite's `synchronous` stays at FULL.
///
/// One connection, on a thread of its own: what is asked of it is done in order.
public final class SQLiteCheckpointStore: CheckpointStore {
    private let database: SQLiteDatabase
    private let thread: SerialThread

    /// Opens the file, creates it where there is none, and adds the tables.
    ///
    /// - Parameters:
    ///   - location: a file, created with mode 0600, or memory, gone with the store.
    ///   - busyTimeout: how long a transaction waits for another connection's.
    ///   - log: notices about the file go there.
    /// - Throws: `StoreError` when the file can't be opened, or ``CheckpointError`` with code `newerFormat`.
    public convenience init(
        _ location: DatabaseLocation, busyTimeout: Duration = .seconds(5), log: any LogSink = SilentLogSink()
    ) async throws {
        let thread = try SerialThread()
        let database = try await thread.run { try SQLiteDatabase(location, busyTimeout: busyTimeout, log: log) }
        try await self.init(sharing: database, thread)
    }

    /// Takes a database that is open.
    init(sharing database: SQLiteDatabase, _ thread: SerialThread? = nil) async throws {
        self.database = database
        self.thread = try thread ?? SerialThread()
        try await write { try CheckpointTables.prepare($0) }
    }

    /// Takes partitions over.
    ///
    /// - Throws: ``CheckpointError`` with code `unavailable` where another connection holds the file's lock for too long.
    public func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        try await write { connection in try CheckpointTables.claim(partitions, for: source, connection) }
    }

    /// Runs `body` and stores the positions in one transaction.
    ///
    /// - Parameter body: gets the connection inside of the transaction, which it must not end.
    /// - Throws: as the protocol says; `unavailable` where another connection holds the file's lock for too long;
    ///   `transactionEnded` where `body` ended the transaction itself.
    public func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        try await write { connection in try CheckpointTables.commit(checkpoint, connection, after: body) }
    }

    /// A transaction of the host's own on the same connection, without a checkpoint: to create tables, say.
    ///
    /// - Throws: what `body` throws, or ``CheckpointError`` with code `unavailable`.
    @discardableResult
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        try await thread.run { [database] in
            do { return try database.transaction(.immediate, body) } catch let error as StoreError
                where error.code == .busy
            {
                throw CheckpointError(
                    code: .unavailable,
                    message: "The checkpoints' database is locked by another connection for too long: \(error.message)",
                    underlying: error)
            }
        }
    }

    /// Reads on the same connection, outside of a transaction.
    ///
    /// - Throws: what `body` throws.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        try await thread.run { [database] in try database.use(body) }
    }
}

extension Laminar {
    /// Checkpoints in Laminar's own database: for a host whose rows may stand beside the catalog.
    ///
    /// For a file it is a connection of its own, so that the host's transactions hold up no statement.
    ///
    /// - Throws: `StoreError` when the file can't be opened, or ``CheckpointError`` with code `newerFormat`.
    public func checkpointStore() async throws -> SQLiteCheckpointStore {
        switch database.location {
        case .file: try await SQLiteCheckpointStore(database.location, log: log)
        case .inMemory: try await SQLiteCheckpointStore(sharing: database)
        }
    }
}
