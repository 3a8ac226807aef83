import LaminarKafka
import LaminarTesting
import Testing

@Suite("Dead letters whose broker is away", .timeLimit(.minutes(5)))
struct DeadLetterOutageTests {
    /// Orders on one broker, their dead letters on another, which is away.
    private struct Pair {
        let broker: EmbeddedBroker

        init() async throws {
            broker = try EmbeddedBroker(brokers: 2)
            for (topic, number) in [("orders", 1), ("letters", 2)] {
                try broker.createTopic(topic, partitions: 1)
                try broker.moveLeader(topic: topic, partition: 0, to: number)
            }
            try broker.moveCoordinator(ofGroup: "g", to: 1)
            try await broker.produce(["1", "bad", "worse", "3"].map { TestRecord(value: $0) }, to: "orders")
            try broker.takeDown(broker: 2)
        }

        func source(timeout: Duration) throws -> KafkaSource<Int64> {
            var configuration = KafkaSourceConfiguration(
                bootstrapServers: broker.bootstrapServers, subscription: .topics(["orders"]), groupID: "g")
            configuration.badData = .deadLetter(topic: "letters", timeout: timeout)
            configuration.properties["reconnect.backoff.max.ms"] = "500"
            configuration.batch.records = 1
            return try KafkaSource(configuration, decoding: .json(Int64.self))
        }

        func letters() async throws -> [String] {
            let source = try KafkaSource(
                KafkaSourceConfiguration(
                    bootstrapServers: broker.bootstrapServers, subscription: .topics(["letters"])),
                decoding: .payload, extent: .snapshot)
            var texts: [String] = []
            for try await payload in source { texts.append(payload.text ?? "") }
            return texts
        }
    }

    @Test("the source says that it waits, and goes on when the broker is back; every letter is there once")
    func awayAndBack() async throws {
        let pair = try await Pair()
        let source = try pair.source(timeout: .seconds(60))
        let events = source.events
        let waiting = Task {
            for await case .state(.stalled(let reason)) in events where reason.contains("letters takes no record") {
                return reason
            }
            return ""
        }
        var values: [Int64] = []
        for try await value in source {
            values.append(value)
            if value == 3 { break }
            #expect(await waiting.value != "")
            try pair.broker.bringUp(broker: 2)
        }
        await source.close()
        #expect(values == [1, 3])
        #expect(try await pair.letters() == ["bad", "worse"])
        await pair.broker.close()
    }

    @Test("letters that nobody takes for dlq_timeout_ms stop the source before their batch")
    func timeout() async throws {
        let pair = try await Pair()
        let source = try pair.source(timeout: .seconds(2))
        var values: [Int64] = []
        let error = await #expect(throws: KafkaError.self) { for try await value in source { values.append(value) } }
        await source.close()
        #expect(values == [1])
        #expect(error?.code == .delivery)
        #expect(error?.message.contains("dlq_timeout_ms") == true, "\(String(describing: error))")
        #expect(error?.message.contains("orders[0]@1") == true, "\(String(describing: error))")
        await pair.broker.close()
    }

    @Test("a close doesn't wait for a broker that is away, and what wasn't written isn't committed")
    func closing() async throws {
        let pair = try await Pair()
        let source = try pair.source(timeout: .seconds(60))
        let events = source.events
        let reading = Task {
            var values: [Int64] = []
            for try await value in source { values.append(value) }
            return values
        }
        for await case .state(.stalled(let reason)) in events where reason.contains("letters takes no record") { break }
        let started = ContinuousClock.now
        await source.close()
        #expect(ContinuousClock.now - started < .seconds(5))
        #expect(try await reading.value == [1])
        #expect(source.state == .stopped)
        try pair.broker.bringUp(broker: 2)
        let again = try pair.source(timeout: .seconds(60))
        for try await value in again {
            #expect(value == 3)
            break
        }
        await again.close()
        #expect(try await pair.letters() == ["bad", "worse"])
        await pair.broker.close()
    }
}
