public import LaminarCore
public import LaminarKafka
internal import Synchronization

/// Keeps a source's positions in PostgreSQL, in the transaction that also stores the host's rows.
///
///     let store = try PostgresCheckpointStore("postgresql://shop:${secret:db_password}@db.example/shop")
///     let source = try laminar.source("orders", as: Order.self, checkpoint: store)
///     for try await batch in source.batches {
///         try await source.checkpoint(batch) { db in
///             let insert = try db.prepare("INSERT INTO orders VALUES ($1, $2)")
///             try insert.run(each: batch) { order in [order.id, order.amount] }
///         }
///     }
///
/// Several sources and processes can share one store: a partition has one owner at a time, whom its epoch tells. The
/// tables `laminar_checkpoints` and `laminar_checkpoint_format` are created at first use, in the first schema of the
/// connection's `search_path`.
///
/// Connections are opened when they are needed, on threads of their own, and opened again after a break. A commit whose
/// answer was lost with its connection is looked up by its transaction's id as soon as the server is back, so that a
/// restart of the server in the wrong moment is no error.
///
/// - Note: PostgreSQL 13 or later, directly or by a pooler in session mode. With `synchronous_commit = off` a crash of the
///   server can take back the last commits, rows and positions together; the next checkpoint is then fenced and the source
///   reads from what is stored.
public final class PostgresCheckpointStore: CheckpointStore {
    /// What the host's closure writes with.
    public typealias Transaction = PostgresTransaction

    private let surroundings: PostgresSession.Surroundings
    private let workers: PostgresWorkers

    /// Makes a store; the server is contacted at the first assignment.
    ///
    /// - Parameters:
    ///   - connection: libpq's connection string, `host=… dbname=…` or `postgresql://…`; its values may hold
    ///     `${secret:name}`, which is looked up at every connect. What it doesn't say comes from libpq's environment.
    ///   - connections: how many at most, 1 to 64: checkpoints of several tasks run side by side.
    ///   - timeout: how long one statement may take, the host's included, and how long a lost commit is asked after; 1 s
    ///     or more.
    /// - Throws: ``PostgresError`` with code `configuration`.
    public init(
        _ connection: String, connections: Int = 4, timeout: Duration = .seconds(30),
        secrets: any SecretProvider = .standard, log: any LogSink = SilentLogSink()
    ) throws(PostgresError) {
        guard (1...64).contains(connections), timeout >= .seconds(1) else {
            throw PostgresError(
                code: .configuration,
                message:
                    "A checkpoint store takes 1 to 64 connections and a timeout of 1 s or more.")
        }
        surroundings = PostgresSession.Surroundings(
            address: try PostgresAddress(connection), timeout: timeout, secrets: secrets, log: log)
        workers = PostgresWorkers(surroundings, limit: connections)
    }

    deinit { workers.beginClose() }

    /// Takes partitions over; see `CheckpointClaiming.claim(_:for:)`.
    ///
    /// - Throws: `CheckpointError` with code `unavailable`, with a ``PostgresError`` inside, or `newerFormat`.
    public func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        return try await onWorker { session in
            try PostgresClaiming(session: session).claim(partitions, for: source)
        }
    }

    /// Runs `body` and stores the positions in one transaction; see `CheckpointStore.commit(_:_:)`.
    ///
    /// - Throws: `CheckpointError` with code `fenced` or `unavailable`, with a ``PostgresError`` inside, or what `body`
    ///   throws.
    public func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (PostgresTransaction) throws -> Result
    ) async throws -> Result {
        return try await onWorker { session in
            try PostgresCommit(session: session, checkpoint: checkpoint).run(body)
        }
    }

    /// Finishes what is under way, closes the connections and ends their threads; later calls throw `unavailable`.
    public func close() async { await workers.close() }

    private func onWorker<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Result
    ) async throws -> Result {
        do { return try await workers.run(body) } catch let error as StoreTrouble {
            throw error.thrown
        } catch let error as PostgresError where error.code == .closed {
            throw StoreTrouble(cause: error).thrown
        }
    }
}

/// Trouble of the store's own doing, as opposed to what the host's closure threw.
struct StoreTrouble: Error {
    let cause: any Error

    /// What the caller gets: the trouble as a checkpoint's, so that hosts of every store handle it alike. Misuse stays what
    /// it is, since trying again wouldn't help.
    var thrown: any Error {
        if cause is CheckpointError || (cause as? PostgresError)?.code == .misuse { return cause }
        return CheckpointError(code: .unavailable, message: "\(cause)", underlying: cause)
    }
}
