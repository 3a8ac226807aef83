import LaminarCore
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A source delivers every record once and resumes where it was", .timeLimit(.minutes(5)))
struct SourceDeliveryTests {
    @Test("all records of four partitions arrive, in order within each")
    func everything() async throws {
        let topic = try await Topic(records: 20_000)
        let source = try topic.source(group: "everything")
        var next: [Int32: Int64] = [:]
        var count = 0
        for try await record in source.records {
            #expect(record.offset == next[record.partition, default: 0])
            next[record.partition] = record.offset + 1
            count += 1
            if count == topic.count { break }
        }
        await source.close()
        #expect(next.values.reduce(0, +) == Int64(topic.count))
    }

    @Test("after a break and a close only the value in hand is read again")
    func breakAndResume() async throws {
        let topic = try await Topic(records: 5_000)
        let first = try topic.source(group: "resume")
        var seen: [String] = []
        for try await payload in first {
            seen.append(payload.text ?? "")
            if seen.count == 1_234 { break }
        }
        await first.close()
        #expect(first.state == .stopped)
        let second = try topic.source(group: "resume")
        var again: [String] = []
        for try await payload in second {
            again.append(payload.text ?? "")
            if seen.count + again.count == topic.count + 1 { break }
        }
        await second.close()
        #expect(again.contains(seen[1_233]))
        #expect(Set(seen).intersection(again).count == 1)
        #expect(Set(seen).union(again).count == topic.count)
    }

    @Test("cancelling the task commits everything that was taken")
    func cancellation() async throws {
        let topic = try await Topic(records: 3_000)
        let source = try topic.source(group: "cancel")
        let reader = Task {
            var count = 0
            for try await _ in source {
                count += 1
                if count == topic.count { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        #expect(try await reader.value == topic.count)
        await source.close()
        let committed = try await topic.kafka.committedOffsets(of: topic.group("cancel"), topic: topic.name)
        #expect(committed.values.reduce(0, +) == Int64(topic.count))
    }

    @Test("a snapshot ends at the end, joins no group and commits nothing")
    func snapshot() async throws {
        let topic = try await Topic(records: 2_500)
        let source = try topic.source(group: "snapshot", extent: .snapshot)
        var count = 0
        for try await batch in source.batches { count += batch.count }
        await source.close()
        #expect(count == topic.count)
        let committed = try await topic.kafka.committedOffsets(of: topic.group("snapshot"), topic: topic.name)
        #expect(committed.values.allSatisfy { $0 < 0 })
    }

    @Test("a source is iterated once")
    func twice() async throws {
        let topic = try await Topic(records: 10)
        let source = try topic.source(group: "twice", extent: .snapshot)
        for try await _ in source {}
        await #expect(throws: KafkaError.self) { for try await _ in source {} }
        await source.close()
    }

    @Test("a topic that doesn't exist is named")
    func unknownTopic() async throws {
        let kafka = try await KafkaFixture.shared
        let source = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: kafka.bootstrapServers, subscription: .topics(["no-such-topic"])),
            decoding: .payload)
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        #expect(error?.code == .unknownTopic)
        #expect(error?.message.contains("no-such-topic") == true)
        await source.close()
    }

    @Test("acknowledgements in any order commit only the contiguous prefix")
    func explicit() async throws {
        let topic = try await Topic(records: 100, partitions: 1)
        let source = try topic.source(group: "explicit", acknowledgement: .explicit)
        var records: [KafkaRecord<Payload>] = []
        for try await record in source.records {
            records.append(record)
            if records.count == 100 { break }
        }
        for record in records.reversed() where record.offset != 40 { source.acknowledge(record) }
        await source.close()
        let committed = try await topic.kafka.committedOffsets(of: topic.group("explicit"), topic: topic.name)
        #expect(committed == [0: 40])
    }

    @Test("partitions come as sequences of their own")
    func partitions() async throws {
        let topic = try await Topic(records: 8_000)
        let source = try topic.source(group: "partitions")
        let counts = try await withThrowingTaskGroup(of: (Int32, Int).self) { tasks in
            let (done, finish) = AsyncStream.makeStream(of: Void.self)
            tasks.addTask {
                var waiting = 4
                for await _ in done {
                    waiting -= 1
                    if waiting == 0 { break }
                }
                await source.close()
                return (-1, 0)
            }
            for try await partition in source.partitions {
                tasks.addTask {
                    var next: Int64 = 0
                    for try await record in partition.records {
                        #expect(record.offset == next && record.partition == partition.partition)
                        next += 1
                        if next == Int64(topic.count / 4) { finish.yield() }
                    }
                    return (partition.partition, Int(next))
                }
            }
            return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(counts == [-1: 0, 0: 2_000, 1: 2_000, 2: 2_000, 3: 2_000])
        let committed = try await topic.kafka.committedOffsets(of: topic.group("partitions"), topic: topic.name)
        #expect(committed == [0: 2_000, 1: 2_000, 2: 2_000, 3: 2_000])
    }
}
