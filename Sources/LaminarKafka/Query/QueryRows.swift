public import LaminarFormats
internal import LaminarQuery
internal import Synchronization

/// The rows of a query, as they come.
///
///     let rows = try await laminar.query("SELECT id, amount FROM orders WHERE amount > ?", 100)
///     for try await row in rows { print(try row["id", as: Int64.self], row["amount"]) }
///     for try await order in try await laminar.query("SELECT * FROM orders").values(as: Order.self) { … }
///
/// The query runs on a thread of its own and begins at once; it is held back while its rows aren't taken. `break`, cancelling
/// the task, ``cancel()`` and letting go of the value end it and release everything. Iterated once.
///
/// Iterating throws ``KafkaError``, ``DecodeError`` or `RegistryError` of a table's, `QueryError` for a value that a function
/// refuses, `CancellationError`.
public struct QueryRows: AsyncSequence, Sendable {
    /// A row, a view of its batch.
    public typealias Element = Row

    let query: OpenQuery

    /// Names and types of the columns; of several with one name the later ones have a number.
    public var columns: [ColumnSchema] { query.run.schema.columns }
    /// What a person should know: that the table's `offset` leaves nothing to read, say.
    public var notices: [String] { query.notices }
    /// How far the query has read its topics: asked for at any time, also while an iterator waits.
    public var progress: QueryProgress { query.meter.progress }

    /// Ends the query; what was not read is dropped.
    public func cancel() { query.run.cancel() }

    /// Begins to take the rows.
    public func makeAsyncIterator() -> Iterator { Iterator(QueryCursor(query)) }

    /// The rows batch by batch: typed columns.
    public var batches: Batches { Batches(query: query) }

    /// The rows as values of a `Decodable` type, whose properties are found among the columns by name.
    public func values<Value: Decodable & Sendable>(as type: Value.Type) -> Values<Value> { Values(query: query) }

    /// Visits the rows.
    public struct Iterator: AsyncIteratorProtocol {
        private var walk: RowWalk<QueryCursor>

        init(_ cursor: QueryCursor) { walk = RowWalk(cursor) }

        /// The next row, nil at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Row? {
            try await walk.next()
        }

        /// The same without an actor.
        public mutating func next() async throws -> Row? { try await next(isolation: nil) }
    }

    /// A query's rows, batch by batch.
    public struct Batches: AsyncSequence, Sendable {
        /// Some consecutive rows, at least one.
        public typealias Element = RecordBatch
        let query: OpenQuery

        /// Begins to take the rows.
        public func makeAsyncIterator() -> Iterator { Iterator(cursor: QueryCursor(query)) }

        /// Visits the batches.
        public struct Iterator: AsyncIteratorProtocol {
            let cursor: QueryCursor

            /// The next batch, nil at the end.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> RecordBatch? {
                try await cursor.next()
            }

            /// The same without an actor.
            public mutating func next() async throws -> RecordBatch? { try await cursor.next() }
        }
    }

    /// A query's rows as values.
    public struct Values<Value: Decodable & Sendable>: AsyncSequence, Sendable {
        /// A row's value.
        public typealias Element = Value
        let query: OpenQuery

        /// Begins to take the rows.
        public func makeAsyncIterator() -> Iterator {
            Iterator(rows: QueryRows.Iterator(QueryCursor(query)), decoder: RowDecoder(schema: query.run.schema))
        }

        /// Visits the values.
        public struct Iterator: AsyncIteratorProtocol {
            var rows: QueryRows.Iterator
            let decoder: RowDecoder<Value>

            /// The next value, nil at the end.
            ///
            /// - Throws: `DecodeFailure` where a row doesn't fit the type, beside what iterating the rows throws.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Value? {
                guard let row = try await rows.next(isolation: actor) else { return nil }
                return try decoder.decode(row)
            }

            /// The same without an actor.
            public mutating func next() async throws -> Value? { try await next(isolation: nil) }
        }
    }
}

/// A query that runs, and its place among those that may run at once.
final class OpenQuery: Sendable {
    let run: QueryRun
    let meter: QueryMeter
    private let own: [String]
    private let tables: [any QueryTable]
    private let place: QueryPlace
    private let isClaimed = Atomic<Bool>(false)

    init(
        _ run: QueryRun, notices: [String], tables: [any QueryTable], meter: QueryMeter, place: QueryPlace
    ) {
        self.run = run
        self.meter = meter
        own = notices
        self.tables = tables
        self.place = place
    }

    /// What is known by now: a table may have more to say when it was read.
    var notices: [String] {
        var seen: Set<String> = []
        return (own + tables.flatMap(\.notices)).filter { seen.insert($0).inserted }
    }

    deinit { run.cancel() }

    /// Whether the caller is the first who iterates.
    func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiringAndReleasing) }
}

/// Takes a query's batches for one iterator; its end, a `break`, is the query's.
final class QueryCursor: RowCursor {
    private let query: OpenQuery
    private var isBegun = false
    private var isOwner = false

    init(_ query: OpenQuery) { self.query = query }

    deinit {
        if isOwner { query.run.cancel() }
    }

    func next() async throws -> RecordBatch? {
        if !isBegun {
            isBegun = true
            isOwner = query.claim()
        }
        guard isOwner else {
            throw LaminarError(
                code: .alreadyRead, message: "A query's rows can be read once: run the query again.")
        }
        while let batch = try await query.run.next() {
            if !batch.isEmpty { return batch }
        }
        return nil
    }
}

/// One of the queries that a ``Laminar`` runs at once, each with a thread: a bounded number.
final class QueryPlace: Sendable {
    static var most: Int { 128 }
    private let places: QueryPlaces

    fileprivate init(_ places: QueryPlaces) { self.places = places }

    deinit { places.give() }
}

/// How many queries run.
final class QueryPlaces: Sendable {
    private let taken = Atomic<Int>(0)

    /// - Throws: ``LaminarError`` with code `inUse` where there are too many.
    func take() throws(LaminarError) -> QueryPlace {
        let count = taken.add(1, ordering: .acquiringAndReleasing).newValue
        guard count <= QueryPlace.most else {
            give()
            throw LaminarError(
                code: .inUse,
                message: "\(QueryPlace.most) queries are open in this Laminar: read them to the end, or cancel() them.")
        }
        return QueryPlace(self)
    }

    fileprivate func give() { taken.subtract(1, ordering: .acquiringAndReleasing) }
}
