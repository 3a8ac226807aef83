/// Where a bounded read ends: by position and not by the last record, since a control record may stand last.
struct SnapshotEnds: Sendable, Equatable {
    private var ends: [TopicPartition: Int64] = [:]
    private var open: Set<TopicPartition> = []

    /// A partition that holds offsets from `low` up to, not including, `high`.
    mutating func expect(_ partition: TopicPartition, from low: Int64, upTo high: Int64) {
        ends[partition] = high
        if high > low { open.insert(partition) }
    }

    /// The first offset that doesn't belong any more.
    func end(of partition: TopicPartition) -> Int64 { ends[partition] ?? 0 }

    /// Reading has come to `position`, the next offset.
    mutating func reached(_ partition: TopicPartition, _ position: Int64) {
        if position >= end(of: partition) { open.remove(partition) }
    }

    /// Whether every partition was read to its end.
    var isComplete: Bool { open.isEmpty }
}
