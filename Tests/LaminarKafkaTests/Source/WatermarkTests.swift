import Testing

@testable import LaminarKafka

@Suite("The watermark passes only what is processed without a hole")
struct WatermarkTests {
    @Test("whole runs in order move it at once") func inOrder() {
        var watermark = Watermark()
        watermark.deliver(0...9)
        watermark.deliver(10...19)
        #expect(watermark.position == nil && !watermark.isDrained)
        watermark.acknowledge(0...9)
        #expect(watermark.position == 10 && !watermark.isDrained)
        watermark.acknowledge(10...19)
        #expect(watermark.position == 20 && watermark.isDrained)
    }

    @Test("what is acknowledged ahead waits for the hole to close") func outOfOrder() {
        var watermark = Watermark()
        watermark.deliver(10...19)
        watermark.acknowledge(12...19)
        #expect(watermark.position == nil)
        watermark.acknowledge(11...11)
        #expect(watermark.position == nil)
        watermark.acknowledge(10...10)
        #expect(watermark.position == 20 && watermark.isDrained)
    }

    @Test("a gap left by compaction does not hold it back") func compaction() {
        var watermark = Watermark()
        watermark.deliver(5...5)
        watermark.deliver(9...10)
        watermark.deliver(400...400)
        watermark.acknowledge(400...400)
        watermark.acknowledge(5...5)
        #expect(watermark.position == 6)
        watermark.acknowledge(9...10)
        #expect(watermark.position == 401 && watermark.isDrained)
    }

    @Test("part of a run moves it partly") func partly() {
        var watermark = Watermark()
        watermark.deliver(0...99)
        watermark.acknowledge(0...41)
        #expect(watermark.position == 42 && !watermark.isDrained)
        watermark.acknowledge(0...99)
        #expect(watermark.position == 100 && watermark.isDrained)
    }

    @Test("what was never delivered, or is acknowledged twice, changes nothing") func strangers() {
        var watermark = Watermark()
        watermark.deliver(100...109)
        watermark.acknowledge(0...5)
        watermark.acknowledge(500...600)
        #expect(watermark.position == nil)
        watermark.acknowledge(100...109)
        watermark.acknowledge(100...109)
        #expect(watermark.position == 110 && watermark.isDrained)
    }

    @Test("what never reached the host holds nothing up and is not passed") func withdrawn() {
        var watermark = Watermark()
        watermark.deliver(0...9)
        watermark.deliver(10...19)
        watermark.withdraw(10...19)
        #expect(!watermark.isDrained)
        watermark.acknowledge(0...9)
        #expect(watermark.position == 10 && watermark.isDrained)
    }

    @Test("the end of a run can be withdrawn: what comes before it is enough") func withdrawnPartly() {
        var watermark = Watermark()
        watermark.deliver(0...9)
        watermark.withdraw(6...9)
        watermark.withdraw(20...29)
        watermark.acknowledge(0...5)
        #expect(watermark.position == 6 && watermark.isDrained)
    }

    @Test("every order of five acknowledgements, with every end of the last run withdrawn", arguments: 0...3)
    func everyOrder(withdrawn: Int64) {
        let runs: [ClosedRange<Int64>] = [0...1, 3...3, 7...9]
        let kept = runs.flatMap { Array($0) }.filter { $0 <= 9 - withdrawn }
        for order in orders(kept) {
            var watermark = Watermark()
            for run in runs { watermark.deliver(run) }
            if withdrawn > 0 { watermark.withdraw(9 - withdrawn + 1...9) }
            var acknowledged: Set<Int64> = []
            for offset in order {
                #expect(!watermark.isDrained)
                watermark.acknowledge(offset...offset)
                acknowledged.insert(offset)
                let last = kept.prefix { acknowledged.contains($0) }.last
                #expect(watermark.position == last.map { $0 + 1 }, "\(order)")
            }
            #expect(watermark.isDrained)
        }
    }

    private func orders(_ items: [Int64]) -> [[Int64]] {
        if items.isEmpty { return [[]] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return orders(rest).map { [first] + $0 }
        }
    }

    @Test("any order of acknowledgement ends where the plain order ends", arguments: 0..<50)
    func anyOrder(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var watermark = Watermark()
        var offsets: [Int64] = []
        var next: Int64 = 0
        for _ in 0..<20 {
            next += Int64.random(in: 0...3, using: &generator)
            let length = Int64.random(in: 1...8, using: &generator)
            watermark.deliver(next...next + length - 1)
            offsets += next..<next + length
            next += length
        }
        let delivered = offsets
        offsets.shuffle(using: &generator)
        var acknowledged: Set<Int64> = []
        for offset in offsets {
            watermark.acknowledge(offset...offset)
            acknowledged.insert(offset)
            let prefix = delivered.prefix { acknowledged.contains($0) }.last
            #expect(watermark.position == prefix.map { $0 + 1 })
        }
        #expect(watermark.isDrained)
    }
}

/// A small generator whose sequence is the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
