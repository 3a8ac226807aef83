import Dispatch
import LaminarFormats
import LaminarQuery
import Synchronization

/// A table of one supply.
struct GatedTable: QueryTable {
    let supply: any BatchSupply
    let schema = QueryRunTests.schema

    init(_ supply: any BatchSupply) { self.supply = supply }

    func scan(_ request: ScanRequest) -> any BatchSupply { supply }
}

/// A supply whose batches come when the test lets them.
final class GatedSupply: BatchSupply {
    private struct State: Sendable {
        var batches: [RecordBatch]
        var isCancelled = false
        var isWaited = false
        var observers: [CheckedContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>
    private let gate = DispatchSemaphore(value: 0)
    private let error: (any Error)?

    init(_ batches: [RecordBatch], error: (any Error)? = nil) {
        state = Mutex(State(batches: batches.reversed()))
        self.error = error
    }

    /// Lets one `next()` go on.
    func release() { gate.signal() }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func next() throws -> RecordBatch? {
        let observers = state.withLock { state in
            state.isWaited = true
            defer { state.observers = [] }
            return state.observers
        }
        for observer in observers { observer.resume() }
        gate.wait()
        let (batch, isCancelled) = state.withLock { ($0.batches.popLast(), $0.isCancelled) }
        if isCancelled { return nil }
        if batch == nil, let error { throw error }
        return batch
    }

    func cancel() {
        let observers = state.withLock { state in
            state.isCancelled = true
            defer { state.observers = [] }
            return state.observers
        }
        for observer in observers { observer.resume() }
        gate.signal()
    }

    /// Returns when the query waits for a batch.
    func isWaitedFor() async { await observe { $0.isWaited } }

    /// Returns when the query has let go of the supply.
    func wasCancelled() async { await observe { $0.isCancelled } }

    private func observe(_ condition: (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isTrue = state.withLock { state in
                if condition(state) { return true }
                state.observers.append(continuation)
                return false
            }
            if isTrue { continuation.resume() }
        }
    }
}

/// A supply that never waits, and counts what is taken.
final class CountingSupply: BatchSupply {
    private let left: Mutex<Int>
    private let total: Int
    private let batch: RecordBatch?

    init(batches: Int, rows: Int64) {
        left = Mutex(batches)
        total = batches
        batch = try? QueryRunTests.batch(0..<rows)
    }

    var taken: Int { total - left.withLock { $0 } }

    func next() -> RecordBatch? {
        left.withLock { left in
            if left == 0 { return nil }
            left -= 1
            return batch
        }
    }

    func cancel() { left.withLock { $0 = 0 } }

    /// Returns when nothing was taken for a while: a query that doesn't stop takes batches all the time.
    func isQuiet() async {
        var last = -1
        while last != taken {
            last = taken
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
