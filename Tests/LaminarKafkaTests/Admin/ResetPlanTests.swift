import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite struct ResetPlanTests {
    private static let partition = TopicPartition("orders", 0)
    private static let ends = [partition: PartitionEnds(low: 10, high: 50)]

    private func outcome(_ target: OffsetTarget, from old: Int64? = nil, time: Int64? = nil) -> ResetPlan.Outcome {
        ResetPlan(target: target, ends: Self.ends, times: time.map { [Self.partition: $0] } ?? [:])
            .outcome(of: Self.partition, from: old)
    }

    @Test("beginning and end are the partition's own") func ends() {
        #expect(outcome(.earliest, from: 20) == .init(offset: 10))
        #expect(outcome(.latest) == .init(offset: 50))
    }

    @Test("what lies outside is clamped, and the line says so", arguments: [(5, 10), (60, 50)] as [(Int64, Int64)])
    func clamping(asked: Int64, given: Int64) {
        let outcome = outcome(.offsets([0: asked]))
        #expect(outcome.offset == given)
        #expect(outcome.note?.contains("\(asked)") == true)
        #expect(self.outcome(.offsets([0: 50])) == .init(offset: 50))
    }

    @Test("a partition that isn't named stays") func unnamed() {
        #expect(outcome(.offsets([1: 20]), from: 15).offset == nil)
    }

    @Test("a time without a record is the end") func time() {
        #expect(outcome(.timestamp(Timestamp(milliseconds: 1)), time: 33) == .init(offset: 33))
        let late = outcome(.timestamp(Timestamp(milliseconds: 1)))
        #expect(late.offset == 50 && late.note != nil)
    }

    @Test("a shift counts from the position so far, and from nothing it goes nowhere") func shift() {
        #expect(outcome(.shift(by: 5), from: 30) == .init(offset: 35))
        #expect(outcome(.shift(by: -5), from: 20) == .init(offset: 15))
        #expect(outcome(.shift(by: -5)).offset == nil)
        #expect(outcome(.shift(by: .max), from: 20).offset == 50)
        #expect(outcome(.shift(by: .min), from: 20).offset == 10)
    }

    @Test("a partition whose end isn't known stays") func leaderless() {
        let plan = ResetPlan(target: .earliest, ends: [:])
        #expect(plan.outcome(of: Self.partition, from: 3).offset == nil)
    }

    @Test("targets are read as the command line writes them, and refused with what they take")
    func text() throws {
        #expect(
            try OffsetTarget(timestamp: "2024-01-01T00:00:00Z")
                == .timestamp(Timestamp(milliseconds: 1_704_067_200_000)))
        #expect(try OffsetTarget(timestamp: "5") == .timestamp(Timestamp(milliseconds: 5)))
        #expect(try OffsetTarget(offsets: "0:42,1:7") == .offsets([0: 42, 1: 7]))
        #expect(try OffsetTarget(shift: "-3") == .shift(by: -3))
        #expect(throws: ConfigurationError.self) { _ = try OffsetTarget(timestamp: "yesterday") }
        #expect(throws: ConfigurationError.self) { _ = try OffsetTarget(offsets: "0:1,0:2") }
        #expect(throws: ConfigurationError.self) { _ = try OffsetTarget(offsets: "42") }
        #expect(throws: ConfigurationError.self) { _ = try OffsetTarget(shift: "1.5") }
    }
}
