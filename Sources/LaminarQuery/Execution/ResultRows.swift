import LaminarFormats
import LaminarStore

/// The rows of a result on their way into batches: the first one leaves at once, later ones in batches that grow to 1,024 rows.
///
/// Used by the thread that runs the query.
final class ResultRows {
    static let batchRows = 1024

    let schema: RowSchema
    private let columns: [ResultColumn]
    private var count = 0
    private var target = 1
    /// Takes a batch; an error ends the query.
    var emit: (RecordBatch) throws -> Void = { _ in }

    init(_ columns: [ColumnSchema]) throws {
        schema = try Self.schema(columns)
        self.columns = columns.map { ResultColumn($0.type) }
    }

    /// Appends the row that a statement stands at.
    func append(_ cells: SQLiteCells) throws {
        for (index, column) in columns.enumerated() { try column.append(cells, index) }
        count += 1
        if count >= target { try flush() }
    }

    /// Sends what is there: before a wait, and at the end.
    func flush() throws {
        guard count > 0 else { return }
        let batch = try RecordBatch(schema: schema, columns: columns.map { $0.finish() }, count: count)
        count = 0
        target = min(target * 8, Self.batchRows)
        try emit(batch)
    }

    /// Forgets the rows that were not sent.
    func discard() {
        for column in columns { _ = column.finish() }
        count = 0
        target = 1
    }

    /// A result may have several columns of one name, a batch may not: later ones get a number, `total`, `total_2`.
    static func schema(_ columns: [ColumnSchema]) throws -> RowSchema {
        var taken = Set<String>()
        var unique: [ColumnSchema] = []
        for column in columns {
            var name = column.name
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(column.name)_\(number)"
                number += 1
            }
            unique.append(ColumnSchema(name, column.type, isNullable: column.isNullable, metadata: nil))
        }
        return try RowSchema(unique)
    }
}
