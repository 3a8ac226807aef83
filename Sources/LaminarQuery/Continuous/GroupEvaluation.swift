package import LaminarStore

/// Computes what batches add to the groups of a plan.
///
/// One prepared statement for the states and one for each COUNT(DISTINCT), each run over every batch. Used by one thread at a
/// time.
package final class GroupEvaluation {
    private let partial: MicroBatchQuery
    private let distinct: [MicroBatchQuery]
    package private(set) var delta: GroupDelta

    /// - Parameters:
    ///   - plan: the groups.
    ///   - translate: turns a bound query into SQLite's.
    ///   - local: the Laminar database, for joins with its tables.
    /// - Throws: ``QueryError``, `StoreError`.
    package init(
        _ plan: GroupedPlan, local: SQLiteDatabase?, translate: (BoundQuery) throws -> TranslatedQuery
    ) throws {
        partial = try MicroBatchQuery(translate(plan.partial), local: local)
        distinct = try plan.distinct.map { try MicroBatchQuery(translate($0), local: local) }
        delta = GroupDelta(plan)
    }

    /// Adds what the query's tables give now to the delta.
    ///
    /// - Throws: what a function of the query throws; then the delta may hold a part of the batch.
    package func add() throws {
        let supply = { (scan: PlannedScan) in try scan.table.scan(scan.request) }
        try partial.run(over: supply) { batch in
            let rows = StoredRows(batch)
            for row in 0..<rows.count { try delta.add(rows[row]) }
        }
        for (number, query) in distinct.enumerated() {
            try query.run(over: supply) { batch in
                let rows = StoredRows(batch)
                for row in 0..<rows.count { delta.addDistinct(number, rows[row]) }
            }
        }
    }

    /// Forgets what was added.
    package func clear() { delta.removeAll() }
}
