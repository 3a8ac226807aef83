internal import LaminarCore
internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// A pipeline's query over one batch after the other, on a thread of its own.
///
/// `@unchecked Sendable`: ``engine`` is made on the thread and touched by nothing that doesn't run there.
final class BatchQuery: @unchecked Sendable {
    private enum Engine {
        case rows(MicroBatchQuery)
        case groups(GroupEvaluation)
    }

    /// The columns of the table that are used, ascending.
    let columns: [Int]
    private let stream: StreamTable
    private let thread: SerialThread
    private let engine: Engine

    /// - Parameters:
    ///   - query: what is computed.
    ///   - stream: the table in it whose rows are given batch by batch.
    ///   - local: the Laminar database, for joins with its tables.
    /// - Throws: `QueryError`, `StoreError`, ``ThreadRefused``.
    static func make(
        _ query: ContinuousQuery, over stream: StreamTable, local: SQLiteDatabase
    ) async throws -> BatchQuery {
        let thread = try SerialThread()
        return try await thread.run { try BatchQuery(query, stream, local, thread) }
    }

    private init(
        _ query: ContinuousQuery, _ stream: StreamTable, _ local: SQLiteDatabase, _ thread: SerialThread
    ) throws {
        self.thread = thread
        self.stream = stream
        var used: Set<Int> = []
        func translate(_ bound: BoundQuery) throws -> TranslatedQuery {
            let plain = try Translator.translate(bound)
            for scan in plain.scans where scan.table is StreamTable { used.formUnion(scan.request.columns) }
            // What is done in columns takes NOW() for a constant, and here it's another one for each batch.
            guard plain.nowIndex == nil else { return plain }
            return try Translator.translate(Pushdown(now: .now).rewrite(bound))
        }
        switch query {
        case .rows(let bound): engine = .rows(try MicroBatchQuery(translate(bound), local: local))
        case .groups(let plan):
            engine = .groups(try GroupEvaluation(plan, local: local, translate: translate))
        }
        columns = used.sorted()
    }

    /// The rows that a batch gives.
    ///
    /// - Parameter batch: with ``columns``.
    func rows(of batch: RecordBatch) async throws -> [RecordBatch] {
        try await thread.run { [self] in
            guard case .rows(let query) = engine else { return [] }
            var results: [RecordBatch] = []
            stream.set(batch, columns: columns)
            defer { stream.set(nil, columns: columns) }
            try query.run(over: { try $0.table.scan($0.request) }) { results.append($0) }
            return results
        }
    }

    /// Adds a batch to the groups.
    ///
    /// - Returns: how many groups have changed since the last checkpoint.
    func add(_ batch: RecordBatch) async throws -> Int {
        try await thread.run { [self] in
            guard case .groups(let groups) = engine else { return 0 }
            stream.set(batch, columns: columns)
            defer { stream.set(nil, columns: columns) }
            try groups.add()
            return groups.delta.count
        }
    }

    /// What has been added since the last time.
    func takeDelta() async throws -> GroupDelta? {
        try await thread.run { [self] in
            guard case .groups(let groups) = engine else { return nil }
            defer { groups.clear() }
            return groups.delta
        }
    }
}
