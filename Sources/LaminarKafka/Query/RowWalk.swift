internal import LaminarFormats

/// Gives batches to one iterator, until there are none.
protocol RowCursor: AnyObject {
    /// The next rows; nil at the end.
    func next() async throws -> RecordBatch?
}

/// The way of an iterator over a cursor's rows.
struct RowWalk<Cursor: RowCursor> {
    private let cursor: Cursor
    private var batch: RecordBatch?
    private var index = 0

    init(_ cursor: Cursor) { self.cursor = cursor }

    mutating func next() async throws -> Row? {
        while true {
            if let batch, index < batch.count {
                defer { index += 1 }
                return Row(batch: batch, index: index)
            }
            batch = try await cursor.next()
            index = 0
            if batch == nil { return nil }
        }
    }
}
