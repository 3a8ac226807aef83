internal import LaminarFormats
internal import LaminarQuery
internal import Synchronization

/// A Kafka table as a pipeline's query names it: at each run of the query its rows are those of one batch.
final class StreamTable: QueryTable {
    private struct Feed {
        var columns: [Int] = []
        var batch: RecordBatch?
    }

    let name: String
    let schema: RowSchema
    private let feed = Mutex(Feed())

    init(name: String, schema: RowSchema) {
        self.name = name
        self.schema = schema
    }

    /// What the next scans read.
    ///
    /// - Parameters:
    ///   - batch: nil for nothing.
    ///   - columns: the table's columns that the batch has, ascending.
    func set(_ batch: RecordBatch?, columns: [Int]) {
        feed.withLock { $0 = Feed(columns: columns, batch: batch) }
    }

    func scan(_ request: ScanRequest) throws -> any BatchSupply {
        let feed = feed.withLock { $0 }
        let places = request.columns.compactMap { feed.columns.firstIndex(of: $0) }
        return try BatchListSupply(feed.batch.map { [$0] } ?? [], ScanRequest(columns: places))
    }
}
