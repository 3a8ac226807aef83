/// Decides where a partition with a stored position begins, from what the broker says about it: pure, so that every case
/// is tested without one.
struct StoredStart: Sendable, Equatable {
    /// What is stored.
    var stored: StoredPosition
    /// The first offset that is still there, and the one after the last.
    var low: Int64
    var high: Int64
    /// The topic's id now; nil where the loaded librdkafka can't tell.
    var topicID: String?
    /// What the host wants where the position is gone.
    var policy = KafkaSourceConfiguration.OffsetOutOfRange.fail

    enum Verdict: Sendable, Equatable {
        /// Read from here; the record before the position, which is there, must be the one that was processed last.
        case resume(at: Int64, ResumePoint?)
        /// The host has asked for it: go on elsewhere.
        case jump(to: Int64)
        case fail(Reason)
    }

    enum Reason: Sendable, Equatable {
        case recordsLost(Range<Int64>)
        case pastEnd
        case recreated
    }

    var verdict: Verdict {
        if let known = stored.topicID, let topicID, known != topicID { return gone(.recreated) }
        if stored.nextOffset > high { return gone(.pastEnd) }
        if stored.nextOffset < low { return gone(.recordsLost(stored.nextOffset..<low)) }
        guard let last = stored.lastRecord, last.offset >= low, last.offset < stored.nextOffset else {
            return .resume(at: stored.nextOffset, nil)
        }
        return .resume(at: last.offset, ResumePoint(nextOffset: stored.nextOffset, lastRecord: last))
    }

    private func gone(_ reason: Reason) -> Verdict {
        switch policy {
        case .fail: .fail(reason)
        case .earliest: .jump(to: low)
        case .latest: .jump(to: high)
        }
    }
}

extension CheckpointError {
    private static let options =
        "Start from what is there by 'auto.offset.reset' = 'earliest' or 'latest', or set the stored position yourself."

    /// The sentence for a position that can't be gone on from.
    static func gone(_ reason: StoredStart.Reason, _ partition: TopicPartition, _ start: StoredStart) -> CheckpointError
    {
        switch reason {
        case .recordsLost(let lost):
            CheckpointError(
                code: .recordsLost,
                message:
                    "Offsets \(lost.lowerBound) to \(lost.upperBound - 1) of \(partition) were deleted before they "
                    + "were processed: the partition now begins at \(start.low), and the checkpoint is at "
                    + "\(start.stored.nextOffset). \(options)",
                partition: partition, lostOffsets: lost)
        case .pastEnd:
            CheckpointError(
                code: .pastEnd,
                message: "The checkpoint of \(partition) is at \(start.stored.nextOffset), past the partition's end "
                    + "(\(start.high)): the topic was deleted and made anew, or a broker lost its last records. What "
                    + "stood at offsets \(start.high) to \(start.stored.nextOffset - 1) was processed and is no longer "
                    + "there; what is there may never have been. \(options)",
                partition: partition, lostOffsets: start.high..<start.stored.nextOffset)
        case .recreated:
            CheckpointError(
                code: .recreatedTopic,
                message:
                    "Topic \(partition.topic) was deleted and made anew: its id is \(start.topicID ?? "another"), and "
                    + "the checkpoint of \(partition) is of the one with id \(start.stored.topicID ?? "unknown"). It holds "
                    + "offsets \(start.low) to \(start.high - 1), none of them processed. \(options)",
                partition: partition, lostOffsets: start.low..<start.high)
        }
    }

    /// The broker says by its leader epochs that its log no longer has what was processed last.
    static func truncated(_ partition: TopicPartition, _ range: String) -> CheckpointError {
        CheckpointError(
            code: .pastEnd,
            message: "The log of \(partition) lost its end, or was made anew: the record that was processed last is no "
                + "longer in it.\(range) What is there now may never have been processed. \(options)",
            partition: partition)
    }

    /// The record before the stored position is another one.
    static func recreated(_ partition: TopicPartition, at offset: Int64) -> CheckpointError {
        CheckpointError(
            code: .recreatedTopic,
            message:
                "The record at \(partition)@\(offset) isn't the one that was processed there: the topic was deleted "
                + "and made anew, or a broker came back with another log. What stands before offset \(offset + 1) may "
                + "never have been processed. \(options)",
            partition: partition, lostOffsets: 0..<(offset + 1))
    }
}
