import Testing

@testable import LaminarKafka

/// What a start finds of a pipeline that writes its groups in transactions.
@Suite struct GroupRecoveryTests {
    private let zero = TopicPartition("t", 0)
    private let one = TopicPartition("t", 1)

    private func offsets(_ offsets: [TopicPartition: Int64], _ checkpoint: Int64, life: Int64 = 7)
        -> [TopicPartition: CommittedOffset]
    {
        offsets.mapValues { CommittedOffset($0, metadata: GroupMark(life: life, checkpoint: checkpoint).text) }
    }

    private func progress(_ checkpoint: Int64, emitted: Int64) -> PipelineProgress {
        PipelineProgress(owner: 1, checkpoint: checkpoint, emitted: emitted, rowsIn: 0, rowsOut: 0, life: 7)
    }

    @Test("a mark is read back, and nothing else is one")
    func marks() {
        let mark = GroupMark(life: -42, checkpoint: 42)
        #expect(GroupMark(mark.text) == mark)
        for text in [nil, "", "laminar 1 ff", "laminar 2 ff 3", "laminar 1 xx 3", "laminar 1 ff 0", "laminar 1 ff 3 4"]
        {
            #expect(GroupMark(text) == nil, "\(text ?? "nil")")
        }
    }

    @Test("a transaction that came through before the database heard of it isn't done again")
    func cameThrough() {
        let recovery = GroupRecovery(
            offsets([zero: 10, one: 5], 3), positions: [zero: 10, one: 5], progress(3, emitted: 2))
        #expect(recovery == .emitted(upTo: 3))
    }

    @Test("one that didn't is done again")
    func didNot() {
        let recovery = GroupRecovery(
            offsets([zero: 10, one: 5], 3), positions: [zero: 12, one: 5], progress(4, emitted: 2))
        #expect(recovery == .emitted(upTo: 3))
        #expect(
            GroupRecovery([:], positions: [zero: 12], progress(4, emitted: 2)) == .emitted(upTo: 2))
    }

    @Test("marks of an earlier pipeline of the name mean nothing")
    func earlier() {
        let recovery = GroupRecovery(
            offsets([zero: 100], 30, life: 8), positions: [zero: 1], progress(1, emitted: 0))
        #expect(recovery == .emitted(upTo: 0))
    }

    @Test("a database that has heard of the last transaction is no older copy, though its positions went back")
    func positionsWentBack() {
        let recovery = GroupRecovery(offsets([zero: 1000], 9), positions: [zero: 50], progress(10, emitted: 9))
        #expect(recovery == .emitted(upTo: 9))
    }

    @Test("a database that is an older copy counts again what the topic has, up to exactly there")
    func olderCopy() {
        let recovery = GroupRecovery(
            offsets([zero: 10, one: 5], 9), positions: [zero: 4, one: 5], progress(2, emitted: 2))
        guard case .replay(var replay) = recovery else {
            Issue.record("\(recovery)")
            return
        }
        #expect(replay.checkpoint == 9)
        let first = replay.part(of: zero, 4...6)
        #expect(first == 4...6)
        // What needn't be counted again waits for the end.
        let other = replay.part(of: one, 5...8)
        #expect(other == nil)
        #expect(!replay.isOver)
        let last = replay.part(of: zero, 7...12)
        #expect(last == 7...9)
        #expect(replay.isOver)
        let behind = replay.part(of: zero, 13...14)
        #expect(behind == nil)
    }

    @Test("where the last records are gone, the first one behind them ends it")
    func gone() {
        var replay = PipelineReplay(from: [zero: 4], to: [zero: 10], checkpoint: 3)
        let part = replay.part(of: zero, 10...12)
        #expect(part == nil)
        #expect(replay.isOver)
    }

    @Test("what was processed and not stored is processed again")
    func discarded() {
        var replay = PipelineReplay(from: [zero: 4, one: 0], to: [zero: 10, one: 3], checkpoint: 3)
        let first = replay.part(of: zero, 4...9)
        #expect(first == 4...9)
        replay.discard()
        replay.claimed(zero, at: 6)
        replay.claimed(one, at: 3)
        #expect(!replay.isOver)
        let stored = replay.part(of: one, 0...2)
        #expect(stored == nil)
        let again = replay.part(of: zero, 6...9)
        #expect(again == 6...9)
        #expect(replay.isOver)
    }
}
