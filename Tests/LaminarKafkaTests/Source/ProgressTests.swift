import Testing

@testable import LaminarKafka

@Suite("What a member has delivered, and what a checkpoint of it must name")
struct ProgressTests {
    private static let a = TopicPartition("t", 0)
    private static let b = TopicPartition("t", 1)

    private func run(_ partition: TopicPartition, _ offsets: ClosedRange<Int64>, epoch: Int = 1) -> OffsetRun {
        OffsetRun(partition: partition, epoch: epoch, start: 0, offsets: offsets)
    }

    private func begun() -> Progress {
        let progress = Progress()
        progress.begin(Self.a, epoch: 1, fence: Fence(epoch: 5, topicID: "id"))
        progress.begin(Self.b, epoch: 1, fence: Fence(epoch: 8))
        return progress
    }

    @Test("the oldest batch passes with the stored epochs, and the next one with the next") func inOrder() {
        let progress = begun()
        let first = [run(Self.a, 0...9), run(Self.b, 4...4), run(Self.a, 12...19)]
        let second = [run(Self.a, 20...29)]
        progress.deliver(first)
        progress.deliver(second)
        #expect(
            progress.fences(of: first)
                == .passed([Self.a: Fence(epoch: 5, topicID: "id"), Self.b: Fence(epoch: 8)]))
        #expect(progress.fences(of: second) == .outOfOrder(Self.a))
        progress.checkpointed(first)
        #expect(progress.fences(of: first) != .passed([:]))
        #expect(progress.fences(of: second) == .passed([Self.a: Fence(epoch: 6, topicID: "id")]))
        #expect(progress.uncommitted() == [Self.a: 20, Self.b: 5])
    }

    @Test("a batch that ended at a bad record passes, though less of it is processed than was delivered") func cut() {
        let progress = begun()
        progress.deliver([run(Self.a, 0...9)])
        progress.checkpointed([run(Self.a, 0...3)])
        #expect(progress.uncommitted() == [Self.a: 4])
        #expect(progress.fences(of: [run(Self.a, 4...9)]) == .passed([Self.a: Fence(epoch: 6, topicID: "id")]))
    }

    @Test("after a rewind what was delivered is void: no checkpoint, no acknowledgement, no commit") func rewound() {
        let progress = begun()
        let old = [run(Self.a, 0...9), run(Self.b, 0...9)]
        progress.deliver(old)
        #expect(!progress.hasRewound && progress.stale(old).isEmpty)
        progress.begin(Self.a, epoch: 2, fence: Fence(epoch: 9))
        #expect(progress.hasRewound)
        #expect(progress.stale(old) == [0])
        #expect(!progress.isVoid(old) && progress.isVoid([old[0]]))
        #expect(progress.fences(of: old) == .void(Self.a))
        progress.acknowledge(old)
        progress.checkpointed(old)
        #expect(progress.uncommitted() == [Self.b: 10])
        let new = [run(Self.a, 0...4, epoch: 2)]
        progress.deliver(new)
        #expect(progress.fences(of: new) == .passed([Self.a: Fence(epoch: 9)]))
    }

    @Test("a partition that was given back has no fence") func released() {
        let progress = begun()
        progress.deliver([run(Self.a, 0...9)])
        progress.end(Self.a)
        #expect(progress.fences(of: [run(Self.a, 0...9)]) == .void(Self.a))
        #expect(progress.stale([run(Self.a, 0...9)]).isEmpty, "what was given back in peace is still delivered")
    }
}
