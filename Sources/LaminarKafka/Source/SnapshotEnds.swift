/// Where a bounded read ends: by position and not by the last record, since a control record may stand last.
struct SnapshotEnds: Sendable, Equatable {
    private var ends: [TopicPartition: Int64] = [:]
    private var open: Set<TopicPartition> = []
    private var left: Set<TopicPartition> = []
    /// Nothing that a broker appended after it is wanted, in milliseconds; nil where that doesn't count.
    let until: Int64?
    /// How many offsets are read in all, and behind how many of them reading has come.
    private(set) var expected: Int64 = 0
    private(set) var passed: Int64 = 0
    private var positions: [TopicPartition: Int64] = [:]

    /// - Parameter until: ends a partition at its first record with LogAppendTime that is later. A producer's times aren't in
    ///   order, so that they end nothing.
    init(until: Int64? = nil) { self.until = until }

    /// A partition of which offsets from `low` up to, not including, `high` are read.
    mutating func expect(_ partition: TopicPartition, from low: Int64, upTo high: Int64) {
        ends[partition] = high
        guard high > low else { return }
        open.insert(partition)
        positions[partition] = low
        expected &+= high &- low
    }

    /// The first offset that doesn't belong any more.
    func end(of partition: TopicPartition) -> Int64 { ends[partition] ?? 0 }

    /// The partition ends earlier than was expected.
    mutating func lower(_ partition: TopicPartition, to end: Int64) {
        guard let known = ends[partition], end < known else { return }
        ends[partition] = end
        if let position = positions[partition] { expected &-= known &- max(end, position) }
    }

    /// Reading has come to `position`, the next offset.
    mutating func reached(_ partition: TopicPartition, _ position: Int64) {
        let end = end(of: partition)
        if let before = positions[partition], min(position, end) > before {
            positions[partition] = min(position, end)
            passed &+= min(position, end) &- before
        }
        if position >= end, open.remove(partition) != nil { left.insert(partition) }
    }

    /// Whether every partition was read to its end.
    var isComplete: Bool { open.isEmpty }

    /// The partitions that have ended since this was asked last: nothing more of them need be fetched.
    mutating func takeEnded() -> Set<TopicPartition> {
        guard !left.isEmpty else { return [] }
        defer { left = [] }
        return left
    }
}
