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
        var fence: Fence?
    }

    private let partitions = Mutex<[TopicPartition: Partition]>([:])
    private let rewound = Atomic<Bool>(false)

    /// Begins to track a partition for an assignment, or anew after a rewind; what was known before is forgotten.
    ///
    /// - Parameter fence: what a checkpoint of the partition must name; nil where there is no checkpoint store.
    func begin(_ partition: TopicPartition, epoch: Int, fence: Fence? = nil) {
        partitions.withLock { state in
            if state[partition] != nil { rewound.store(true, ordering: .releasing) }
            state[partition] = Partition(epoch: epoch, fence: fence)
        }
    }

    /// Whether batches may be on their way that a rewind has made void.
    var hasRewound: Bool { rewound.load(ordering: .acquiring) }

    /// Which of the runs belong to an assignment, or to a time before a rewind, that another one has replaced.
    func stale(_ runs: [OffsetRun]) -> Set<Int> {
        partitions.withLock { state in
            Set<Int>(
                runs.indices.filter { index in
                    state[runs[index].partition].map { $0.epoch != runs[index].epoch } ?? false
                })
        }
    }

    /// Whether the partition is ours by this assignment.
    func isCurrent(_ partition: TopicPartition, epoch: Int) -> Bool {
        partitions.withLock { $0[partition]?.epoch == epoch }
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

    /// The partitions that are ours, each with the next offset to process; nil until something of it was processed.
    var positions: [TopicPartition: Int64?] { partitions.withLock { $0.mapValues(\.watermark.position) } }

    /// How far each partition is, for whoever looks from outside.
    var standings: [TopicPartition: PartitionLag.Standing] {
        partitions.withLock { state in
            state.mapValues {
                PartitionLag.Standing(
                    position: $0.watermark.position, firstOutstanding: $0.watermark.firstOutstanding)
            }
        }
    }

    /// Records that were delivered and aren't processed.
    var outstanding: Int {
        partitions.withLock { $0.values.reduce(0) { $0 + $1.watermark.outstandingCount } }
    }

    /// Notes positions that the group has taken.
    func noteCommitted(_ positions: [TopicPartition: Int64]) {
        partitions.withLock { state in
            for (partition, position) in positions { state[partition]?.committed = position }
        }
    }

    /// Whether a rewind has made all of these runs void.
    func isVoid(_ runs: [OffsetRun]) -> Bool { hasRewound && stale(runs).count == runs.count }

    /// What a checkpoint of these runs must name.
    func fences(of runs: [OffsetRun]) -> FenceCheck {
        partitions.withLock { state in
            var fences: [TopicPartition: Fence] = [:]
            for (partition, runs) in Dictionary(grouping: runs, by: \.partition) {
                guard let progress = state[partition], let fence = progress.fence,
                    runs.allSatisfy({ $0.epoch == progress.epoch })
                else { return .void(partition) }
                guard progress.watermark.begins(with: runs.map(\.offsets)) else { return .outOfOrder(partition) }
                fences[partition] = fence
            }
            return .passed(fences)
        }
    }

    /// The topic's id, where it is known.
    func topicID(of partition: TopicPartition) -> String? { partitions.withLock { $0[partition]?.fence?.topicID } }

    /// Notes that a checkpoint of these runs was stored: they are processed, and the next one names the next epoch.
    func checkpointed(_ runs: [OffsetRun]) {
        partitions.withLock { state in
            for run in runs where state[run.partition]?.epoch == run.epoch {
                state[run.partition]?.watermark.acknowledge(run.offsets)
            }
            for partition in Set(runs.filter { state[$0.partition]?.epoch == $0.epoch }.map(\.partition)) {
                state[partition]?.fence?.epoch += 1
            }
        }
    }
}

/// What a partition's next checkpoint must name.
struct Fence: Sendable, Hashable {
    /// The epoch that is stored.
    var epoch: Int64
    /// The topic's id, where it is known.
    var topicID: String?
}

/// What stands between a batch and its checkpoint.
enum FenceCheck: Sendable, Equatable {
    case passed([TopicPartition: Fence])
    /// The partition was given back, or read again: what was delivered of it is void.
    case void(TopicPartition)
    /// An earlier batch of the partition isn't checkpointed, or this one is already.
    case outOfOrder(TopicPartition)
}
