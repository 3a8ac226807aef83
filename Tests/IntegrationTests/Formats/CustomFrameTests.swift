import LaminarKafka
import LaminarTesting
import Testing

@Suite("A host's own decoding behind a registry's frame", .timeLimit(.minutes(5)))
struct CustomFrameTests {
    private static func read(_ records: [TestRecord], frame: RegistryFrame) async throws -> [String] {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 1)
        try await broker.produce(records, to: "t")
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: broker.bootstrapServers, subscription: .topics(["t"]))
        configuration.badData = .skip()
        let decoding = RecordDecoding<String>.custom(format: "text", frame: frame) {
            String(decoding: $0, as: UTF8.self)
        }
        let source = try KafkaSource(configuration, decoding: decoding, extent: .everything)
        var texts: [String] = []
        for try await text in source {
            texts.append(text)
            if text == "end" { break }
        }
        await source.close()
        await broker.close()
        return texts
    }

    private static func text(_ prefix: [UInt8], _ text: String) -> [UInt8] { prefix + Array(text.utf8) }

    @Test("Confluent's prefix and header are taken off; a record with neither is left out") func confluent()
        async throws
    {
        let texts = try await Self.read(
            [
                TestRecord(value: Self.text([0, 0, 0, 0, 7], "prefix")), TestRecord(value: Self.text([], "none")),
                TestRecord(
                    value: Self.text([], "header"),
                    headers: [("__value_schema_id", [1] + [UInt8](repeating: 9, count: 16))]),
                TestRecord(value: Self.text([0, 0, 0, 0, 7], "end")),
            ], frame: .confluent(.avro))
        #expect(texts == ["prefix", "header", "end"])
    }

    @Test("Glue's frame is taken off, and Protobuf's message number with it") func glue() async throws {
        let head: [UInt8] = [3, 0] + [UInt8](repeating: 9, count: 16)
        let texts = try await Self.read(
            [TestRecord(value: Self.text(head + [5], "one")), TestRecord(value: Self.text(head + [0], "end"))],
            frame: .glue(.protobuf))
        #expect(texts == ["one", "end"])
    }
}
