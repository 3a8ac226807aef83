internal import LaminarFormats
internal import LaminarStore
internal import Synchronization

/// Rows into a topic, at least once: a batch counts as processed when the brokers have all that was made of it.
final class TopicOutput: PipelineOutput {
    private let query: BatchQuery
    private let sink: KafkaSink<Row>
    private let schema: RowSchema
    private let rows = Mutex<Int64>(0)

    /// - Parameter schema: the table's columns, which the query's are.
    init(_ query: BatchQuery, into sink: KafkaSink<Row>, schema: RowSchema) {
        self.query = query
        self.sink = sink
        self.schema = schema
    }

    func process(_ batch: RecordBatch, done: @escaping @Sendable () -> Void) async throws {
        for result in try await query.rows(of: batch) {
            for row in try result.renamed(schema) { try await sink.enqueue(row) }
            rows.withLock { $0 += Int64(result.count) }
        }
        done()
    }

    func settle() async throws { try await sink.flush() }

    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64 {
        rows.withLock { rows in
            defer { rows = 0 }
            return rows
        }
    }

    func close() async { await sink.close() }
}
