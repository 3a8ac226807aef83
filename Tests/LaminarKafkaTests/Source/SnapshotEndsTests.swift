import Testing

@testable import LaminarKafka

@Suite("A snapshot ends by position")
struct SnapshotEndsTests {
    private let a = TopicPartition("t", 0)
    private let b = TopicPartition("t", 1)

    @Test("an empty topic is complete at once") func empty() {
        var ends = SnapshotEnds()
        ends.expect(a, from: 7, upTo: 7)
        #expect(ends.isComplete)
    }

    @Test("every partition must be reached, a control record at the end included") func all() {
        var ends = SnapshotEnds()
        ends.expect(a, from: 0, upTo: 10)
        ends.expect(b, from: 5, upTo: 6)
        ends.reached(a, 9)
        ends.reached(b, 6)
        #expect(!ends.isComplete)
        ends.reached(a, 10)
        #expect(ends.isComplete)
        #expect(ends.end(of: a) == 10)
    }
}
