/// Rows of one schema as typed columns: what every decoder fills and every query reads. Immutable and Sendable.
///
///     for row in batch { print(try row["id", as: Int64.self], row["name"]) }
///     batch.column("amount")?.withValues(of: Double.self) { $0.reduce(0, +) }
public final class RecordBatch: Sendable {
    /// Names and types of the columns.
    public let schema: RowSchema
    /// How many rows; every column has as many.
    public let count: Int
    /// In the schema's order.
    public let columns: [Column]

    /// - Throws: ``FormatError`` with code `.column` when a column's type or length doesn't fit.
    public init(schema: RowSchema, columns: [Column], count: Int? = nil) throws(FormatError) {
        let rows = count ?? columns.first?.count ?? 0
        guard columns.count == schema.columns.count else {
            throw FormatError(.column, "The schema has \(schema.columns.count) columns, not \(columns.count).")
        }
        for (expected, column) in zip(schema.columns, columns) {
            guard column.type == expected.type else {
                throw FormatError(.column, "Column \(expected.name) is \(expected.type), not \(column.type).")
            }
            guard column.count == rows else {
                throw FormatError(.column, "Column \(expected.name) has \(column.count) rows, not \(rows).")
            }
        }
        self.schema = schema
        self.columns = columns
        self.count = rows
    }

    /// The column by exact name, then ignoring case.
    public func column(_ name: String) -> Column? { schema.index(of: name).map { columns[$0] } }
}

extension RecordBatch: RandomAccessCollection {
    /// 0.
    public var startIndex: Int { 0 }
    /// `count`.
    public var endIndex: Int { count }

    /// A view of one row, which keeps the batch alive.
    public subscript(row: Int) -> Row {
        precondition(row >= 0 && row < count, "row out of range")
        return Row(batch: self, index: row)
    }
}
