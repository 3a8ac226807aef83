import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite("What becomes of a batch's bad records")
struct BadRecordTallyTests {
    typealias Policy = KafkaSourceConfiguration.BadDataPolicy

    static let policies: [Policy] = [
        .fail, .skip(), .skip(maxErrorsPerBatch: 0), .skip(maxErrorsPerBatch: 2), .deadLetter(topic: "d"),
        .deadLetter(topic: "d", maxErrorsPerBatch: 2),
    ]

    private func bad(_ index: Int) -> BadRecord {
        BadRecord(index: index, failure: DecodeFailure(.syntax, "bad"))
    }

    @Test("every policy with 0 to 4 bad records, in whatever order a decoder finds them", arguments: policies, 0...4)
    func everyCount(policy: Policy, count: Int) {
        for order in permutations(Array(0..<count).map { $0 * 3 + 1 }) {
            var tally = BadRecordTally(policy)
            var stops = 0
            for index in order where tally.note(bad(index)) == .stop { stops += 1 }
            let limit = policy.maxErrorsPerBatch ?? .max
            let fails = count > limit
            #expect((tally.fatal != nil) == fails)
            #expect(stops == max(0, count - min(count, limit)))
            #expect(tally.passedOver.map(\.index) == (fails ? [] : order.sorted()))
            #expect(tally.deliverable(of: 20) == (fails && policy != .fail ? 0 : 20))
            if fails { #expect(tally.fatal?.index == order.dropFirst(limit).min()) }
        }
    }

    private func permutations(_ items: [Int]) -> [[Int]] {
        if items.isEmpty { return [[]] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
