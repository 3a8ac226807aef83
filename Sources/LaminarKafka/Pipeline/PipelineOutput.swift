internal import LaminarFormats
internal import LaminarStore

/// What becomes of a pipeline's batches: groups, rows of a table, records of a topic, rows for the host.
///
/// Used by the pipeline's task alone, in the order of the calls here.
protocol PipelineOutput: AnyObject, Sendable {
    /// Before the first batch.
    ///
    /// - Returns: what is only processed and not written, before anything else; mostly nil.
    func begin() async throws -> PipelineReplay?
    /// What ``begin()`` returned is stored.
    func replayed() async throws
    /// Whether what it keeps belongs to one process.
    var isOwned: Bool { get }
    /// Whether so much is in memory that a checkpoint should come now.
    var isFull: Bool { get }
    /// Computes a batch of the table's rows, with the columns that the pipeline uses.
    ///
    /// - Parameter done: called once, when the batch counts as processed.
    /// - Throws: what ends the pipeline.
    func process(_ batch: RecordBatch, done: @escaping @Sendable () -> Void) async throws
    /// Before a checkpoint: what is on its way arrives.
    func settle() async throws
    /// Inside of the transaction that stores the positions of what was processed.
    ///
    /// - Parameter checkpoint: its number.
    /// - Returns: how many rows came out.
    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64
    /// The transaction is durable.
    func stored(checkpoint: Int64) async throws
    /// Forgets what isn't stored.
    func discard() async
    /// Gives up what waits for the host, from any task: the pipeline stops.
    func interrupt()
    /// Releases everything.
    func close() async
}

extension PipelineOutput {
    func begin() async throws -> PipelineReplay? { nil }
    func replayed() async throws {}
    var isOwned: Bool { false }
    var isFull: Bool { false }
    func settle() async throws {}
    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64 { 0 }
    func stored(checkpoint: Int64) async throws {}
    func discard() async {}
    func interrupt() {}
    func close() async {}
}
