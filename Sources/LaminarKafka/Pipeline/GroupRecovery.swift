/// What a start has to do, by what the last transaction has left and what the database has.
enum GroupRecovery: Sendable, Equatable {
    /// Changes up to this checkpoint are in the topic.
    case emitted(upTo: Int64)
    /// The topic is ahead of the database, which is an older copy: the input up to there is counted again, and nothing is
    /// written meanwhile.
    case replay(PipelineReplay)

    /// - Parameters:
    ///   - offsets: what the last transaction has committed.
    ///   - positions: what the database's last checkpoint has stored.
    ///   - progress: the database's last checkpoint, and the last one that it knows to be in the topic.
    init(
        _ offsets: [TopicPartition: CommittedOffset], positions: [TopicPartition: Int64], _ progress: PipelineProgress
    ) {
        var ends: [TopicPartition: Int64] = [:]
        var last: Int64 = 0
        for (partition, offset) in offsets {
            // An earlier pipeline's, or nobody's, says nothing.
            guard let mark = GroupMark(offset.metadata), mark.life == progress.life else { continue }
            ends[partition] = offset.offset
            last = max(last, mark.checkpoint)
        }
        guard !ends.isEmpty, progress.emitted < last else {
            // The database knows best: it has heard of the last transaction, whatever its positions are.
            self = .emitted(upTo: progress.emitted)
            return
        }
        let replay = PipelineReplay(from: positions, to: ends, checkpoint: last)
        if !replay.isOver {
            self = .replay(replay)
        } else if positions == ends {
            self = .emitted(upTo: progress.checkpoint)
        } else {
            self = .emitted(upTo: max(progress.emitted, min(last, progress.checkpoint)))
        }
    }
}
