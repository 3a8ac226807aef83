/// The columns that a payload fills, while a batch is being made.
///
/// Hot-path file: the builders lie side by side in memory that this object owns; their addresses never change.
@usableFromInline
final class RowStore {
    let columns: [ColumnSchema]
    let builders: UnsafeMutablePointer<ColumnBuilder>
    /// Complete rows.
    private(set) var count = 0

    init(_ columns: [ColumnSchema]) {
        self.columns = columns
        builders = .allocate(capacity: max(columns.count, 1))
        for (index, column) in columns.enumerated() { (builders + index).initialize(to: ColumnBuilder(column.type)) }
    }

    deinit {
        for index in columns.indices { (builders + index).deinitialize(count: 1) }
        builders.deallocate()
    }

    /// Ends a row whose columns all have their value.
    @inline(__always)
    func endCompleteRow() { count &+= 1 }

    /// Ends the row: columns without a value become NULL. The name of the first NOT NULL one among them, in which case
    /// the row isn't ended.
    func endRow() -> String? {
        for index in columns.indices where builders[index].count == count {
            if !columns[index].isNullable { return columns[index].name }
            builders[index].appendNull()
        }
        count += 1
        return nil
    }

    /// Forgets the row being written.
    @usableFromInline
    func undoRow() { truncate(to: count) }

    func truncate(to rows: Int) {
        for index in columns.indices { builders[index].truncate(to: rows) }
        count = min(count, rows)
    }

    func finish() -> [Column] {
        count = 0
        return columns.indices.map { builders[$0].finish() }
    }
}
