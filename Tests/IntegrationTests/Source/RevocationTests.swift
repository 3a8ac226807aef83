import LaminarKafka
import LaminarTesting
import Testing

@Suite("Partitions that are taken away", .timeLimit(.minutes(5)))
struct RevocationTests {
    @Test("a host that doesn't finish is waited for within the bound, and no longer")
    func bounded() async throws {
        let topic = try await Topic(records: 200, partitions: 2)
        let first = try topic.source(group: "bounded", drainTimeout: .seconds(1))
        let events = first.events
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let (taken, take) = AsyncStream.makeStream(of: Void.self)
        let reading = Task {
            for try await _ in first {
                take.yield()
                // Holds its first value until the test lets it go.
                for await _ in released { break }
                return
            }
        }
        for await _ in taken { break }
        let clock = ContinuousClock()
        let started = clock.now
        let second = try topic.source(group: "bounded", drainTimeout: .seconds(1))
        var partitions: Set<Int32> = []
        var count = 0
        for try await record in second.records {
            partitions.insert(record.partition)
            count += 1
            if count == 100 { break }
        }
        #expect(clock.now - started < .seconds(15))
        #expect(partitions.count == 1)
        release.yield()
        try await reading.value
        await first.close()
        await second.close()
        var revoked: [Set<TopicPartition>] = []
        for await event in events { if case .revoked(let partitions) = event { revoked.append(partitions) } }
        #expect(revoked.first.map { Set($0.map(\.partition)) } == partitions)
    }

    @Test("lost partitions are never committed, and what was acknowledged of them counts no more")
    func lost() async throws {
        let kafka = try await KafkaFixture.start()
        guard kafka.offers(.failover, promise: "lost partitions are never committed") else { return }
        let topic = try await Topic(records: 100, partitions: 1, on: kafka)
        let source = try topic.source(group: "lost") {
            $0.properties["session.timeout.ms"] = "2000"
            $0.properties["heartbeat.interval.ms"] = "300"
            $0.commits = .automatic(every: .seconds(3600))
        }
        let events = source.events
        var offsets: [Int64] = []
        for try await record in source.records {
            offsets.append(record.offset)
            if offsets.count == 60 {
                // The broker freezes for longer than the session: the client gives its partitions up.
                try await kafka.pause(node: 1)
                for await case .lost(let partitions) in events {
                    #expect(partitions == [TopicPartition(topic.name, 0)])
                    break
                }
                try await kafka.resume(node: 1)
            }
            if offsets.count == 200 { break }
        }
        // What lay in the batch came to its end, and everything came again: nothing had been committed.
        #expect(offsets == Array(0..<100) + Array(0..<100))
        await source.close()
        let committed = try await kafka.committedOffsets(of: topic.group("lost"), topic: topic.name)
        #expect(committed == [0: 99])
        await kafka.stop()
    }
}
