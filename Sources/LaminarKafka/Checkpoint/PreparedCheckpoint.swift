internal import Synchronization

/// A checkpoint for a host whose driver is its own: the statements to run in the transaction of the host's rows.
///
///     let prepared = try await source.prepareCheckpoint(batch, dialect: .postgres)
///     do {
///         try await database.transaction { connection in
///             for order in batch { try await connection.insert(order) }
///             for statement in prepared.statements {
///                 let changed = try await connection.run(statement.sql, statement.parameters)
///                 guard changed == statement.expectedRows else { throw prepared.fencedError }
///             }
///         }
///         prepared.committed()
///     } catch let error as CheckpointError where error.code == .fenced {
///         try await prepared.readAgain()
///     }
///
/// Until ``committed()`` nothing counts as processed: after a failed transaction the batch can be prepared again. Where the
/// outcome of a COMMIT isn't known, prepare it again too: where it had been stored, its statements change no row.
public final class PreparedCheckpoint: Sendable {
    /// What is to be stored.
    public let checkpoint: Checkpoint
    /// To be run in order, in the transaction of the host's own rows.
    public let statements: [CheckpointStatement]
    private let member: SourceMember
    private let runs: [OffsetRun]
    private let isOpen = Atomic<Bool>(true)
    private let start = ContinuousClock.now

    init(_ checkpoint: Checkpoint, _ dialect: CheckpointDialect, runs: [OffsetRun], member: SourceMember) {
        self.checkpoint = checkpoint
        statements = CheckpointStatements(dialect).commit(checkpoint)
        self.runs = runs
        self.member = member
    }

    /// What to throw, so that the transaction rolls back, where a statement changes no row.
    public var fencedError: CheckpointError {
        .fenced(checkpoint.positions.first?.partition ?? TopicPartition("", 0), source: checkpoint.source)
    }

    /// The transaction is durable: the batch counts as processed. Once; later calls change nothing.
    public func committed() {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        member.plan.meters?.noteCheckpoint(since: start, nil)
        member.checkpointed(runs)
    }

    /// The transaction was rolled back: this checkpoint is over, and the batch can be prepared again.
    public func failed() { isOpen.store(false, ordering: .releasing) }

    /// After a fenced transaction: the partitions of the batch that are still owned go back to what is stored, and their
    /// records come again.
    ///
    /// - Throws: ``KafkaError``, with which the source ends too.
    public func readAgain() async throws(KafkaError) {
        failed()
        try await member.readAgain(runs)
    }
}

extension SourceMember {
    /// Reads the partitions of these runs again from what is stored, but for those that are read again already.
    func readAgain(_ runs: [OffsetRun]) async throws(KafkaError) {
        let stale = progress.stale(runs)
        let partitions = Set(runs.indices.filter { !stale.contains($0) }.map { runs[$0].partition })
        if !partitions.isEmpty { _ = try await rewind(.stored(partitions)) }
    }
}
