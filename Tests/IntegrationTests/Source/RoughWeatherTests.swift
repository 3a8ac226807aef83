import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Rough weather: brokers away, large records, many partitions", .timeLimit(.minutes(4)))
struct RoughWeatherTests {
    @Test("a broker that isn't there is a state with a reason, and a close ends it at once")
    func nobodyThere() async throws {
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: "127.0.0.1:1", subscription: .topics(["t"]), groupID: "g"),
            decoding: .payload)
        let events = source.events
        let reading = Task { for try await _ in source {} }
        var reason: String?
        for await case .state(.stalled(let why)) in events {
            reason = why
            break
        }
        #expect(reason?.contains("Kafka client for t") == true)
        let clock = ContinuousClock()
        let started = clock.now
        await source.close()
        try await reading.value
        #expect(clock.now - started < .seconds(5))
    }

    @Test("a snapshot of a broker that isn't there fails in bounded time with the cause")
    func nobodyThereForASnapshot() async throws {
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: "127.0.0.1:1", subscription: .topics(["t"])),
            decoding: .payload, extent: .snapshot)
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        #expect(error.map { [.unreachable, .timedOut].contains($0.code) } == true)
        await source.close()
    }

    @Test("a snapshot waits for a leader that is just being chosen")
    func noLeaderYet() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 1)
        try await broker.produce(["a", "b"].map { TestRecord(value: $0) }, to: "t")
        try broker.inject([.error(.notLeader), .error(.leaderNotAvailable)], on: .listOffsets)
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: broker.bootstrapServers, subscription: .topics(["t"])),
            decoding: .payload, extent: .snapshot)
        var texts: [String?] = []
        for try await payload in source { texts.append(payload.text) }
        #expect(texts == ["a", "b"])
        await broker.close()
    }

    @Test("a broker that goes away and returns: nothing lost, nothing twice")
    func awayAndBack() async throws {
        let kafka = try await KafkaFixture.start()
        let topic = try await Topic(records: 2_000, on: kafka)
        let source = try topic.source(group: "away") { $0.properties["reconnect.backoff.max.ms"] = "500" }
        var seen: Set<String> = []
        for try await payload in source {
            let isNew = seen.insert(payload.text ?? "").inserted
            #expect(isNew)
            if seen.count == 2_000 {
                try await kafka.stop(node: 1)
                try await kafka.start(node: 1)
                try await kafka.produce(
                    (2_000..<2_400).map { TestRecord(value: "\($0)", partition: Int32($0 % 4)) }, to: topic.name)
            }
            if seen.count == 2_400 { break }
        }
        await source.close()
        await kafka.stop()
        #expect(seen.count == 2_400)
    }

    @Test("records of 5 MB arrive whole")
    func largeRecords() async throws {
        let kafka = try await KafkaFixture.shared
        let name = "large-\(UUID().uuidString.lowercased())"
        try await kafka.createTopic(
            named: name, partitions: 2, configuration: ["max.message.bytes": "6000000", "compression.type": "producer"])
        var configuration = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: name)
        configuration.properties["message.max.bytes"] = "6000000"
        let producer = try await KafkaProducer(configuration)
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000)
        for number in 0..<12 {
            try await producer.enqueue(
                ProducedRecord(value: value + Array("\(number)".utf8), partition: Int32(number % 2)))
        }
        try await producer.flush()
        await producer.close()
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: kafka.bootstrapServers, subscription: .topics([name])),
            decoding: .payload, extent: .snapshot)
        var tails: Set<String> = []
        for try await payload in source {
            tails.insert(payload.withBytes { String(decoding: $0[5_000_000...], as: UTF8.self) })
        }
        await source.close()
        #expect(tails == Set((0..<12).map(String.init)))
    }

    @Test("1,000 partitions are read as one source")
    func manyPartitions() async throws {
        let topic = try await Topic(records: 5_000, partitions: 1_000)
        let source = try topic.source(group: "many")
        var partitions: Set<Int32> = []
        var count = 0
        for try await record in source.records {
            partitions.insert(record.partition)
            count += 1
            if count == 5_000 { withUnsafeCurrentTask { $0?.cancel() } }
        }
        await source.close()
        #expect(partitions.count == 1_000 && count == 5_000)
    }

    @Test("a pattern matches whole names, sees topics that come later, and never internal ones")
    func pattern() async throws {
        let kafka = try await KafkaFixture.shared
        let family = "family\(UUID().uuidString.prefix(6).lowercased())"
        for name in ["\(family)-a", "x\(family)-b"] {
            try await kafka.createTopic(named: name, partitions: 1)
            try await kafka.produce([TestRecord(value: name)], to: name)
        }
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .pattern("\(family)-.*"), groupID: "\(family)-g")
        configuration.properties["topic.metadata.refresh.interval.ms"] = "1000"
        let source = try KafkaSource(configuration, decoding: .payload)
        var seen: [String] = []
        for try await payload in source {
            seen.append(payload.text ?? "")
            if seen.count == 1 {
                try await kafka.createTopic(named: "\(family)-later", partitions: 1)
                try await kafka.produce([TestRecord(value: "\(family)-later")], to: "\(family)-later")
            }
            if seen.count == 2 { break }
        }
        await source.close()
        #expect(seen == ["\(family)-a", "\(family)-later"])
    }
}
