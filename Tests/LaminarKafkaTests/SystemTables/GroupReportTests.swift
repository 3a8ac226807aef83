import Testing

@testable import LaminarKafka

@Suite struct GroupReportTests {
    private static func group(_ members: [(String, [Int32])]?) -> ConsumerGroup {
        ConsumerGroup(
            id: "billing", state: .stable, assignor: "range", coordinator: nil,
            members: members?.map { name, partitions in
                ConsumerGroup.Member(
                    id: "\(name)-1", clientID: name, instanceID: nil, host: "h",
                    partitions: partitions.map { TopicPartition("t", $0) })
            })
    }

    @Test("a line a partition and member; what is committed and nobody has; a member without anything last")
    func lines() {
        let report = GroupReport(
            Self.group([("b", [1]), ("a", [0]), ("idle", [])]),
            committed: [TopicPartition("t", 0): CommittedOffset(4), TopicPartition("t", 2): CommittedOffset(9)],
            ends: [
                TopicPartition("t", 0): PartitionEnds(low: 0, high: 10),
                TopicPartition("t", 1): PartitionEnds(low: 0, high: 5),
                TopicPartition("t", 2): PartitionEnds(low: 0, high: 3),
            ])
        #expect(report.lines.map(\.partition?.partition) == [0, 1, 2, nil])
        #expect(report.lines.map(\.member?.clientID) == ["a", "b", nil, "idle"])
        // Behind; not committed, so not known; past the end of a topic that was made anew; nothing.
        #expect(report.lines.map(\.lag) == [6, nil, 0, nil])
    }

    @Test("a group with nothing has a line all the same") func nothing() {
        #expect(GroupReport(Self.group(nil), committed: [:], ends: [:]).lines == [GroupReport.Line()])
    }

    @Test("a lag is never below zero, and never made up") func lag() {
        #expect(Lag.records(from: 3, to: 10) == 7)
        #expect(Lag.records(from: 12, to: 10) == 0)
        #expect(Lag.records(from: nil, to: 10) == nil)
        #expect(Lag.records(from: 3, to: nil) == nil)
        #expect(Lag.records(from: .min, to: .max) == nil)
    }
}
