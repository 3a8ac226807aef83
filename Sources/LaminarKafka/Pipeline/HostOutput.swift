internal import LaminarFormats
internal import LaminarStore
internal import Synchronization

/// Rows for whoever reads the pipeline, at least once: asking for more means that what was had before is processed.
final class HostOutput: PipelineOutput {
    private let query: BatchQuery
    private let channel: RowChannel
    private let rows = Atomic<Int64>(0)

    init(_ query: BatchQuery, _ channel: RowChannel) {
        self.query = query
        self.channel = channel
    }

    func process(_ batch: RecordBatch, done: @escaping @Sendable () -> Void) async throws {
        let results = try await query.rows(of: batch).filter { !$0.isEmpty }
        guard let last = results.last else {
            // Behind what is on its way: positions move over batches in order, so this one may be done at once.
            done()
            return
        }
        for result in results.dropLast() { await channel.send(.init(rows: result, done: {})) }
        let count = Int64(results.reduce(0) { $0 + $1.count })
        await channel.send(
            .init(rows: last) { [self] in
                rows.add(count, ordering: .relaxed)
                done()
            })
    }

    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64 {
        rows.exchange(0, ordering: .relaxed)
    }

    func interrupt() { channel.stop() }

    func discard() async { channel.clear() }
}
