internal import CSQLite

/// A row of a result, lent for the length of a closure.
///
///     let names = try connection.query("SELECT name FROM connections") { row in row.text(0) ?? "" }
///
/// Columns count from 0. A column that is NULL, or that the result doesn't have, reads as nil; other values are
/// converted as SQLite converts them.
public struct SQLiteRow: ~Copyable {
    private let raw: OpaquePointer

    init(raw: OpaquePointer) { self.raw = raw }

    /// How many columns the result has.
    public var count: Int { Int(sqlite3_column_count(raw)) }

    /// The name of a column, as the statement gives it; empty where there is no such column.
    public func name(_ column: Int) -> String {
        guard let column = index(column), let name = sqlite3_column_name(raw, column) else { return "" }
        return String(cString: name)
    }

    /// Whether the column is NULL or doesn't exist.
    public func isNull(_ column: Int) -> Bool {
        present(column) == nil
    }

    /// An integer of 64 bits.
    public func int64(_ column: Int) -> Int64? {
        present(column).map { sqlite3_column_int64(raw, $0) }
    }

    /// An integer.
    public func int(_ column: Int) -> Int? {
        int64(column).map { Int($0) }
    }

    /// Whether an integer isn't 0.
    public func bool(_ column: Int) -> Bool? {
        int64(column).map { $0 != 0 }
    }

    /// A double.
    public func double(_ column: Int) -> Double? {
        present(column).map { sqlite3_column_double(raw, $0) }
    }

    /// A text, NUL characters included.
    public func text(_ column: Int) -> String? {
        guard let column = present(column) else { return nil }
        guard let start = sqlite3_column_text(raw, column) else { return "" }
        let count = Int(sqlite3_column_bytes(raw, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Bytes; an empty value is an empty array, not nil.
    public func bytes(_ column: Int) -> [UInt8]? {
        guard let column = present(column) else { return nil }
        guard let start = sqlite3_column_blob(raw, column) else { return [] }
        let count = Int(sqlite3_column_bytes(raw, column))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The value with the type that it is stored with.
    public func value(_ column: Int) -> SQLiteValue {
        guard let index = present(column) else { return .null }
        switch sqlite3_column_type(raw, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(raw, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(raw, index))
        case SQLITE_BLOB: return .blob(bytes(column) ?? [])
        default: return .text(text(column) ?? "")
        }
    }

    private func index(_ column: Int) -> Int32? {
        column >= 0 && column < count ? Int32(column) : nil
    }

    private func present(_ column: Int) -> Int32? {
        guard let column = index(column), sqlite3_column_type(raw, column) != SQLITE_NULL else { return nil }
        return column
    }
}
