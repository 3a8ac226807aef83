import LaminarCore
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("A producer whose client is replaced", .timeLimit(.minutes(5)))
struct ProducerRenewalTests {
    private func client(_ broker: EmbeddedBroker) async throws -> ProducerClient {
        try await ProducerClient(
            KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "out"), secrets: .standard,
            log: SilentLogSink())
    }

    private func send(_ number: Int, by client: ProducerClient) async throws {
        let value = Array("\(number)".utf8)
        try await client.enqueue(key: nil, value: value, extras: RecordExtras(partition: 0), bytes: value.count)
    }

    private func written(_ broker: EmbeddedBroker) async throws -> [Int] {
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: broker.bootstrapServers, subscription: .topics(["out"])),
            decoding: .payload, extent: .snapshot)
        var numbers: [Int] = []
        for try await payload in source { numbers.append(Int(payload.text ?? "") ?? -1) }
        return numbers
    }

    @Test("again and again under load loses nothing, doubles nothing and keeps the order") func underLoad() async throws
    {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        let client = try await client(broker)
        let first = client.handle
        for number in 0..<20_000 {
            if number % 5000 == 2500 { client.outbox.clientIsStale(ClientProperties()) }
            try await send(number, by: client)
        }
        try await client.flush()
        #expect(client.handle !== first)
        await client.close()
        #expect(try await written(broker) == Array(0..<20_000))
        await broker.close()
    }

    @Test("what the old client can't write goes to the new one, in order, with its reports") func takenBack()
        async throws
    {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        let client = try await client(broker)
        try await send(0, by: client)
        try await client.flush()
        try broker.takeDown()
        for number in 1...50 { try await send(number, by: client) }
        let last = Task {
            try await client.send(
                key: [7], value: Array("51".utf8),
                extras: RecordExtras(headers: [KafkaHeader("h", [1])], partition: 0), bytes: 3)
        }
        while client.outbox.acceptedCount < 51 { await Task.yield() }
        let old = client.handle
        client.outbox.clientIsStale(ClientProperties())
        while client.handle === old { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        try broker.bringUp()
        #expect(try await last.value.offset == 51)
        try await client.flush()
        await client.close()
        #expect(try await written(broker) == Array(0...51))
        await broker.close()
    }

    @Test("a close while a new client is made waits for it") func closing() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        let client = try await client(broker)
        for number in 0..<100 { try await send(number, by: client) }
        client.outbox.clientIsStale(ClientProperties())
        await client.close()
        #expect(try await written(broker) == Array(0..<100))
        await broker.close()
    }
}
