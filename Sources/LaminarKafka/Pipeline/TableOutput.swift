internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore
internal import Synchronization

/// Rows into a table of the Laminar database: they and the positions are stored in one transaction, exactly once.
final class TableOutput: PipelineOutput {
    /// More rows than this are stored without waiting for the timer.
    private static var mostRows: Int { 20_000 }

    private let query: BatchQuery
    private let insert: String
    private let pending = Mutex<[RecordBatch]>([])

    init(_ query: BatchQuery, into table: String, columns: Int) {
        self.query = query
        let marks = [String](repeating: "?", count: columns).joined(separator: ", ")
        insert = "INSERT INTO \(table.asSQLiteName) VALUES (\(marks))"
    }

    var isFull: Bool { pending.withLock { $0.reduce(0) { $0 + $1.count } } > Self.mostRows }

    func process(_ batch: RecordBatch, done: @escaping @Sendable () -> Void) async throws {
        let results = try await query.rows(of: batch)
        pending.withLock { $0 += results }
        done()
    }

    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64 {
        let batches = pending.withLock { $0 }
        let statement = try connection.prepare(insert)
        var count: Int64 = 0
        for batch in batches {
            let rows = StoredRows(batch)
            for row in 0..<rows.count { try statement.run(rows[row]) }
            count += Int64(rows.count)
        }
        return count
    }

    func stored(checkpoint: Int64) async throws { pending.withLock { $0 = [] } }

    func discard() async { pending.withLock { $0 = [] } }
}
