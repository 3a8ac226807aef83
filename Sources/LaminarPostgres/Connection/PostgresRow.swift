/// A row of a result, lent for the length of a closure.
///
///     let names = try db.query("SELECT name FROM shops") { row in row.text(0) ?? "" }
///
/// Columns count from 0. A column that is NULL, that the result doesn't have, or whose text isn't of the type that is
/// asked for, reads as nil. ``text(_:)`` gives every type in PostgreSQL's text form.
public struct PostgresRow: ~Copyable {
    private let result: PostgresResult
    private let row: Int

    init(result: PostgresResult, row: Int) {
        self.result = result
        self.row = row
    }

    /// How many columns the result has.
    public var count: Int { result.columnCount }

    /// The name of a column, as the statement gives it; empty where there is no such column.
    public func name(_ column: Int) -> String { result.columnName(column) }

    /// Whether the column is NULL or doesn't exist.
    public func isNull(_ column: Int) -> Bool { result.withText(row: row, column: column) { _ in } == nil }

    /// An integer of 64 bits.
    public func int64(_ column: Int) -> Int64? { text(column).flatMap { Int64($0) } }

    /// An integer.
    public func int(_ column: Int) -> Int? { text(column).flatMap { Int($0) } }

    /// A boolean.
    public func bool(_ column: Int) -> Bool? {
        switch text(column) {
        case "t": true
        case "f": false
        default: nil
        }
    }

    /// A double, NaN and the infinities included.
    public func double(_ column: Int) -> Double? { text(column).flatMap { Double($0) } }

    /// A text, or any other type in its text form.
    public func text(_ column: Int) -> String? { result.text(row: row, column: column) }

    /// The bytes of a `bytea`.
    public func bytes(_ column: Int) -> [UInt8]? { result.bytes(row: row, column: column) }
}
