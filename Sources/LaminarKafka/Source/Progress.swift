import Synchronization

/// What a member has delivered and the host has processed, partition by partition.
///
/// Shared by the polling thread (deliveries, commits, rebalances) and the host's tasks (acknowledgements); touched once
/// a batch, not once a record.
final class Progress: Sendable {
    private struct Partition {
        let epoch: Int
        var watermark = Watermark()
        var committed: Int64?
    }

    private let partitions = Mutex<[TopicPartition: Partition]>([:])

    /// Begins to track a partition for an assignment; what was known of an older one is forgotten.
    func begin(_ partition: TopicPartition, epoch: Int) {
        partitions.withLock { $0[partition] = Partition(epoch: epoch) }
    }

    /// Forgets a partition that was released or lost: later acknowledgements of it are dropped.
    func end(_ partition: TopicPartition) {
        _ = partitions.withLock { $0.removeValue(forKey: partition) }
    }

    /// Notes what is on its way to the host.
    func deliver(_ runs: [OffsetRun]) {
        partitions.withLock { state in
            for run in runs where state[run.partition]?.epoch == run.epoch {
                state[run.partition]?.watermark.deliver(run.offsets)
            }
        }
    }

    /// Notes what the host has processed; what belongs to an older assignment is dropped.
    func acknowledge(_ runs: [OffsetRun]) {
        partitions.withLock { state in
            for run in runs where state[run.partition]?.epoch == run.epoch {
                state[run.partition]?.watermark.acknowledge(run.offsets)
            }
        }
    }

    /// Takes back what was delivered and never reached the host.
    func withdraw(_ runs: [OffsetRun]) {
        partitions.withLock { state in
            for run in runs where state[run.partition]?.epoch == run.epoch {
                state[run.partition]?.watermark.withdraw(run.offsets)
            }
        }
    }

    /// Those of the runs' partitions that aren't ours any more, or are ours by another assignment.
    func void(_ runs: [OffsetRun]) -> [TopicPartition] {
        partitions.withLock { state in runs.filter { state[$0.partition]?.epoch != $0.epoch }.map(\.partition) }
    }

    /// The first partition of which something was delivered before these runs and isn't processed.
    func firstEarly(_ runs: [OffsetRun]) -> TopicPartition? {
        partitions.withLock { state in
            var seen: Set<TopicPartition> = []
            for run in runs where seen.insert(run.partition).inserted {
                guard let first = state[run.partition]?.watermark.firstOutstanding else { continue }
                if first < run.offsets.lowerBound { return run.partition }
            }
            return nil
        }
    }

    /// Whether everything delivered of these partitions has been processed.
    func isDrained(_ asked: some Sequence<TopicPartition>) -> Bool {
        partitions.withLock { state in asked.allSatisfy { state[$0]?.watermark.isDrained ?? true } }
    }

    /// Whether everything delivered has been processed.
    func isDrained() -> Bool {
        partitions.withLock { state in state.values.allSatisfy(\.watermark.isDrained) }
    }

    /// Positions not committed yet, of the given partitions or of all.
    func uncommitted(_ asked: Set<TopicPartition>? = nil) -> [TopicPartition: Int64] {
        partitions.withLock { state in
            var positions: [TopicPartition: Int64] = [:]
            for (partition, progress) in state where asked?.contains(partition) ?? true {
                guard let position = progress.watermark.position, position != progress.committed else { continue }
                positions[partition] = position
            }
            return positions
        }
    }

    /// Notes positions that the group has taken.
    func noteCommitted(_ positions: [TopicPartition: Int64]) {
        partitions.withLock { state in
            for (partition, position) in positions { state[partition]?.committed = position }
        }
    }
}
