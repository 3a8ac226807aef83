import Foundation
import LaminarKafka
import LaminarTesting
import Testing

/// The connector document's three scenarios, by the example programs as a shell runs them.
@Suite("The three scenarios of the connector document", .timeLimit(.minutes(4)))
struct ScenarioTests {
    private struct Event: Codable, Sendable {
        var id: Int64
        var message: String
    }

    private static func example(_ name: String, _ arguments: [String]) throws -> ExternalProcess {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        return try ExternalProcess(folder.appending(path: name).path, arguments)
    }

    private func events(_ count: Int) -> [TestRecord] {
        (0..<count).map { TestRecord(value: "{\"id\": \($0), \"message\": \"event \($0)\"}", key: "\($0)") }
    }

    @Test("Kafka to values: every record is read") func source() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("test-input")
        try await kafka.produce(events(500), to: topic)
        let program = try Self.example(
            "KafkaToValues",
            [
                "--bootstrap", kafka.bootstrapServers, "--input", topic, "--group", "\(topic)-values", "--limit", "500",
            ])
        let result = try await program.result(within: .seconds(60))
        #expect(result.status == 0, "\(result.errors)")
        #expect(Set(result.output.split(separator: "\n")) == Set((0..<500).map { "\($0) event \($0)" }))
    }

    @Test("impulse to Kafka: what is made can be read by others") func sink() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("test-output")
        let program = try Self.example(
            "ImpulseToKafka",
            ["--bootstrap", kafka.bootstrapServers, "--output", topic, "--count", "300", "--rate", "1000"])
        let result = try await program.result(within: .seconds(60))
        #expect(result.status == 0, "\(result.errors)")
        let kcat = try Peers.kcat(
            ["-C", "-e", "-q", "-b", kafka.bootstrapServers, "-t", topic, "-f", "%k %s\\n"])
        let lines = try await kcat.result(within: .seconds(60)).output.split(separator: "\n")
        struct Tick: Decodable {
            let counter: Int
            let timestamp: String
        }
        var counters: Set<Int> = []
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1)
            let tick = try JSONDecoder().decode(Tick.self, from: Data(parts[1].utf8))
            #expect(parts[0] == "\(tick.counter)")
            counters.insert(tick.counter)
        }
        #expect(lines.count == 300 && counters == Set(0..<300))
    }

    @Test("Kafka to transform to Kafka: killed again and again, every event's output is there once")
    func endToEnd() async throws {
        let kafka = try await KafkaFixture.shared
        let input = try await kafka.createTopic("test-input")
        let output = try await kafka.createTopic("test-output")
        let group = "\(input)-shouts"
        let count = 20_000
        try await kafka.produce(events(count), to: input)
        let arguments = [
            "--bootstrap", kafka.bootstrapServers, "--input", input, "--output", output, "--group", group,
        ]
        func committed() async throws -> Int64 {
            try await kafka.committedOffsets(of: group, topic: input).values.filter { $0 > 0 }.reduce(0, +)
        }
        var rounds = 0
        while try await committed() < Int64(count), rounds < 4 {
            let before = try await committed()
            let program = try Self.example("KafkaToKafka", arguments)
            // At a moment of its own each time: as soon as something of this round was committed, and a little later.
            let deadline = ContinuousClock.now + .seconds(60)
            while try await committed() <= before, ContinuousClock.now < deadline {
                try await ContinuousClock().sleep(for: .milliseconds(7))
            }
            try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 0...120)))
            program.kill()
            rounds += 1
        }
        let last = try Self.example("KafkaToKafka", arguments)
        let deadline = ContinuousClock.now + .seconds(90)
        while true {
            let done = try await committed()
            if done >= Int64(count) { break }
            try #require(ContinuousClock.now < deadline, "\(done) of \(count): \(last.errorsSoFar)")
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        last.kill()
        var seen: [Int64: Int] = [:]
        // A transaction's records are seen when its markers are written, after the broker has answered.
        repeat {
            seen = [:]
            let reader = try KafkaSource(
                KafkaSourceConfiguration(bootstrapServers: kafka.bootstrapServers, subscription: .topics([output])),
                decoding: .json(Event.self), extent: .snapshot)
            for try await event in reader {
                seen[event.id, default: 0] += 1
                #expect(event.message == "EVENT \(event.id)")
            }
        } while seen.count < count && ContinuousClock.now < deadline
        #expect(seen.count == count)
        #expect(seen.filter { $0.value != 1 } == [:], "after \(rounds) kills")
    }

    @Test("a second process under the same transactional id fences the first, which says so") func fenced() async throws
    {
        let kafka = try await KafkaFixture.shared
        let input = try await kafka.createTopic("test-input", partitions: 1)
        let output = try await kafka.createTopic("test-output", partitions: 1)
        try await kafka.produce(events(10), to: input)
        var sink = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: output)
        sink.commitMode = .exactlyOnce
        sink.transactionalID = "\(output)-id"
        let transform = try KafkaTransform(
            KafkaSourceConfiguration(
                bootstrapServers: kafka.bootstrapServers, subscription: .topics([input]), groupID: "\(input)-g"),
            decoding: .payload, into: sink, encoding: .payload)
        let events = transform.events
        let working = Task { try await transform.run { $0 } }
        for await case .committed in events { break }
        // confluent-kafka takes the id over, as a process on another machine would.
        let script = """
            import sys
            from confluent_kafka import Producer
            producer = Producer({'bootstrap.servers': sys.argv[1], 'transactional.id': sys.argv[2]})
            producer.init_transactions(30)
            """
        let other = try Peers.python(script, [kafka.bootstrapServers, "\(output)-id-0"])
        let result = try await other.result(within: .seconds(60))
        #expect(result.status == 0, "\(result.errors)")
        try await kafka.produce(self.events(10), to: input)
        let error = await #expect(throws: KafkaError.self) { try await working.value }
        #expect(error?.code == .fenced, "\(String(describing: error))")
        #expect(error?.message.contains("sink.transactional_id") == true)
        await transform.close()
        let committed = try await kafka.committedOffsets(of: "\(input)-g", topic: input)
        #expect(committed == [0: 10], "nothing of the fenced transaction counts")
    }
}
