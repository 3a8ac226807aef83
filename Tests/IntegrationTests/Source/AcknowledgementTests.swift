import LaminarKafka
import LaminarTesting
import Testing

@Suite("Acknowledgements count where they belong", .timeLimit(.minutes(5)))
struct AcknowledgementTests {
    private func take(_ count: Int, _ source: KafkaSource<Payload>) async throws -> [KafkaRecord<Payload>] {
        var records: [KafkaRecord<Payload>] = []
        for try await record in source.records {
            records.append(record)
            if records.count == count { break }
        }
        return records
    }

    @Test("from several tasks, in any order: the contiguous prefix is committed")
    func severalTasks() async throws {
        let topic = try await Topic(records: 4_000, partitions: 2)
        let source = try topic.source(group: "tasks", acknowledgement: .explicit) { $0.batch.records = 97 }
        let records = try await take(4_000, source).shuffled()
        await withTaskGroup { tasks in
            for worker in 0..<8 {
                tasks.addTask {
                    for index in stride(from: worker, to: records.count, by: 8) {
                        let record = records[index]
                        if record.partition == 0 && record.offset == 1_500 { continue }
                        source.acknowledge(record)
                        if index % 5 == 0 { source.acknowledge(record) }
                    }
                }
            }
        }
        await source.close()
        let committed = try await topic.kafka.committedOffsets(of: topic.group("tasks"), topic: topic.name)
        #expect(committed == [0: 1_500, 1: 2_000])
    }

    @Test("of an assignment that is over they are dropped: the new owner's position stands")
    func stale() async throws {
        let topic = try await Topic(records: 20, partitions: 2)
        let first = try topic.source(group: "stale", acknowledgement: .explicit, drainTimeout: .milliseconds(500))
        let (held, hold) = AsyncStream.makeStream(of: [KafkaRecord<Payload>].self)
        let reading = Task {
            var records: [KafkaRecord<Payload>] = []
            for try await record in first.records {
                records.append(record)
                if records.count == 20 { hold.yield(records) }
            }
        }
        var ofFirst: [KafkaRecord<Payload>] = []
        for await records in held {
            ofFirst = records
            break
        }
        let second = try topic.source(group: "stale", acknowledgement: .explicit)
        let events = second.events
        let (counted, count) = AsyncStream.makeStream(of: [KafkaRecord<Payload>].self)
        let readingOn = Task {
            var records: [KafkaRecord<Payload>] = []
            for try await record in second.records {
                records.append(record)
                if records.count == 4 {
                    for record in records { second.acknowledge(record) }
                    second.commit()
                }
                if records.count == 10 { count.yield(records) }
            }
        }
        var ofSecond: [KafkaRecord<Payload>] = []
        for await records in counted {
            ofSecond = records
            break
        }
        let moved = try #require(ofSecond.first?.partition)
        #expect(ofSecond.map(\.offset) == Array(0..<10) && ofSecond.allSatisfy { $0.partition == moved })
        for await case .committed(let positions) in events where positions.values.contains(4) { break }
        for record in ofFirst { first.acknowledge(record) }
        await first.close()
        try await reading.value
        await second.close()
        try await readingOn.value
        let committed = try await topic.kafka.committedOffsets(of: topic.group("stale"), topic: topic.name)
        #expect(committed == [Int(moved): 4, 1 - Int(moved): 10])
    }

    @Test("plain values can't be acknowledged, which is said before anything is read; the records still can be")
    func plainValues() async throws {
        let topic = try await Topic(records: 4)
        let source = try topic.source(group: "plain", acknowledgement: .explicit)
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        #expect(error?.code == .misuse && error?.message.contains("'records' or 'batches'") == true)
        #expect(try await take(4, source).count == 4)
        await source.close()
        let parts = try topic.source(group: "parts", acknowledgement: .explicit)
        for try await partition in parts.partitions {
            let error = await #expect(throws: KafkaError.self) { for try await _ in partition {} }
            #expect(error?.code == .misuse)
            break
        }
        await parts.close()
    }

    @Test("a partition is iterated once: a second task is refused and takes nothing from the first")
    func partitionTwice() async throws {
        let topic = try await Topic(records: 500, partitions: 1)
        let source = try topic.source(group: "twice")
        for try await partition in source.partitions {
            var iterator = partition.records.makeAsyncIterator()
            var count = try await iterator.next() == nil ? 0 : 1
            let other = Task { for try await _ in partition { Issue.record("taken from the first") } }
            let error = await #expect(throws: KafkaError.self) { try await other.value }
            #expect(error?.code == .alreadyIterated)
            while count < 500, try await iterator.next() != nil { count += 1 }
            #expect(count == 500)
            break
        }
        await source.close()
    }
}
