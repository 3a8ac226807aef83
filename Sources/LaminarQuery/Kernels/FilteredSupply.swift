package import LaminarFormats
import Synchronization

/// The rows of another supply for which a condition holds, and of its columns those that are asked for.
///
/// A batch whose rows all pass is handed on as it is; one of which none does isn't handed on.
package final class FilteredSupply: BatchSupply {
    private let rows: any BatchSupply
    private let condition: PredicateKernel
    private let places: [Int]
    private let schema: RowSchema
    private let limit: Int?
    private let taken = Mutex(0)

    /// - Parameters:
    ///   - condition: over the columns of `rows`.
    ///   - places: the columns that are handed on, by their places in `rows`.
    ///   - schema: theirs.
    ///   - limit: after how many rows nothing more is needed; nil for all.
    package init(
        _ rows: any BatchSupply, where condition: PredicateKernel, places: [Int], schema: RowSchema, limit: Int? = nil
    ) {
        self.rows = rows
        self.condition = condition
        self.places = places
        self.schema = schema
        self.limit = limit
    }

    package func next() throws -> RecordBatch? {
        if let limit, taken.withLock({ $0 }) >= limit {
            rows.cancel()
            return nil
        }
        while let batch = try rows.next() {
            let kept = try condition.rows(batch, Array(0..<Int32(batch.count)))
            if kept.isEmpty { continue }
            if limit != nil { taken.withLock { $0 += kept.count } }
            return try batch.taking(columns: places, rows: kept.count == batch.count ? nil : kept, schema: schema)
        }
        return nil
    }

    package func cancel() { rows.cancel() }
}
