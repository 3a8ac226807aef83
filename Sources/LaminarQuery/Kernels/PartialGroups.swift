package import LaminarFormats
import Synchronization

/// The groups of another supply's rows, with what aggregates have made of them so far: SQLite adds up what comes.
///
/// A group may come several times: whenever there are many groups, or their texts are large, all of them are handed on and
/// forgotten, so that memory stays bounded. Where rows come grouped, or groups are few, each comes once.
package final class PartialGroups: BatchSupply {
    private let rows: any BatchSupply
    private let plan: GroupPlan
    private let isCancelled = Atomic<Bool>(false)

    private struct State: ~Copyable {
        let keys: GroupKeys
        let states: [any GroupState]
        var isAtEnd = false
    }
    private let state: Mutex<State>

    package init(_ rows: any BatchSupply, _ plan: GroupPlan) {
        self.rows = rows
        self.plan = plan
        state = Mutex(State(keys: GroupKeys(plan.keys), states: plan.aggregates.map { $0.makeState() }))
    }

    package func next() throws -> RecordBatch? {
        try state.withLock { state in
            guard !state.isAtEnd else { return nil }
            var hasRows = false
            while let batch = try rows.next() {
                try add(batch, state.keys, state.states)
                hasRows = hasRows || state.keys.count > 0
                if isFull(state.keys, state.states) { return try finish(state.keys, state.states) }
            }
            state.isAtEnd = true
            guard hasRows, !isCancelled.load(ordering: .acquiring) else { return nil }
            return try finish(state.keys, state.states)
        }
    }

    package func cancel() {
        isCancelled.store(true, ordering: .releasing)
        rows.cancel()
    }

    private func add(_ batch: RecordBatch, _ keys: GroupKeys, _ states: [any GroupState]) throws {
        let all = Array(0..<Int32(batch.count))
        let kept = try plan.condition?.rows(batch, all) ?? all
        if kept.isEmpty { return }
        let groups = try keys.groups(batch, kept)
        for (aggregate, state) in zip(plan.aggregates, states) {
            guard let filter = aggregate.filter else {
                try state.add(batch, kept, groups, count: keys.count)
                continue
            }
            let truths = try filter.evaluate(batch, kept)
            let places = truths.indices.filter { truths[$0] == Truth.yes }
            try state.add(batch, places.map { kept[$0] }, places.map { groups[$0] }, count: keys.count)
        }
    }

    private func isFull(_ keys: GroupKeys, _ states: [any GroupState]) -> Bool {
        keys.count >= Self.mostGroups || keys.byteCount + states.reduce(0) { $0 + $1.byteCount } >= Self.mostBytes
    }

    private func finish(_ keys: GroupKeys, _ states: [any GroupState]) throws -> RecordBatch {
        let count = keys.count
        let columns = (plan.keys.isEmpty ? [] : keys.columns()) + states.map { $0.finish(count: count) }
        keys.removeAll()
        return try RecordBatch(schema: plan.schema, columns: columns, count: count)
    }

    private static let mostGroups = 65_536
    private static let mostBytes = 16 << 20
}

/// How rows are grouped: which count, what they are grouped by, what is made of each group.
package struct GroupPlan: Sendable {
    /// WHERE; nil for all rows.
    package let condition: PredicateKernel?
    package let keys: [KeyKernel]
    package let aggregates: [PartialAggregate]
    /// The columns of what comes: the keys `k0`, `k1`, …, then the partial results `p0`, `p1`, ….
    package let schema: RowSchema

    package init(
        where condition: PredicateKernel?, keys: [KeyKernel], aggregates: [PartialAggregate]
    ) throws(FormatError) {
        self.condition = condition
        self.keys = keys
        self.aggregates = aggregates
        schema = try RowSchema(
            keys.enumerated().map { ColumnSchema("k\($0)", $1.type) }
                + aggregates.enumerated().map { ColumnSchema("p\($0)", $1.type) })
    }
}
