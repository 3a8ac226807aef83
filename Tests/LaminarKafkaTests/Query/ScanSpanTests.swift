import LaminarFormats
import LaminarQuery
import Testing

@testable import LaminarKafka

@Suite("What a scan reads of one partition")
struct ScanSpanTests {
    private let beginning = StartPositions.beginning

    private func span(
        _ bounds: ScanBounds = .everything, start: Int64? = nil, notBefore: Int64? = nil, low: Int64 = 10,
        high: Int64 = 20
    ) -> ScanSpan? {
        ScanSpan(low: low, high: high, start: start ?? beginning, notBefore: notBefore, bounds)
    }

    @Test("from the beginning, which may move on meanwhile, to the end")
    func whole() {
        #expect(span()?.start == beginning && span()?.first == 10 && span()?.end == 20)
        #expect(span(low: 20) == nil)
        #expect(span(start: 20) == nil)
    }

    @Test("predicates and the configured start, whichever is later; predicates and the end, whichever is earlier")
    func narrowed() {
        #expect(span(ScanBounds(firstOffset: 12))?.start == 12)
        #expect(span(ScanBounds(firstOffset: 5))?.start == beginning)
        #expect(span(ScanBounds(firstOffset: 12), start: 15)?.start == 15)
        #expect(span(ScanBounds(firstOffset: 12), notBefore: 14)?.start == 14)
        #expect(span(ScanBounds(firstOffset: 20)) == nil)
        #expect(span(ScanBounds(lastOffset: 14))?.end == 15)
        #expect(span(ScanBounds(lastOffset: 99))?.end == 20)
        #expect(span(ScanBounds(lastOffset: .max))?.end == 20)
        #expect(span(ScanBounds(lastOffset: 9)) == nil)
        #expect(span(ScanBounds(lastOffset: .min)) == nil)
    }

    @Test("a configured start that isn't there is left to the broker's refusal, unless predicates begin later")
    func outOfRange() throws {
        let early = try #require(span(start: 3))
        #expect(early.start == 3 && early.first < early.end)
        let late = try #require(span(start: 30))
        #expect(late.start == 30 && late.first < late.end)
        #expect(span(ScanBounds(firstOffset: 12), start: 3)?.start == 12)
        #expect(span(start: 3, low: 20)?.start == 3)
        #expect(span(start: 42, low: 0, high: 0) == nil)
    }

    @Test("times are whole milliseconds: a bound between two is the later one")
    func milliseconds() {
        #expect(SnapshotRange.firstMillisecond(notBefore: Timestamp(microseconds: 5_000)) == 5)
        #expect(SnapshotRange.firstMillisecond(notBefore: Timestamp(microseconds: 5_001)) == 6)
        #expect(SnapshotRange.firstMillisecond(notBefore: Timestamp(microseconds: -1)) == 0)
        #expect(SnapshotRange.firstMillisecond(notBefore: Timestamp(microseconds: .min)) == 0)
    }
}
