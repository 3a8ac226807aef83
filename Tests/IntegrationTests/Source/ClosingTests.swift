import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("A close commits exactly what was processed", .timeLimit(.minutes(5)))
struct ClosingTests {
    /// The partitions that have begun.
    private final class Begun: Sendable {
        private let partitions = Mutex<Set<Int32>>([])
        func note(_ partition: Int32) { _ = partitions.withLock { $0.insert(partition) } }
        var count: Int { partitions.withLock { $0.count } }
    }

    @Test("from one of several partition tasks: its own value in hand doesn't count, the others finish theirs")
    func fromOnePartition() async throws {
        let topic = try await Topic(records: 4_000)
        let source = try topic.source(group: "one") { $0.batch.records = 100 }
        let begun = Begun()
        let counts = try await withThrowingTaskGroup(of: (Int, Int64).self) { tasks in
            for try await partition in source.partitions {
                tasks.addTask {
                    var count: Int64 = 0
                    for try await _ in partition {
                        count += 1
                        begun.note(partition.partition)
                        // In the middle of a batch, while the others are at work.
                        guard partition.partition == 2, count == 550 else { continue }
                        while begun.count < 4 { try await ContinuousClock().sleep(for: .milliseconds(2)) }
                        await source.close()
                        break
                    }
                    return (Int(partition.partition), count)
                }
            }
            return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var expected = counts
        expected[2, default: 0] -= 1
        let committed = try await topic.kafka.committedOffsets(of: topic.group("one"), topic: topic.name)
        #expect(committed == expected)
        #expect(counts.count == 4)
    }

    @Test("from inside of the loop over the partitions it waits for their tasks only")
    func fromTheLoopOverPartitions() async throws {
        let topic = try await Topic(records: 400, partitions: 2)
        let source = try topic.source(group: "loop", drainTimeout: .seconds(60))
        let clock = ContinuousClock()
        let counts = try await withThrowingTaskGroup(of: (Int, Int64).self) { tasks in
            var seen = 0
            for try await partition in source.partitions {
                let (first, reached) = AsyncStream.makeStream(of: Void.self)
                tasks.addTask {
                    var count: Int64 = 0
                    for try await _ in partition {
                        count += 1
                        reached.yield()
                    }
                    return (Int(partition.partition), count)
                }
                for await _ in first { break }
                seen += 1
                if seen == 2 {
                    let started = clock.now
                    await source.close()
                    #expect(clock.now - started < .seconds(20))
                }
            }
            return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(try await topic.kafka.committedOffsets(of: topic.group("loop"), topic: topic.name) == counts)
    }

    @Test("the commit of a close is told once")
    func toldOnce() async throws {
        let topic = try await Topic(records: 100, partitions: 1)
        let source = try topic.source(group: "once") { $0.commits = .automatic(every: .seconds(3600)) }
        let events = source.events
        let reading = Task {
            var count = 0
            for try await _ in source {
                count += 1
                if count == 100 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        try await reading.value
        await source.close()
        var committed: [[TopicPartition: Int64]] = []
        for await event in events {
            if case .committed(let positions) = event { committed.append(positions) }
            if case .trouble(let error) = event { Issue.record("\(error)") }
        }
        #expect(committed == [[TopicPartition(topic.name, 0): 100]])
    }

    @Test("a source that failed isn't held up by what it won't deliver, with explicit acknowledgement too")
    func afterAFailure() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce(
            (0..<50).map { TestRecord(value: $0 == 20 ? "bad" : "\($0)") }, to: topic.name)
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: topic.kafka.bootstrapServers, subscription: .topics([topic.name]),
            groupID: topic.group("failed"))
        configuration.batch.records = 7
        let source = try KafkaSource(
            configuration, decoding: .json(Int64.self), acknowledgement: .explicit, drainTimeout: .seconds(60))
        var count = 0
        await #expect(throws: DecodeError.self) {
            for try await record in source.records {
                source.acknowledge(record)
                count += 1
            }
        }
        let clock = ContinuousClock()
        let started = clock.now
        await source.close()
        #expect(clock.now - started < .seconds(20))
        #expect(count == 20)
        #expect(
            try await topic.kafka.committedOffsets(of: topic.group("failed"), topic: topic.name) == [0: 20])
    }
}
