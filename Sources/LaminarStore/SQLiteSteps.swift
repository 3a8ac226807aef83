internal import CSQLite

extension SQLiteStatement {
    /// Binds the values and stands before the first row, for a reader that takes rows one by one.
    ///
    ///     try statement.begin(values)
    ///     defer { statement.end() }
    ///     while try statement.step() { … statement.row … }
    ///
    /// - Throws: ``StoreError``: `binding`, `misuse`, `closed`.
    package func begin(_ values: [SQLiteValue]) throws(StoreError) {
        _ = try ready(values)
    }

    /// Goes to the next row; false at the end.
    ///
    /// - Throws: the very error that a registered function or a virtual table threw, else ``StoreError``.
    package func step() throws -> Bool {
        guard let raw = handle.raw else {
            throw StoreError(code: .closed, message: "The statement's connection was closed.")
        }
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result:
            let error = StoreError(result: result, of: connection.raw, doing: "Running a query")
            throw connection.failures.take() ?? error
        }
    }

    /// The row that ``step()`` went to; valid until the next one.
    package var row: SQLiteCells { SQLiteCells(raw: handle.raw) }

    /// Lets go of the rows.
    package func end() {
        handle.reset()
        _ = connection.failures.take()
    }
}

/// The cells of a row, read without checks: a column is 0 up to the statement's number of them.
///
/// Hot-path file: one call of SQLite's each.
package struct SQLiteCells {
    private let raw: OpaquePointer?

    init(raw: OpaquePointer?) { self.raw = raw }

    /// How the cell is stored.
    package func storage(_ column: Int) -> SQLiteArguments.Storage {
        switch sqlite3_column_type(raw, Int32(truncatingIfNeeded: column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// Whether it is NULL.
    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(raw, Int32(truncatingIfNeeded: column)) == SQLITE_NULL
    }

    /// An integer.
    package func int64(_ column: Int) -> Int64 { sqlite3_column_int64(raw, Int32(truncatingIfNeeded: column)) }

    /// A double.
    package func double(_ column: Int) -> Double { sqlite3_column_double(raw, Int32(truncatingIfNeeded: column)) }

    /// A text's UTF-8 or a blob's bytes in place, until the next step.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        let column = Int32(truncatingIfNeeded: column)
        let start: UnsafeRawPointer? =
            sqlite3_column_type(raw, column) == SQLITE_BLOB
            ? sqlite3_column_blob(raw, column) : sqlite3_column_text(raw, column).map { UnsafeRawPointer($0) }
        guard let start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
    }
}
