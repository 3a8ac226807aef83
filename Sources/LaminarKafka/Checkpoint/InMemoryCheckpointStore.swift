internal import Synchronization

/// Checkpoints in memory, with a value of the host's beside them: for tests of what a host does with its batches.
///
///     let store = InMemoryCheckpointStore(contents: [Order]())
///     try await source.checkpoint(batch) { draft in draft.contents += batch }
///     #expect(store.contents.count == 3)
///
/// Gone with the process, so a restart begins where the group has committed; two sources in one process may share it.
public final class InMemoryCheckpointStore<Contents: Sendable>: CheckpointStore {
    /// What a transaction changes: a copy, put in place when it commits.
    public final class Draft {
        /// The host's value.
        public var contents: Contents
        fileprivate init(_ contents: Contents) { self.contents = contents }
    }

    /// What a transaction changes.
    public typealias Transaction = Draft

    private struct Key: Hashable, Sendable {
        let source: String
        let partition: TopicPartition
    }

    private struct State: Sendable {
        var contents: Contents
        var rows: [Key: CheckpointClaim] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter contents: the host's value at the beginning.
    public init(contents: Contents) { state = Mutex(State(contents: contents)) }

    /// The host's value as the last commit left it.
    public var contents: Contents { state.withLock { $0.contents } }

    /// What is stored of a source, by partition.
    public func positions(of source: String) -> [TopicPartition: StoredPosition] {
        state.withLock { state in
            var positions: [TopicPartition: StoredPosition] = [:]
            for (key, row) in state.rows where key.source == source { positions[key.partition] = row.stored }
            return positions
        }
    }

    /// Takes partitions over.
    public func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        state.withLock { state in
            partitions.map { partition in
                let key = Key(source: source, partition: partition)
                var row = state.rows[key] ?? CheckpointClaim(partition: partition, epoch: 0)
                row.epoch += 1
                state.rows[key] = row
                return row
            }
        }
    }

    /// Runs `body` on a copy and puts it in place with the positions.
    ///
    /// - Parameter body: must not use the store.
    public func commit<Result: Sendable>(
        _ checkpoint: Checkpoint, _ body: @escaping @Sendable (Draft) throws -> Result
    ) async throws -> Result {
        try state.withLock { state in
            for position in checkpoint.positions {
                let key = Key(source: checkpoint.source, partition: position.partition)
                guard state.rows[key]?.epoch == position.epoch else {
                    throw CheckpointError.fenced(position.partition, source: checkpoint.source)
                }
            }
            let draft = Draft(state.contents)
            let result = try body(draft)
            state.contents = draft.contents
            for position in checkpoint.positions {
                let key = Key(source: checkpoint.source, partition: position.partition)
                state.rows[key] = CheckpointClaim(
                    partition: position.partition, epoch: position.epoch + 1, stored: position.position)
            }
            return result
        }
    }
}
