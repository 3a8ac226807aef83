import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A group's first start begins where it was told, later ones where it was", .timeLimit(.minutes(5)))
struct StartPositionTests {
    private func read(
        _ topic: Topic, _ role: String, count: Int, from start: KafkaSourceConfiguration.StartPosition,
        whenAssigned: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> [String] {
        let source = try topic.source(group: role) { $0.start = start }
        let events = source.events
        let action = Task {
            for await event in events {
                guard case .assigned = event else { continue }
                try await whenAssigned()
                break
            }
        }
        var texts: [String] = []
        if count > 0 {
            for try await payload in source {
                texts.append(payload.text ?? "")
                if texts.count == count { break }
            }
        }
        try await action.value
        await source.close()
        return texts
    }

    @Test("latest: only what is written afterwards; the position counts once, even when nothing was read")
    func latest() async throws {
        let topic = try await Topic(records: 100)
        let texts = try await read(topic, "latest", count: 4, from: .latest) {
            try await topic.kafka.produce(
                (0..<4).map { TestRecord(value: "new\($0)", partition: Int32($0)) }, to: topic.name)
        }
        #expect(Set(texts) == ["new0", "new1", "new2", "new3"])
        let committed = try await topic.kafka.committedOffsets(of: topic.group("latest"), topic: topic.name)
        #expect(committed.count == 4 && committed.values.allSatisfy { $0 >= 25 })
    }

    @Test("timestamp: the first record that isn't older, the end where all are")
    func timestamp() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce(
            (0..<100).map { TestRecord(value: "\($0)", timestamp: 1_700_000_000_000 + Int64($0) * 1000) },
            to: topic.name)
        let texts = try await read(topic, "timestamp", count: 40, from: .timestamp(milliseconds: 1_700_000_059_500))
        #expect(texts == (60..<100).map(String.init))
    }

    @Test("offsets: by partition, others from their beginning")
    func offsets() async throws {
        let topic = try await Topic(records: 40)
        let texts = try await read(topic, "offsets", count: 19, from: .offsets([0: 7, 1: 10, 2: 0, 3: 4]))
        #expect(texts.count == 19)
        #expect(texts.contains("28") && !texts.contains("24"))
    }

    @Test("a partition that comes later begins at its beginning, whatever the start says")
    func newPartition() async throws {
        let topic = try await Topic(records: 8, partitions: 2)
        let first = try await read(topic, "grown", count: 2, from: .latest) {
            try await topic.kafka.produce(
                (0..<2).map { TestRecord(value: "a\($0)", partition: Int32($0)) }, to: topic.name)
        }
        #expect(Set(first) == ["a0", "a1"])
        try await topic.kafka.addPartitions(to: topic.name, total: 3)
        try await topic.kafka.produce([TestRecord(value: "early", partition: 2)], to: topic.name)
        // The value in hand at the break is read again, and the new partition from its first record.
        var texts: Set<String> = []
        let source = try topic.source(group: "grown") { $0.start = .latest }
        for try await payload in source {
            texts.insert(payload.text ?? "")
            if texts.contains("early") { break }
        }
        await source.close()
        #expect(texts.contains("early"))
    }

    @Test("an offset that is gone fails with the range that is left, unless told to go on")
    func outOfRange() async throws {
        let topic = try await Topic(records: 100, partitions: 1)
        let source = try topic.source(group: "gone")
        var count = 0
        for try await _ in source {
            count += 1
            if count == 11 { break }
        }
        await source.close()
        try await topic.kafka.deleteRecords(of: topic.name, partition: 0, before: 50)
        let failing = try topic.source(group: "gone")
        let error = await #expect(throws: KafkaError.self) { for try await _ in failing {} }
        #expect(error?.code == .offsetOutOfRange)
        #expect(error?.message.contains("50 to 99") == true)
        await failing.close()
        let going = try topic.source(group: "gone") { $0.offsetOutOfRange = .earliest }
        var first: String?
        for try await payload in going {
            first = payload.text
            break
        }
        await going.close()
        #expect(first == "50")
    }
}
