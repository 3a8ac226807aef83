package import LaminarFormats
package import LaminarStore

/// The rows of a batch in stored form, for a table of the Laminar database or the state of a group.
package struct StoredRows {
    private let batch: RecordBatch

    package init(_ batch: RecordBatch) { self.batch = batch }

    package var count: Int { batch.count }

    /// A row's values in the batch's order.
    package subscript(row: Int) -> [SQLiteValue] { batch.columns.map { StoredValue.stored($0.value(at: row)) } }
}
