package import LaminarFormats
package import LaminarStore

/// A query that runs again and again, each time over the next records: a pipeline's.
///
///     let query = try MicroBatchQuery(translated, local: database)
///     try query.run(over: { scan in BatchListSupply([batch], scan.request) }) { rows in … }
///
/// Prepared once; every run is synchronous, on the thread of its caller, which must always be the same one at a time. It sees
/// the tables of `local` as they are when it runs, and must end before the same thread writes to them.
package final class MicroBatchQuery {
    private final class Source {
        var open: (PlannedScan) throws -> any BatchSupply = { _ in
            throw QueryError(.engine, "A pipeline's query was read outside of its run.")
        }
    }

    /// The result's columns; of several with one name the later ones have a number.
    package let schema: RowSchema
    private let engine: QueryEngine
    private let source: Source
    private let interrupter: SQLiteInterrupter

    /// - Parameters:
    ///   - query: its scans are opened by each run.
    ///   - local: the Laminar database, which the statement may read as `local`.
    /// - Throws: ``QueryError``, ``StoreError``.
    package init(_ query: TranslatedQuery, local: SQLiteDatabase? = nil) throws {
        let source = Source()
        self.source = source
        engine = try QueryEngine(
            query, local: local, isCopyingLocal: false, openSupply: { try source.open($0) })
        schema = engine.rows.schema
        interrupter = engine.makeInterrupter()
    }

    deinit { interrupter.invalidate() }

    /// Runs once, to the end.
    ///
    /// - Parameters:
    ///   - supply: the records of each scan; called again where a scan is read twice.
    ///   - now: what NOW() is.
    ///   - body: takes the rows, batch by batch, while the statement runs.
    /// - Throws: what `supply`, a function or `body` threw; ``QueryError`` with code `cancelled` after ``cancel()``.
    package func run(
        over supply: @escaping (PlannedScan) throws -> any BatchSupply, now: Timestamp = .now,
        _ body: (RecordBatch) throws -> Void
    ) throws {
        let none = source.open
        source.open = supply
        defer { source.open = none }
        try withoutActuallyEscaping(body) { body in try engine.run(now: now, body) }
    }

    /// A handle to stop a running ``run(over:now:_:)`` from another thread.
    package var stop: @Sendable () -> Void {
        let interrupter = interrupter
        return { interrupter.interrupt() }
    }
}
