import Testing

@testable import LaminarKafka

@Suite struct PipelinePositionsTests {
    private let zero = TopicPartition("t", 0)
    private let one = TopicPartition("t", 1)

    private func claim(_ partition: TopicPartition, _ epoch: Int64, at next: Int64?) -> CheckpointClaim {
        CheckpointClaim(partition: partition, epoch: epoch, stored: next.map { StoredPosition(nextOffset: $0) })
    }

    @Test("what lies before its own position is left out, a part of a run too")
    func accepts() {
        var positions = PipelinePositions()
        let isLoss = positions.claimed(claim(zero, 1, at: 15), origin: nil)
        #expect(!isLoss)
        #expect(positions.accepted(zero, 0...9) == nil)
        #expect(positions.accepted(zero, 10...19) == 15...19)
        #expect(positions.accepted(zero, 20...29) == 20...29)
        #expect(positions.accepted(one, 0...9) == nil)
    }

    @Test("a pipeline without a position begins where the first one did, or wherever its first record is")
    func begins() {
        var positions = PipelinePositions()
        _ = positions.claimed(claim(zero, 1, at: nil), origin: 5)
        #expect(positions.accepted(zero, 0...9) == 5...9)
        _ = positions.claimed(claim(one, 1, at: nil), origin: nil)
        #expect(positions.accepted(one, 7...9) == 7...9)
    }

    @Test("a checkpoint names the epochs, and the next one the next")
    func epochs() {
        var positions = PipelinePositions()
        _ = positions.claimed(claim(zero, 3, at: nil), origin: nil)
        positions.took(zero, 4...9)
        positions.processed(zero, StoredPosition(nextOffset: 10))
        let first = positions.checkpoint(for: "p")
        #expect(first.positions.map(\.epoch) == [3])
        #expect(positions.origins(in: first) == [zero: 4])
        positions.stored(first)
        #expect(positions.checkpoint(for: "p").positions.isEmpty)
        positions.took(zero, 10...11)
        positions.processed(zero, StoredPosition(nextOffset: 12))
        let second = positions.checkpoint(for: "p")
        #expect(second.positions.map(\.epoch) == [4])
        #expect(positions.origins(in: second).isEmpty)
    }

    @Test("what was processed while a checkpoint was on its way is for the next one")
    func meanwhile() {
        var positions = PipelinePositions()
        _ = positions.claimed(claim(zero, 1, at: 0), origin: 0)
        positions.took(zero, 0...1)
        positions.processed(zero, StoredPosition(nextOffset: 2))
        let first = positions.checkpoint(for: "p")
        positions.took(zero, 2...3)
        positions.processed(zero, StoredPosition(nextOffset: 4))
        positions.stored(first)
        #expect(positions.checkpoint(for: "p").positions.map(\.position.nextOffset) == [4])
    }

    @Test("a new claim of what nobody else has moved keeps what is in memory; else it is lost")
    func reclaim() {
        var positions = PipelinePositions()
        _ = positions.claimed(claim(zero, 1, at: 0), origin: 0)
        positions.took(zero, 0...9)
        var isLoss = positions.claimed(claim(zero, 2, at: 0), origin: 0)
        #expect(!isLoss)
        #expect(positions.next(of: zero) == 10)
        isLoss = positions.claimed(claim(zero, 4, at: 5), origin: 0)
        #expect(isLoss)
        #expect(positions.next(of: zero) == 5)
    }

    @Test("a reader that went back behind what was stored, since that is gone, takes the pipeline along")
    func jump() {
        var positions = PipelinePositions()
        _ = positions.claimed(claim(zero, 1, at: 1000), origin: 0)
        positions.jumped(zero, to: 0)
        #expect(positions.accepted(zero, 0...9) == 0...9)
    }
}
