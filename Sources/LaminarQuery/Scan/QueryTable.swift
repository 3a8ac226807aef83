package import LaminarFormats

/// A table that a query can read: a Kafka table, a system table, or rows in memory.
package protocol QueryTable: Sendable {
    /// Names and types of its columns.
    var schema: RowSchema { get }

    /// Begins to read; several scans of one table may be open at once, each on a thread of its own.
    ///
    /// - Parameter request: which columns, and how far the fetch can be narrowed.
    /// - Throws: what keeps the table from being read: a broker that is away, say.
    func scan(_ request: ScanRequest) throws -> any BatchSupply

    /// What such a scan would read, in lines for a person: EXPLAIN. May ask brokers, and blocks.
    func explain(_ request: ScanRequest) throws -> [String]

    /// What a person should know before the rows come.
    var notices: [String] { get }
}

extension QueryTable {
    package var notices: [String] { [] }

    package func explain(_ request: ScanRequest) throws -> [String] {
        ["\(request.columns.count) of \(schema.columns.count) columns"]
    }
}

/// The batches of one scan, taken by the thread that runs the query.
package protocol BatchSupply: AnyObject, Sendable {
    /// The next rows; blocks until there are some. nil at the end, and after ``cancel()``.
    ///
    /// The batch's columns are those of the request, in its order.
    func next() throws -> RecordBatch?

    /// Ends the scan at once, from any thread; a `next()` that waits returns nil.
    func cancel()
}
