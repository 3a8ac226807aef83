import CRdKafka
import LaminarCore
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("Records that are handed over many at a time", .timeLimit(.minutes(5)))
struct ArenaRunTests {
    private func client(
        _ broker: EmbeddedBroker, _ properties: [String: String] = [:]
    ) async throws -> ProducerClient {
        var configuration = KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "out")
        configuration.properties.merge(properties) { $1 }
        return try await ProducerClient(configuration, secrets: .standard, log: SilentLogSink())
    }

    private func arena(_ records: [ProducedRecord]) -> RecordArena {
        var arena = RecordArena()
        for record in records {
            var encoded = EncodedRecord()
            encoded.set(key: record.key)
            encoded.payload.isNull = record.value == nil
            encoded.payload.bytes = record.value ?? []
            encoded.extras = RecordExtras(record)
            arena.add(encoded)
        }
        return arena
    }

    private func numbers(_ count: Int) -> [ProducedRecord] {
        (0..<count).map { ProducedRecord(value: "\($0)") }
    }

    private func written(_ broker: EmbeddedBroker) async throws -> [String] {
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: broker.bootstrapServers, subscription: .topics(["out"])),
            decoding: .payload, extent: .snapshot)
        var lines: [String] = []
        for try await record in source.records {
            let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            let headers = record.headers.map { "\($0.name)" }.joined()
            lines.append("\(key) \(record.value?.text ?? "NULL") \(headers)")
        }
        return lines
    }

    @Test("keep their order and all their parts, among others that have headers") func mixed() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        var records = numbers(5_000)
        for index in stride(from: 0, to: 5_000, by: 700) { records[index].headers = [KafkaHeader("h", text: "x")] }
        records[1].value = nil
        records[2].value = []
        records[3].key = Array("k".utf8)
        records[4].key = []
        let client = try await client(broker)
        var taken = 0
        try await client.submit(arena(records), taken: &taken) { .counted(bytes: $1) }
        #expect(taken == 5_000)
        try await client.flush()
        await client.close()
        let expected = records.map { record in
            let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            let value = record.value.map { String(decoding: $0, as: UTF8.self) } ?? "NULL"
            return "\(key) \(value) \(record.headers.isEmpty ? "" : "h")"
        }
        #expect(try await written(broker) == expected)
        await broker.close()
    }

    @Test("wait where librdkafka's own queue is smaller, and are told of once each", arguments: [1, 300])
    func small(queue: Int) async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        let client = try await client(broker, ["queue.buffering.max.messages": "\(queue)", "linger.ms": "0"])
        let count = queue * 10
        let done = Mutex<[String]>([])
        let deliveries = DeliveryCount { error in done.withLock { $0.append(error?.message ?? "all") } }
        weak var gone: Receipt?
        var taken = 0
        do {
            let receipt = Receipt(counting: deliveries)
            gone = receipt
            try await client.submit(arena(numbers(count)), taken: &taken) { _, _ in
                deliveries.add()
                return .receipt(receipt)
            }
        }
        deliveries.finish()
        try await client.flush()
        #expect(taken == count && done.withLock { $0 } == ["all"])
        await client.close()
        #expect(gone == nil, "released once for each record, also where it was offered several times")
        #expect(try await written(broker) == (0..<count).map { "- \($0) " })
        await broker.close()
    }

    @Test("one that is too large is an error, and those before it are written") func large() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        var records = numbers(1_000)
        records[500].value = [UInt8](repeating: 65, count: 50_000)
        let client = try await client(broker, ["message.max.bytes": "10000"])
        var taken = 0
        do {
            try await client.submit(arena(records), taken: &taken) { .counted(bytes: $1) }
            Issue.record("50,000 bytes were taken")
        } catch let error as KafkaError {
            #expect(error.clientCode == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE.rawValue)
            #expect(!error.message.contains("AAAA"))
        }
        #expect(taken == 500)
        try await client.flush()
        #expect(try await written(broker) == (0..<500).map { "- \($0) " })
        await client.close()
        await broker.close()
    }

    @Test("all have the trace of the batch that they were made of") func traced() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 1)
        let client = try await client(broker)
        var arena = arena(numbers(3))
        arena.trace = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        var taken = 0
        try await client.submit(arena, taken: &taken) { .counted(bytes: $1) }
        try await client.flush()
        #expect(try await written(broker) == (0..<3).map { "- \($0) traceparent" })
        await client.close()
        await broker.close()
    }

    @Test("go where single ones with the same key go") func placement() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("out", partitions: 7)
        let client = try await client(broker)
        var records = (0..<100).map { ProducedRecord(value: "\($0)", key: "key-\($0)") }
        var taken = 0
        try await client.submit(arena(records), taken: &taken) { .counted(bytes: $1) }
        for index in records.indices { records[index].headers = [KafkaHeader("h", text: "x")] }
        try await client.submit(arena(records), taken: &taken) { .counted(bytes: $1) }
        try await client.flush()
        await client.close()
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: broker.bootstrapServers, subscription: .topics(["out"])),
            decoding: .payload, extent: .snapshot)
        var places: [String: [Int32]] = [:]
        for try await record in source.records {
            places[String(decoding: record.key ?? [], as: UTF8.self), default: []].append(record.partition)
        }
        #expect(places.count == 100 && places.values.allSatisfy { $0.count == 2 && $0[0] == $0[1] })
        #expect(Set(places.values.map { $0[0] }).count == 7)
        await broker.close()
    }

    @Test("are refused by a client that was closed") func closed() async throws {
        let broker = try EmbeddedBroker()
        let client = try await client(broker)
        await client.close()
        var taken = 0
        do {
            try await client.submit(arena(numbers(3)), taken: &taken) { .counted(bytes: $1) }
            Issue.record("it was closed")
        } catch let error as KafkaError { #expect(error.code == .closed) }
        #expect(taken == 0)
        await broker.close()
    }
}
