internal import Dispatch
package import LaminarFormats
package import LaminarQuery
internal import Synchronization

/// A row provider as a table that queries read. Its rows are asked for once, at the first scan, so that two scans of one
/// query see the same; with the slow columns and without them are two questions.
package final class ProvidedTable: NoticedTable {
    private let provider: any RowProvider
    private let quick: Answer
    private let full: Answer

    package init(_ provider: any RowProvider) {
        self.provider = provider
        quick = Answer { try await provider.quickRows() }
        full = Answer { try await provider.rows() }
    }

    package var schema: RowSchema { provider.schema }
    package var notices: [String] { quick.notices + full.notices }

    package func scan(_ request: ScanRequest) throws -> any BatchSupply {
        let answer = provider.slowColumns.isDisjoint(with: request.columns) ? quick : full
        return try ProvidedSupply(schema.projecting(request.columns), request, answer)
    }

    /// What the provider says, once it has been asked.
    fileprivate final class Answer: Sendable {
        private struct State: Sendable {
            var task: Task<Void, Never>?
            var outcome: Result<ProvidedRows, any Error>?
            var waiters: [DispatchSemaphore] = []
        }
        private let state = Mutex(State())
        private let rows: @Sendable () async throws -> ProvidedRows

        init(_ rows: @escaping @Sendable () async throws -> ProvidedRows) { self.rows = rows }

        var notices: [String] { state.withLock { (try? $0.outcome?.get().notices) ?? [] } }
        var outcome: Result<ProvidedRows, any Error>? { state.withLock { $0.outcome } }

        /// Raises the signal once there is an outcome.
        func ask(telling waiter: DispatchSemaphore) {
            let isThere = state.withLock { state in
                guard state.outcome == nil else { return true }
                state.waiters.append(waiter)
                if state.task == nil {
                    state.task = Task { [self] in
                        let outcome: Result<ProvidedRows, any Error>
                        do { outcome = .success(try await rows()) } catch { outcome = .failure(error) }
                        note(outcome)
                    }
                }
                return false
            }
            if isThere { waiter.signal() }
        }

        private func note(_ outcome: Result<ProvidedRows, any Error>) {
            let waiters = state.withLock { state in
                state.outcome = outcome
                state.task = nil
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.signal() }
        }
    }
}

/// One scan of a provided table.
private final class ProvidedSupply: BatchSupply {
    private static let batchRows = 1_024

    private let schema: RowSchema
    private let request: ScanRequest
    private let answer: ProvidedTable.Answer
    private let signal = DispatchSemaphore(value: 0)
    private let isCancelled = Atomic<Bool>(false)
    /// How many rows were handed out.
    private let position = Atomic<Int>(0)

    init(_ schema: RowSchema, _ request: ScanRequest, _ answer: ProvidedTable.Answer) {
        self.schema = schema
        self.request = request
        self.answer = answer
        answer.ask(telling: signal)
    }

    func next() throws -> RecordBatch? {
        guard !isCancelled.load(ordering: .acquiring) else { return nil }
        if answer.outcome == nil { signal.wait() }
        guard !isCancelled.load(ordering: .acquiring), let found = try answer.outcome?.get() else { return nil }
        let start = position.load(ordering: .acquiring)
        let end = min(found.rows.count, request.limit ?? .max, start + Self.batchRows)
        guard start < end else { return nil }
        position.store(end, ordering: .releasing)
        let rows = found.rows[start..<end]
        let columns = try zip(request.columns, schema.columns).map { place, column in
            try Column.values(column.type, rows.map { place < $0.count ? $0[place] : .null })
        }
        return try RecordBatch(schema: schema, columns: columns, count: rows.count)
    }

    func cancel() {
        isCancelled.store(true, ordering: .releasing)
        signal.signal()
    }
}
