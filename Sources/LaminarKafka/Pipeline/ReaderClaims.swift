internal import LaminarStore
internal import Synchronization

/// Where a reader's partitions begin: at the least of its pipelines' positions. Each pipeline claims its own, so that an
/// earlier owner's checkpoint is refused.
final class ReaderClaims: CheckpointClaiming {
    private let reader: String
    private let workers: [PipelineWorker]
    private let store: SQLiteCheckpointStore
    private let disturbed: @Sendable () -> Void
    /// Where each partition was asked to begin, until its first batch came.
    private let starts = Mutex<[TopicPartition: Int64]>([:])

    /// - Parameter disturbed: called where a pipeline has lost what it had in memory.
    init(
        reader: String, workers: [PipelineWorker], store: SQLiteCheckpointStore,
        disturbed: @escaping @Sendable () -> Void
    ) {
        self.reader = reader
        self.workers = workers
        self.store = store
        self.disturbed = disturbed
    }

    func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
        let names = workers.map(\.name)
        let reader = reader
        let found = try await store.write { connection in
            var origins: [TopicPartition: Int64] = [:]
            for partition in partitions {
                origins[partition] = try PipelineTables(connection).origin(partition, of: reader)
            }
            let claims = try names.map { name in
                try CheckpointTables.claim(partitions, for: PipelineTables.source(of: name), connection)
            }
            return Found(claims: claims, origins: origins)
        }
        var isLoss = false
        for (worker, claims) in zip(workers, found.claims) where worker.claimed(claims, origins: found.origins) {
            isLoss = true
        }
        if isLoss { disturbed() }
        var stored: [TopicPartition: [StoredPosition]] = [:]
        for claim in found.claims.joined() {
            if let position = claim.stored { stored[claim.partition, default: []].append(position) }
        }
        return partitions.map { partition in
            let stored = start(partition, stored[partition] ?? [])
            if let stored { starts.withLock { $0[partition] = stored.nextOffset } }
            return CheckpointClaim(partition: partition, epoch: 1, stored: stored)
        }
    }

    private struct Found: Sendable {
        /// In the order of the workers.
        var claims: [[CheckpointClaim]]
        var origins: [TopicPartition: Int64]
    }

    /// The least position; nil where a pipeline takes whatever comes first.
    ///
    /// - Parameter stored: what the pipelines have stored of it.
    private func start(_ partition: TopicPartition, _ stored: [StoredPosition]) -> StoredPosition? {
        var least: Int64?
        for worker in workers {
            guard let next = worker.next(of: partition) else { return nil }
            least = min(least ?? next, next)
        }
        guard let least else { return nil }
        // The record before it can be known again where it's a stored position, and not one in memory.
        return stored.first { $0.nextOffset == least } ?? StoredPosition(nextOffset: least)
    }

    /// Where a partition begins before what was asked for, since that is gone and `auto.offset.reset` says where to go on.
    func jump(_ partition: TopicPartition, to offset: Int64) -> Int64? {
        starts.withLock { starts in
            guard let start = starts.removeValue(forKey: partition), offset < start else { return nil }
            return offset
        }
    }
}
