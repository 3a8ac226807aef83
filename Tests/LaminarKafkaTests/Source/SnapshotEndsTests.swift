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

    @Test("a partition is complete exactly when its end was reached, once and for all") func everyPosition() {
        for low in Int64(0)...3 {
            for high in low...4 {
                for reached in low...5 {
                    var ends = SnapshotEnds()
                    ends.expect(a, from: low, upTo: high)
                    #expect(ends.isComplete == (low == high))
                    ends.reached(a, reached)
                    #expect(ends.isComplete == (low == high || reached >= high))
                    ends.reached(a, low)
                    #expect(ends.isComplete == (low == high || reached >= high))
                    ends.reached(b, 9)
                    #expect(ends.end(of: b) == 0)
                }
            }
        }
    }

    @Test("what lies before the positions reached is counted, up to the ends and never twice") func counted() {
        var ends = SnapshotEnds()
        ends.expect(a, from: 10, upTo: 30)
        ends.expect(b, from: 5, upTo: 5)
        #expect(ends.expected == 20 && ends.passed == 0)
        ends.reached(a, 15)
        ends.reached(a, 12)
        ends.reached(b, 9)
        #expect(ends.passed == 5)
        ends.lower(a, to: 20)
        #expect(ends.expected == 10)
        ends.reached(a, 40)
        #expect(ends.passed == 10 && ends.expected == 10)
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
