import Testing

@testable import LaminarKafka

@Suite("Partitions that wait")
struct SuspendedPartitionsTests {
    private static let a = TopicPartition("t", 0)
    private static let b = TopicPartition("t", 1)

    private static func run(
        _ partition: TopicPartition, _ offsets: ClosedRange<Int64>, at start: Int, epoch: Int = 1
    ) -> OffsetRun {
        OffsetRun(partition: partition, epoch: epoch, start: start, offsets: offsets)
    }

    @Test("a batch is divided at the record that waits: what comes before it goes on, and other partitions whole")
    func divides() {
        let runs = [
            Self.run(Self.a, 10...14, at: 0), Self.run(Self.b, 0...3, at: 5), Self.run(Self.a, 20...22, at: 9),
        ]
        let (kept, withheld) = SuspendedPartitions.divide(runs, at: [Self.a: 2])
        #expect(kept == [Self.run(Self.a, 10...11, at: 0), Self.run(Self.b, 0...3, at: 5)])
        #expect(withheld.map(\.offsets) == [12...14, 20...22])
        #expect(withheld.allSatisfy { $0.partition == Self.a })
    }

    @Test("the first record of a run may be the one that waits, and the last")
    func edges() {
        let runs = [Self.run(Self.a, 10...14, at: 3)]
        #expect(SuspendedPartitions.divide(runs, at: [Self.a: 3]).kept.isEmpty)
        let last = SuspendedPartitions.divide(runs, at: [Self.a: 7])
        #expect(last.kept == [Self.run(Self.a, 10...13, at: 3)])
        #expect(last.withheld.map(\.offsets) == [14...14])
        #expect(SuspendedPartitions.divide(runs, at: [Self.b: 0]).kept == runs)
    }

    @Test("later batches of a partition that waits are withheld until it is read again; the others' aren't")
    func laterBatches() {
        var suspended = SuspendedPartitions()
        suspended.suspend(Self.a, epoch: 1)
        let runs = [Self.run(Self.a, 30...31, at: 0), Self.run(Self.b, 4...5, at: 2)]
        let (kept, withheld) = suspended.divide(runs)
        #expect(kept == [runs[1]])
        #expect(withheld == [runs[0]])
        suspended.resume(Self.a, epoch: 1)
        #expect(suspended.isEmpty)
        #expect(suspended.divide(runs).kept == runs)
    }

    @Test("what another assignment brings waits for nothing, and the old wait is forgotten")
    func newAssignment() {
        var suspended = SuspendedPartitions()
        suspended.suspend(Self.a, epoch: 1)
        let runs = [Self.run(Self.a, 0...1, at: 0, epoch: 2)]
        #expect(suspended.divide(runs).kept == runs)
        #expect(suspended.isEmpty)
    }

    @Test("a partition that went on under another assignment isn't let go by a late answer for the old one")
    func lateAnswer() {
        var suspended = SuspendedPartitions()
        suspended.suspend(Self.a, epoch: 2)
        suspended.resume(Self.a, epoch: 1)
        #expect(!suspended.isEmpty)
    }
}
