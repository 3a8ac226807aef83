/// Partitions of which nothing is decoded until something outside is there, a schema say.
///
/// Their records are left to librdkafka: what a batch holds of them is withheld, the partition is paused, and when it may go
/// on it is read again from the first record that was withheld. The other partitions go on meanwhile.
struct SuspendedPartitions: Equatable {
    /// By partition the assignment that waits.
    private var waiting: [TopicPartition: Int] = [:]

    /// Nothing waits.
    init() {}

    /// Whether no partition waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// From this record on the partition waits.
    mutating func suspend(_ partition: TopicPartition, epoch: Int) { waiting[partition] = epoch }

    /// What comes of the partition from now on was read after the wait.
    mutating func resume(_ partition: TopicPartition, epoch: Int) {
        if waiting[partition] == epoch { waiting[partition] = nil }
    }

    /// The partition waits for nothing: what comes of it belongs to another assignment, or to nobody.
    mutating func abandon(_ partition: TopicPartition) { waiting[partition] = nil }

    /// Which of a batch's runs are decoded now, and which will be read again. What another assignment delivers waits for
    /// nothing yet.
    mutating func divide(_ runs: [OffsetRun]) -> (kept: [OffsetRun], withheld: [OffsetRun]) {
        guard !waiting.isEmpty else { return (runs, []) }
        var kept: [OffsetRun] = []
        var withheld: [OffsetRun] = []
        for run in runs {
            switch waiting[run.partition] {
            case run.epoch?: withheld.append(run)
            case nil: kept.append(run)
            case _?:
                waiting[run.partition] = nil
                kept.append(run)
            }
        }
        return (kept, withheld)
    }

    /// Divides the runs of a batch whose partitions wait from the given messages on, places in the batch.
    static func divide(
        _ runs: [OffsetRun], at places: [TopicPartition: Int]
    ) -> (kept: [OffsetRun], withheld: [OffsetRun]) {
        var kept: [OffsetRun] = []
        var withheld: [OffsetRun] = []
        for run in runs {
            let before = places[run.partition].map { max(0, $0 - run.start) } ?? .max
            guard before < run.offsets.count else {
                kept.append(run)
                continue
            }
            let first = run.offsets.lowerBound + Int64(before)
            var rest = run
            rest.offsets = first...run.offsets.upperBound
            withheld.append(rest)
            if before > 0 {
                var head = run
                head.offsets = run.offsets.lowerBound...first - 1
                kept.append(head)
            }
        }
        return (kept, withheld)
    }
}
