package import LaminarFormats
import Synchronization

/// Batches at hand as the supply of a scan, in the columns that the scan asks for.
package final class BatchListSupply: BatchSupply {
    private let batches: Mutex<[RecordBatch]>

    /// - Parameters:
    ///   - batches: with all columns of the table.
    ///   - request: which of them are wanted.
    /// - Throws: ``FormatError`` where a batch doesn't have these columns.
    package init(_ batches: [RecordBatch], _ request: ScanRequest) throws {
        self.batches = Mutex(
            try batches.reversed().map { batch in
                let schema = try batch.schema.projecting(request.columns)
                return try RecordBatch(
                    schema: schema, columns: request.columns.map { batch.columns[$0] }, count: batch.count)
            })
    }

    package func next() -> RecordBatch? { batches.withLock { $0.popLast() } }

    package func cancel() { batches.withLock { $0 = [] } }
}

/// Rows in memory as a table.
package struct BatchListTable: QueryTable {
    package let schema: RowSchema
    private let batches: [RecordBatch]

    package init(schema: RowSchema, _ batches: [RecordBatch]) {
        self.schema = schema
        self.batches = batches
    }

    package func scan(_ request: ScanRequest) throws -> any BatchSupply { try BatchListSupply(batches, request) }
}
