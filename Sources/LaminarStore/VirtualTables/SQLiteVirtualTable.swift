/// Rows that come from elsewhere than from a database, under a name of the connection's.
///
///     try connection.register(scan, as: "scan_0")
///     try connection.query("SELECT c0 FROM scan_0") { row in row.int64(0) }
package protocol SQLiteVirtualTable: AnyObject {
    /// The names of the columns, in order.
    var columnNames: [String] { get }
    /// How many rows it may have, for the order of joins.
    var estimatedRowCount: Int64 { get }
    /// A reader that stands before the first row; a statement can have several at once.
    func makeCursor() throws -> any SQLiteVirtualCursor
}

/// A reader of a virtual table.
package protocol SQLiteVirtualCursor: AnyObject {
    /// Goes back to before the first row: the table is the inner one of a join, say.
    func rewind() throws
    /// Goes to the next row; false at the end. It may wait.
    func advance() throws -> Bool
    /// Sets the value of a column of the current row.
    func read(_ column: Int, _ result: SQLiteResult) throws
}
