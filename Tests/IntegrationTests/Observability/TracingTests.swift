import LaminarCore
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Spans and their context in record headers", .timeLimit(.minutes(5)))
struct TracingTests {
    private struct Order: Codable, Sendable { var id: Int64 }
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test("a batch's spans carry the conventions' attributes and link to those that sent the records")
    func receiving() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("traced", partitions: 1)
        let other = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b8-01"
        try await kafka.produce(
            [
                TestRecord(value: "{\"id\": 1}", headers: [("traceparent", Self.parent), ("tracestate", "a=b")]),
                TestRecord(value: "{\"id\": 2}", headers: [("traceparent", "nonsense")]),
                TestRecord(value: "{\"id\": 3}"),
                TestRecord(value: "{\"id\": 4}", headers: [("traceparent", other)]),
                TestRecord(value: "{\"id\": 5}", headers: [("traceparent", Self.parent), ("tracestate", "a=b")]),
            ], to: topic)
        let spans = RecordedSpans()
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic]), groupID: topic)
        configuration.batch = KafkaSourceConfiguration.BatchLimits(records: 5, timeout: .seconds(30), fills: true)
        let source = try KafkaSource(configuration, decoding: .json(Order.self), spans: spans)
        var contexts: [TraceContext?] = []
        for try await record in source.records {
            contexts.append(record.traceContext)
            if contexts.count == 5 { break }
        }
        await source.close()
        let (first, second) = (
            try #require(TraceContext(traceparent: Self.parent, tracestate: "a=b")),
            try #require(TraceContext(traceparent: other))
        )
        #expect(contexts == [first, nil, nil, second, first])
        let process = try #require(spans.named("process \(topic)").first)
        #expect(process.description.kind == .consumer)
        #expect(process.description.links == [first, second])
        #expect(process.description.parent == .none)
        #expect(
            process.attributes == [
                "messaging.system": "kafka", "messaging.operation.name": "process",
                "messaging.operation.type": "process", "messaging.destination.name": .text(topic),
                "messaging.destination.partition.id": "0", "messaging.consumer.group.name": .text(topic),
                "messaging.batch.message_count": 5,
            ])
        let receive = try #require(spans.named("poll \(topic)").first)
        #expect(receive.description.kind == .client)
        #expect(receive.attributes["messaging.operation.type"] == "receive")
        #expect(receive.description.start != nil)
        let commit = try #require(spans.named("commit \(topic)").last)
        #expect(commit.attributes["messaging.operation.type"] == "settle")
        #expect(spans.all.allSatisfy { $0.ends == 1 && !$0.hasFailed })
    }

    @Test("kcat reads the span of what was sent, and a header that was there already stays") func sending() async throws
    {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("traces", partitions: 1)
        let spans = RecordedSpans()
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: topic), spans: spans)
        try await producer.send(ProducedRecord(value: "one"))
        try await producer.enqueue(ProducedRecord(value: "two", headers: [KafkaHeader("a", text: "b")]))
        try await producer.send(
            ProducedRecord(value: "three", headers: [KafkaHeader("traceparent", text: Self.parent)]))
        try await producer.flush()
        let read = try await Peers.kcat(
            ["-b", kafka.bootstrapServers, "-t", topic, "-C", "-e", "-q", "-f", "%s %h\\n"]
        ).success().output.split(separator: "\n").map(String.init)
        let contexts = spans.named("send \(topic)").compactMap { $0.context?.traceparent }
        #expect(contexts.count == 3)
        #expect(
            read == [
                "one traceparent=\(contexts[0])", "two a=b,traceparent=\(contexts[1])",
                "three traceparent=\(Self.parent)",
            ]
        )
        let sent = try #require(spans.all.first)
        #expect(sent.description.kind == .producer)
        #expect(sent.attributes["messaging.kafka.offset"] == 0)
        #expect(sent.attributes["messaging.destination.partition.id"] == "0")
        await #expect(throws: KafkaError.self) {
            try await producer.send(ProducedRecord(value: "no", partition: 77))
        }
        #expect(spans.all.last?.hasFailed == true)
        await producer.close()
        try await wait { spans.all.allSatisfy { $0.ends == 1 } }
    }

    @Test("what a transform writes goes on with the trace of what it read", arguments: [false, true])
    func transforming(isExactlyOnce: Bool) async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("trace-in", partitions: 1)
        let target = try await kafka.createTopic("trace-out", partitions: 1)
        try await kafka.produce([TestRecord(value: "{\"id\": 1}", headers: [("traceparent", Self.parent)])], to: topic)
        let spans = RecordedSpans()
        var output = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: target)
        if isExactlyOnce { output.commitMode = .exactlyOnce }
        let transform = try KafkaTransform(
            KafkaSourceConfiguration(
                bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic]), groupID: topic),
            decoding: .json(Order.self), into: output, encoding: .json(Order.self), spans: spans)
        let running = Task { try await transform.run { $0 } }
        let reader = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: kafka.bootstrapServers, subscription: .topics([target]), groupID: target),
            decoding: .json(Order.self))
        var records = reader.records.makeAsyncIterator()
        let record = try #require(try await records.next())
        let process = try #require(spans.named("process \(topic)").first)
        #expect(process.description.parent == .remote(try #require(TraceContext(traceparent: Self.parent))))
        #expect(record.traceContext == process.context)
        #expect(record.traceContext?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        await reader.close()
        await transform.close()
        try await running.value
        #expect(!spans.named("commit \(topic)").isEmpty)
    }
}
