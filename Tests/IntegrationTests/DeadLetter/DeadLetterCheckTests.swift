import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Whether dead letters can be written is known at the start, and nothing is written to find out")
struct DeadLetterCheckTests {
    private func source(
        _ topic: Topic, letters: String, configure: (inout KafkaSourceConfiguration) throws -> Void = { _ in }
    ) throws -> KafkaSource<Int64> {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: topic.kafka.bootstrapServers, subscription: .topics([topic.name]),
            groupID: topic.group("check"))
        configuration.badData = .deadLetter(topic: letters)
        try configure(&configuration)
        return try KafkaSource(configuration, decoding: .json(Int64.self))
    }

    private func secured(_ configuration: inout KafkaSourceConfiguration, _ kafka: KafkaFixture) throws {
        configuration.bootstrapServers = kafka.bootstrapServers(.saslPlaintext)
        configuration.security = .sasl(
            .plain(username: "alice", password: try SecretText(parsing: KafkaFixture.User.alice.password)), tls: nil)
    }

    private func count(_ topic: String, _ kafka: KafkaFixture) async throws -> Int {
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic])),
            decoding: .payload, extent: .snapshot)
        var count = 0
        for try await record in source.records { count += record.offset >= 0 ? 1 : 0 }
        return count
    }

    @Test("a topic that isn't there is named at once, and isn't created", .timeLimit(.minutes(5)))
    func missing() async throws {
        let topic = try await Topic(records: 10)
        let letters = "\(topic.name)-no-dlq"
        for _ in 0..<2 {
            let source = try source(topic, letters: letters)
            let error = await #expect(throws: KafkaError.self) {
                for try await _ in source { Issue.record("delivered before the topic was checked") }
            }
            await source.close()
            #expect(error?.code == .unknownTopic)
            #expect(error?.message.contains(letters) == true && error?.message.contains("dlq_topic") == true)
        }
        await #expect(throws: KafkaError.self) { _ = try await count(letters, topic.kafka) }
    }

    @Test(
        "who may write is let in, on every version, and finds the topic empty afterwards",
        arguments: KafkaFixture.Version.allCases)
    func nothingIsWritten(version: KafkaFixture.Version) async throws {
        let topic = try await Topic(records: 10, partitions: 1, on: KafkaFixture.shared(version))
        let letters = try await topic.kafka.createTopic("dlq", partitions: 1)
        let source = try source(topic, letters: letters)
        var values: [Int64] = []
        for try await value in source {
            values.append(value)
            if values.count == 10 { break }
        }
        await source.close()
        #expect(values == Array(0..<10))
        #expect(try await count(letters, topic.kafka) == 0)
    }

    @Test("who may see the topic and not write to it is told at once", .timeLimit(.minutes(5)))
    func noRight() async throws {
        let topic = try await Topic(records: 10, partitions: 1)
        guard topic.kafka.offers(.sasl, promise: "a missing right to write dead letters is named at the start") else {
            return
        }
        let letters = try await topic.kafka.createTopic("dlq", partitions: 1)
        try await topic.kafka.allow(.alice, to: .read, letters)
        let refused = try source(topic, letters: letters) { try secured(&$0, topic.kafka) }
        let error = await #expect(throws: KafkaError.self) {
            for try await _ in refused { Issue.record("delivered before the right was checked") }
        }
        await refused.close()
        #expect(error?.code == .authorization)
        #expect(error?.message.contains(letters) == true && error?.message.contains("Write") == true)
        try await topic.kafka.allow(.alice, to: .write, letters)
        let allowed = try source(topic, letters: letters) { try secured(&$0, topic.kafka) }
        for try await value in allowed where value == 9 { break }
        await allowed.close()
        #expect(try await count(letters, topic.kafka) == 0)
    }

    @Test(
        "brokers that are away at the start are waited for, and a close ends the wait at once", .timeLimit(.minutes(5)))
    func nobodyThere() async throws {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: "127.0.0.1:1", subscription: .topics(["t"]), groupID: "g")
        configuration.badData = .deadLetter(topic: "d")
        let source = try KafkaSource(configuration, decoding: .json(Int64.self))
        let events = source.events
        let reading = Task { for try await _ in source {} }
        for await case .state(.stalled(let reason)) in events where reason.contains("dead letter topic d") { break }
        let started = ContinuousClock.now
        await source.close()
        try await reading.value
        #expect(ContinuousClock.now - started < .seconds(8))
        #expect(source.state == .stopped)
    }
}
