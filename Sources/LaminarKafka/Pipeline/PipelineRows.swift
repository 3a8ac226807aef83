public import LaminarFormats
internal import LaminarQuery

/// The rows of a pipeline; see ``Pipeline/rows``. It ends when the pipeline is dropped and when ``Laminar/run()`` ends.
///
/// Iterating throws ``LaminarError`` with code `alreadyRead` where another task reads the rows, or `wrongKind` where they go
/// into a table.
public struct PipelineRows: AsyncSequence, Sendable {
    /// A row, a view of its batch.
    public typealias Element = Row

    let pipeline: Pipeline

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(PipelineCursor(pipeline)) }

    /// The rows batch by batch: typed columns.
    public var batches: Batches { Batches(pipeline: pipeline) }

    /// Visits the rows.
    public struct Iterator: AsyncIteratorProtocol {
        private var walk: RowWalk<PipelineCursor>

        init(_ cursor: PipelineCursor) { walk = RowWalk(cursor) }

        /// The next row, nil at the end; asking for it means that the one before is processed.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Row? {
            try await walk.next()
        }

        /// The same without an actor.
        public mutating func next() async throws -> Row? { try await next(isolation: nil) }
    }

    /// A pipeline's rows, batch by batch.
    public struct Batches: AsyncSequence, Sendable {
        /// Some consecutive rows, at least one.
        public typealias Element = RecordBatch
        let pipeline: Pipeline

        /// Begins to read.
        public func makeAsyncIterator() -> Iterator { Iterator(cursor: PipelineCursor(pipeline)) }

        /// Visits the batches.
        public struct Iterator: AsyncIteratorProtocol {
            let cursor: PipelineCursor

            /// The next batch, nil at the end; asking for it means that the one before is processed.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> RecordBatch? {
                try await cursor.next()
            }

            /// The same without an actor.
            public mutating func next() async throws -> RecordBatch? { try await cursor.next() }
        }
    }

    /// A pipeline's rows as values.
    public struct Values<Value: Decodable & Sendable>: AsyncSequence, Sendable {
        /// A row's value.
        public typealias Element = Value
        let pipeline: Pipeline

        /// Begins to read.
        public func makeAsyncIterator() -> Iterator { Iterator(rows: pipeline.rows.makeAsyncIterator()) }

        /// Visits the values.
        public struct Iterator: AsyncIteratorProtocol {
            var rows: PipelineRows.Iterator
            private var decoder: RowDecoder<Value>?

            init(rows: PipelineRows.Iterator) { self.rows = rows }

            /// The next value, nil at the end; asking for it means that the one before is processed.
            ///
            /// - Throws: `DecodeFailure` where a row doesn't fit the type, beside what iterating the rows throws.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Value? {
                guard let row = try await rows.next(isolation: actor) else { return nil }
                let decoder = self.decoder ?? RowDecoder(schema: row.schema)
                self.decoder = decoder
                return try decoder.decode(row)
            }

            /// The same without an actor.
            public mutating func next() async throws -> Value? { try await next(isolation: nil) }
        }
    }
}

/// Takes a pipeline's rows for one iterator; its end, a `break`, lets the pipeline rest.
final class PipelineCursor: RowCursor {
    private let pipeline: Pipeline
    private let feed: any PipelineFeed
    private var isBegun = false

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        feed = pipeline.groups.map { GroupFeed(pipeline, $0) } ?? RowFeed(pipeline)
    }

    deinit { feed.end() }

    func next() async throws -> RecordBatch? {
        if !isBegun {
            isBegun = true
            try await feed.begin()
        }
        return try await feed.next()
    }
}

/// Where a cursor's rows come from.
protocol PipelineFeed: AnyObject {
    func begin() async throws
    func next() async throws -> RecordBatch?
    func end()
}

/// The rows of a pipeline that keeps nothing.
private final class RowFeed: PipelineFeed {
    private let pipeline: Pipeline
    private var isReader = false
    private var inHand: RowChannel.Element?

    init(_ pipeline: Pipeline) { self.pipeline = pipeline }

    func begin() async throws {
        guard !pipeline.hasSink else {
            throw LaminarError(
                code: .wrongKind,
                message: "The rows of pipeline \(pipeline.name) go into a table: read that, or make a pipeline "
                    + "without INSERT INTO.")
        }
        guard pipeline.hub.rows.claim() else {
            throw LaminarError(
                code: .alreadyRead,
                message: "The rows of pipeline \(pipeline.name) are read by another task, and each goes to one: make a "
                    + "second pipeline for a second reader.")
        }
        isReader = true
        await pipeline.laminar.pipelines.readerCame(pipeline.name)
    }

    func next() async throws -> RecordBatch? {
        inHand?.done()
        inHand = nil
        inHand = try await pipeline.hub.rows.receive()
        return inHand?.rows
    }

    func end() {
        guard isReader else { return }
        pipeline.hub.rows.release()
        let (runtime, name) = (pipeline.laminar.pipelines, pipeline.name)
        Task { await runtime.readerLeft(name) }
    }
}

/// The groups of a pipeline as they change.
private final class GroupFeed: PipelineFeed {
    private let pipeline: Pipeline
    private let plan: GroupedPlan
    private var seen: Int64 = 0
    private var run: QueryRun?

    init(_ pipeline: Pipeline, _ plan: GroupedPlan) {
        self.pipeline = pipeline
        self.plan = plan
    }

    func begin() async throws { seen = try checkpoint() }

    func next() async throws -> RecordBatch? {
        while true {
            while let batch = try await run?.next() {
                if !batch.isEmpty { return batch }
            }
            run = nil
            guard await pipeline.hub.changes.wait(after: seen) else { return nil }
            let now = try checkpoint()
            let shown = plan.shown(from: GroupTable.name(of: pipeline.name), changedAfter: seen)
            run = try QueryRun(Translator.translate(shown), local: pipeline.laminar.database)
            seen = now
        }
    }

    func end() { run?.cancel() }

    private func checkpoint() throws -> Int64 {
        let name = pipeline.name
        return try pipeline.laminar.readCatalog { statements in
            try PipelineTables(statements.catalog.database).progress(of: name)?.checkpoint ?? 0
        }
    }
}
