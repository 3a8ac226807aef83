internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore
internal import Synchronization

/// Groups, kept in the Laminar database; and, where there is a sink, written there as they change.
final class GroupOutput: PipelineOutput {
    /// More touched groups than this are stored without waiting for the timer.
    private static var mostTouched: Int { 100_000 }
    /// How often groups whose time is over are looked for.
    private static var sweepInterval: Duration { .seconds(60) }

    private struct State {
        var delta: GroupDelta?
        var touched = 0
        var nextSweep = ContinuousClock.now
        /// Whether the sink has already what is counted.
        var isReplaying = false
    }

    private let name: String
    private let table: GroupTable
    private let retention: Int64?
    private let query: BatchQuery
    private let feed: ChangeFeed
    private let emission: GroupEmission?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - feed: told of each checkpoint.
    ///   - emission: writes changed groups to a topic; nil where there is none.
    init(
        _ name: String, table: GroupTable, retention: Int64?, query: BatchQuery, feed: ChangeFeed,
        emission: GroupEmission?
    ) {
        self.name = name
        self.table = table
        self.retention = retention
        self.query = query
        self.feed = feed
        self.emission = emission
    }

    var isOwned: Bool { true }

    var isFull: Bool { state.withLock { $0.touched > Self.mostTouched } }

    func process(_ batch: RecordBatch, done: @escaping @Sendable () -> Void) async throws {
        let touched = try await query.add(batch)
        state.withLock { $0.touched = touched }
        done()
    }

    func settle() async throws {
        let delta = try await query.takeDelta()
        state.withLock { state in
            state.delta = delta
            state.touched = 0
        }
    }

    func store(_ connection: SQLiteConnection, checkpoint: Int64) throws -> Int64 {
        let (delta, isSweepDue) = state.withLock { state in
            let isDue = retention != nil && ContinuousClock.now >= state.nextSweep
            if isDue { state.nextSweep = ContinuousClock.now + Self.sweepInterval }
            return (state.delta, isDue)
        }
        let now = Catalog.now
        var changed = 0
        if let delta { changed = try table.add(delta, checkpoint: checkpoint, now: now, connection) }
        if isSweepDue, let retention { _ = try table.drop(before: now - retention, connection) }
        return emission == nil ? Int64(changed) : 0
    }

    func stored(checkpoint: Int64) async throws {
        state.withLock { $0.delta = nil }
        feed.note(checkpoint)
        if !state.withLock({ $0.isReplaying }) { try await emission?.emit() }
    }

    func discard() async {
        _ = try? await query.takeDelta()
        state.withLock { state in
            state.delta = nil
            state.touched = 0
        }
    }

    func begin() async throws -> PipelineReplay? {
        let replay = try await emission?.begin()
        state.withLock { $0.isReplaying = replay != nil }
        return replay
    }

    func replayed() async throws {
        try await emission?.noteEmitted()
        state.withLock { $0.isReplaying = false }
    }

    func close() async { await emission?.close() }
}
