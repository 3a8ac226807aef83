import LaminarCore
package import LaminarFormats
package import LaminarStore

/// A query that runs, on a thread and an SQLite connection of its own, and its result batch by batch.
///
///     let run = try QueryRun(translated, local: database)
///     while let batch = try await run.next() { … }
///
/// The result's first row comes as soon as there is one; then batches grow to 1,024 rows. At most four batches wait to be
/// read: a reader that is slow holds the query back, so that its memory stays bounded. A run that is let go of before its end
/// is cancelled.
package final class QueryRun: Sendable {
    /// The result's columns; of several with one name the later ones have a number.
    package let schema: RowSchema
    /// What the user should know.
    package let notices: [String]
    private let channel: BatchChannel
    private let control: RunControl

    /// Begins to run.
    ///
    /// - Parameters:
    ///   - query: translated; its scans are begun by the query's thread.
    ///   - local: the Laminar database, which the statement may read as `local`.
    ///   - now: what NOW() is.
    /// - Throws: ``ThreadRefused``, or ``FormatError`` for columns that can't be. Everything else is thrown by ``next()``.
    package init(_ query: TranslatedQuery, local: SQLiteDatabase? = nil, now: Timestamp = .now) throws {
        schema = try ResultRows.schema(query.columns)
        notices = query.notices
        let channel = BatchChannel()
        let control = RunControl()
        self.channel = channel
        self.control = control
        try OwnedThread.start {
            do {
                try Self.run(query, local, now, channel, control)
                channel.finish(nil)
            } catch {
                channel.finish(control.isCancelled ? QueryError.cancelled : error)
            }
        }
    }

    deinit { cancel() }

    /// The next rows, nil at the end; blocks the calling thread, which must not be one of the cooperative pool.
    ///
    /// - Throws: what a table of the query threw, ``QueryError`` or ``StoreError``, after the rows before it; ``QueryError``
    ///   with code `cancelled` after ``cancel()``.
    package func nextBlocking() throws -> RecordBatch? { try channel.receive() }

    /// The next rows, nil at the end. A task that is cancelled cancels the query.
    ///
    /// - Throws: as ``nextBlocking()``; `CancellationError` where the task is cancelled.
    package func next() async throws -> RecordBatch? {
        do {
            return try await withTaskCancellationHandler {
                try await channel.receive()
            } onCancel: {
                cancel()
            }
        } catch {
            try Task.checkCancellation()
            throw error
        }
    }

    /// Stops the query at once, from any thread.
    package func cancel() {
        channel.close(QueryError.cancelled)
        control.cancel()
    }

    private static func run(
        _ query: TranslatedQuery, _ local: SQLiteDatabase?, _ now: Timestamp, _ channel: BatchChannel,
        _ control: RunControl
    ) throws {
        let engine = try QueryEngine(
            query, local: local, isCopyingLocal: true, isStopped: { control.isCancelled },
            openSupply: { scan in
                let supply = try scan.table.scan(scan.request)
                control.add(supply)
                return supply
            })
        control.set(engine.makeInterrupter())
        // The connection must live until nobody can interrupt it any more.
        defer { withExtendedLifetime(engine) { control.end() } }
        try engine.run(now: now) { batch in
            guard channel.send(batch) else { throw QueryError.cancelled }
        }
    }
}
