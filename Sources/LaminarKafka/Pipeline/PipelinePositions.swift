/// How far one pipeline is, partition by partition: what it has taken, what it has processed, what is stored.
///
/// Pure, so that every order of claims, batches, checkpoints and losses is tested without a broker. Pipelines on one reader
/// are at different places: what comes from before a pipeline's own position is left out for it (``accepted(_:)``).
struct PipelinePositions: Sendable, Equatable {
    private struct Partition: Sendable, Equatable {
        /// The epoch that the next checkpoint must name.
        var epoch: Int64
        /// The next offset that is stored; nil before the first checkpoint.
        var stored: Int64?
        /// The next offset to take; nil where whatever comes first is taken.
        var next: Int64?
        /// The first offset that was ever taken.
        var first: Int64?
        /// Processed, and not stored yet.
        var processed: StoredPosition?
        /// The topic's first offset for pipelines, stored with the first checkpoint.
        var isOriginKnown: Bool
    }

    private var partitions: [TopicPartition: Partition] = [:]

    /// What a claim found is where the pipeline goes on, unless nothing was stored by anybody else since its own last
    /// checkpoint: then what it has in memory still holds.
    ///
    /// - Parameter origin: where the first pipeline of the reader began, for one that has stored nothing.
    /// - Returns: whether something in memory was lost.
    mutating func claimed(_ claim: CheckpointClaim, origin: Int64?) -> Bool {
        let stored = claim.stored?.nextOffset
        if var known = partitions[claim.partition], known.stored == stored {
            known.epoch = claim.epoch
            known.isOriginKnown = origin != nil
            partitions[claim.partition] = known
            return false
        }
        let isLoss = partitions[claim.partition].map { $0.next != $0.stored } ?? false
        partitions[claim.partition] = Partition(
            epoch: claim.epoch, stored: stored, next: stored ?? origin, isOriginKnown: origin != nil)
        return isLoss
    }

    /// The next offset to take; nil where whatever comes first is taken.
    func next(of partition: TopicPartition) -> Int64? { partitions[partition]?.next }

    /// Whether its position is stored, and not only where others began.
    func isStored(_ partition: TopicPartition) -> Bool { partitions[partition]?.stored != nil }

    /// The part of a run that is new to the pipeline; nil for none.
    func accepted(_ partition: TopicPartition, _ offsets: ClosedRange<Int64>) -> ClosedRange<Int64>? {
        guard let known = partitions[partition] else { return nil }
        guard let next = known.next, next > offsets.lowerBound else { return offsets }
        return next > offsets.upperBound ? nil : next...offsets.upperBound
    }

    mutating func took(_ partition: TopicPartition, _ offsets: ClosedRange<Int64>) {
        guard partitions[partition] != nil else { return }
        partitions[partition]?.next = offsets.upperBound + 1
        if partitions[partition]?.first == nil { partitions[partition]?.first = offsets.lowerBound }
    }

    /// The reader went back behind what was stored, as `auto.offset.reset` has it where that is gone.
    mutating func jumped(_ partition: TopicPartition, to offset: Int64) {
        guard let next = partitions[partition]?.next, next > offset else { return }
        partitions[partition]?.next = offset
    }

    mutating func processed(_ partition: TopicPartition, _ position: StoredPosition) {
        partitions[partition]?.processed = position
    }

    /// What the next checkpoint stores.
    func checkpoint(for source: String) -> Checkpoint {
        let positions = partitions.compactMap { partition, known -> CheckpointPosition? in
            known.processed.map { CheckpointPosition(partition: partition, epoch: known.epoch, position: $0) }
        }
        return Checkpoint(source: source, positions: positions.sorted { $0.partition < $1.partition })
    }

    /// Where the reader's partitions began, as far as a checkpoint is the first to tell.
    func origins(in checkpoint: Checkpoint) -> [TopicPartition: Int64] {
        var origins: [TopicPartition: Int64] = [:]
        for position in checkpoint.positions {
            guard let known = partitions[position.partition], !known.isOriginKnown else { continue }
            origins[position.partition] = known.first
        }
        return origins
    }

    mutating func stored(_ checkpoint: Checkpoint) {
        for position in checkpoint.positions {
            guard let known = partitions[position.partition] else { continue }
            partitions[position.partition]?.epoch = known.epoch + 1
            partitions[position.partition]?.stored = position.position.nextOffset
            partitions[position.partition]?.isOriginKnown = true
            if known.processed == position.position { partitions[position.partition]?.processed = nil }
        }
    }

    /// Forgets what isn't stored; the next claim tells where to go on.
    mutating func discard() { partitions = [:] }
}
