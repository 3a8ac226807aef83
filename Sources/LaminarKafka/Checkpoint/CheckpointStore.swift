/// Where a source's positions are kept, in the host's own database: what the host writes and how far it has read commit in
/// one transaction, so that a crash at any instant loses nothing and repeats nothing.
///
///     let source = try laminar.source("orders", as: Order.self, checkpoint: store)
///     for try await batch in source.batches {
///         try await source.checkpoint(batch) { db in … }
///     }
///
/// Ready-made: ``SQLiteCheckpointStore``, ``LentSQLiteStore``, ``InMemoryCheckpointStore``, and PostgreSQL in
/// `LaminarPostgres`. One of a host's own is tried against `CheckpointStoreConformance` of `LaminarTesting`.
///
/// A partition has an **epoch**, its fence: every claim and every commit raises it, and a commit must name the one that is
/// stored. So of two processes that both believe to own a partition one writes, and a commit that is done twice, because
/// its outcome wasn't known, is refused the second time.
public protocol CheckpointStore<Transaction>: CheckpointClaiming {
    /// What the host's closure writes with: a connection inside of the transaction.
    associatedtype Transaction

    /// Runs `body` and stores the positions in one transaction; every position's epoch becomes one higher.
    ///
    /// - Parameters:
    ///   - checkpoint: what to store, with the epochs that must be the stored ones.
    ///   - body: the host's own writes; run once at most, synchronously, on a thread that may block. It must not end the
    ///     transaction.
    /// - Returns: what `body` returns, after the transaction is durable.
    /// - Throws: ``CheckpointError`` with code `fenced` where any of the epochs isn't the stored one, or was never claimed;
    ///   `unavailable` where the database can't be reached; or what `body` throws. In each case nothing of `body` and of the
    ///   positions is stored, unless the connection broke while the database was committing: then it is stored wholly or
    ///   not at all, and a repetition of the same checkpoint is fenced where it was.
    func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result
}

/// The half of a store that a source needs at an assignment. A host whose driver is its own writes only this, and commits
/// by ``CheckpointedSource/prepareCheckpoint(_:dialect:)``; ``CheckpointStatements`` has the SQL.
public protocol CheckpointClaiming: Sendable {
    /// Takes partitions over: raises the epoch of each (from nothing to 1) and returns it with what is stored. Atomic, so
    /// that of two callers each gets epochs of its own.
    ///
    /// - Parameters:
    ///   - partitions: those that the group has just given to this process; never empty, each once.
    ///   - source: whose positions: sources don't see each other's.
    /// - Returns: one claim a partition, in any order.
    /// - Throws: ``CheckpointError`` with code `unavailable`, which is tried again for a while, or `newerFormat`.
    func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim]
}
