import Testing

@testable import LaminarKafka

@Suite("A scan's ends")
struct SnapshotEndsOfScansTests {
    private let a = TopicPartition("t", 0)
    private let b = TopicPartition("t", 1)

    @Test("a partition is told to have ended once, when it was read to its end")
    func ended() {
        var ends = SnapshotEnds()
        ends.expect(a, from: 0, upTo: 10)
        ends.expect(b, from: 0, upTo: 5)
        #expect(ends.takeEnded() == [])
        ends.reached(a, 10)
        #expect(ends.takeEnded() == [a])
        #expect(ends.takeEnded() == [])
        ends.reached(a, 11)
        ends.reached(b, 7)
        #expect(ends.takeEnded() == [b] && ends.isComplete)
    }

    @Test("a partition may turn out to end earlier, never later")
    func lowered() {
        var ends = SnapshotEnds(until: 7)
        ends.expect(a, from: 0, upTo: 10)
        ends.lower(a, to: 12)
        #expect(ends.end(of: a) == 10)
        ends.lower(a, to: 4)
        ends.lower(b, to: 1)
        #expect(ends.end(of: a) == 4 && ends.end(of: b) == 0)
        ends.reached(a, 4)
        #expect(ends.isComplete)
    }
}
