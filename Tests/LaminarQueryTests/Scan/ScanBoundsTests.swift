import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite("Bounds of a scan")
struct ScanBoundsTests {
    @Test("AND is never wider than either side, OR never narrower", arguments: 0..<200)
    func algebra(turn: Int) {
        let (left, right) = (random(), random())
        let both = left.intersection(right)
        let either = left.union(right)
        for _ in 0..<50 {
            let record = Record.random()
            #expect(holds(both, record) == (holds(left, record) && holds(right, record)))
            if holds(left, record) || holds(right, record) { #expect(holds(either, record)) }
        }
    }

    @Test("a comparison leaves exactly the records for which it holds, or all")
    func comparisons() {
        for comparison in Comparison.allCases {
            for value in [Int64.min, -1, 0, 3, .max] {
                let bounds = ScanBounds(.offset, comparison, .bigint(value))
                for offset in [Int64(0), 1, 2, 3, 4, .max] {
                    let isWanted = comparison.holds(offset < value ? -1 : offset > value ? 1 : 0)
                    let record = Record(partition: 0, offset: offset, time: 0)
                    if isWanted { #expect(holds(bounds, record), "\(offset) \(comparison) \(value)") }
                    if comparison != .notEqual, !isWanted { #expect(!holds(bounds, record)) }
                }
            }
            #expect(ScanBounds(.offset, comparison, .null).isEmpty)
        }
        #expect(ScanBounds(.partition, .equal, .bigint(1 << 40)).isEmpty)
        #expect(ScanBounds(.partition, .equal, .int(2)).partitions == [2])
    }

    private struct Record {
        var partition: Int32
        var offset: Int64
        var time: Int64

        static func random() -> Record {
            Record(partition: .random(in: 0...3), offset: .random(in: 0...5), time: .random(in: 0...5))
        }
    }

    private func holds(_ bounds: ScanBounds, _ record: Record) -> Bool {
        let time = Timestamp(microseconds: record.time)
        return bounds.partitions?.contains(record.partition) ?? true && bounds.firstOffset ?? .min <= record.offset
            && bounds.lastOffset ?? .max >= record.offset && bounds.since.map { $0 <= time } ?? true
            && bounds.until.map { $0 >= time } ?? true
    }

    private func random() -> ScanBounds {
        func maybe<Bound>(_ bound: Bound) -> Bound? { Bool.random() ? bound : nil }
        return ScanBounds(
            partitions: maybe(Set((0..<4).filter { _ in Bool.random() })), firstOffset: maybe(.random(in: 0...5)),
            lastOffset: maybe(.random(in: 0...5)), since: maybe(Timestamp(microseconds: .random(in: 0...5))),
            until: maybe(Timestamp(microseconds: .random(in: 0...5))))
    }
}
