/// The input that a topic already has the groups of, while the database, an older copy, hasn't: it is processed up to
/// exactly there, and what lies behind it waits.
///
/// Pure, so that every order of runs and checkpoints is tested without a broker.
struct PipelineReplay: Sendable, Equatable {
    /// The checkpoint that the topic has; the database's are counted from there.
    let checkpoint: Int64
    /// Where each partition has to come.
    private let all: [TopicPartition: Int64]
    /// Those that haven't come so far.
    private var ends: [TopicPartition: Int64]

    init(from positions: [TopicPartition: Int64], to ends: [TopicPartition: Int64], checkpoint: Int64) {
        self.checkpoint = checkpoint
        all = ends
        self.ends = ends.filter { partition, end in (positions[partition] ?? 0) < end }
    }

    /// Those that it goes through, or has gone through.
    var partitions: Dictionary<TopicPartition, Int64>.Keys { all.keys }

    /// Once all that was processed is stored: whether the database has all that the topic has.
    var isOver: Bool { ends.isEmpty }

    /// The part of a run that belongs to it; nil for none.
    mutating func part(of partition: TopicPartition, _ offsets: ClosedRange<Int64>) -> ClosedRange<Int64>? {
        guard let end = ends[partition] else { return nil }
        guard offsets.lowerBound < end else {
            // The records before it are gone, by compaction say, or were none: markers of transactions.
            ends[partition] = nil
            return nil
        }
        if offsets.upperBound >= end - 1 { ends[partition] = nil }
        return offsets.lowerBound...min(offsets.upperBound, end - 1)
    }

    /// What was processed and not stored is forgotten; ``claimed(_:at:)`` tells what is stored.
    mutating func discard() { ends = all }

    /// A partition goes on at what is stored of it.
    mutating func claimed(_ partition: TopicPartition, at next: Int64) {
        if let end = ends[partition], next >= end { ends[partition] = nil }
    }
}
