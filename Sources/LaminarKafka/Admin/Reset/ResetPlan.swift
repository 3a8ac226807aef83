/// Works out new positions from old ones and from where partitions begin and end. Each is counted from itself, the
/// group's as well as a checkpoint's.
struct ResetPlan {
    let target: OffsetTarget
    let ends: [TopicPartition: PartitionEnds]
    /// Where the target's time is; a partition without such a record isn't in it.
    var times: [TopicPartition: Int64] = [:]

    /// A new position, or none and why.
    struct Outcome: Equatable {
        var offset: Int64?
        var note: String?
    }

    /// - Parameter old: the position so far; nil where there is none.
    func outcome(of partition: TopicPartition, from old: Int64?) -> Outcome {
        guard let ends = ends[partition] else {
            return Outcome(note: "stays: nobody leads the partition, so that its end isn't known")
        }
        switch target {
        case .earliest: return Outcome(offset: ends.low)
        case .latest: return Outcome(offset: ends.high)
        case .timestamp:
            guard let offset = times[partition] else {
                return Outcome(offset: ends.high, note: "the end: nothing is as late as that")
            }
            return clamped(offset, ends)
        case .offsets(let offsets):
            guard let offset = offsets[partition.partition] else { return Outcome(note: "stays: not named") }
            return clamped(offset, ends)
        case .shift(let count):
            guard let old else {
                return Outcome(note: "stays: there is no offset to count from")
            }
            let (offset, overflow) = old.addingReportingOverflow(count)
            return clamped(overflow ? (count < 0 ? 0 : .max) : offset, ends)
        }
    }

    private func clamped(_ offset: Int64, _ ends: PartitionEnds) -> Outcome {
        if offset < ends.low {
            return Outcome(offset: ends.low, note: "the beginning: what was before, from \(offset) on, is gone")
        }
        if offset > ends.high { return Outcome(offset: ends.high, note: "the end: \(offset) isn't there yet") }
        return Outcome(offset: offset)
    }
}
