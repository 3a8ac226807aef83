import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Testing

@Suite("What is counted", .timeLimit(.minutes(5)))
struct MetricsTests {
    private struct Order: Codable, Sendable { var id: Int64 }

    private func statements(_ kafka: KafkaFixture, _ topic: String, _ more: String = "") -> String {
        """
        CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
            type = 'source', format = 'json', bad_data = 'skip', 'commit.interval.ms' = '50',
            'statistics.interval.ms' = '100'\(more));
        CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'shop');
        """
    }

    @Test("records, bytes, bad ones by reason, commits, assignments, lag and state of a source") func source()
        async throws
    {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("metrics", partitions: 2)
        let records = (0..<1_000).map { number in
            TestRecord(value: number % 100 == 7 ? "{" : "{\"id\": \(number)}", partition: Int32(number % 2))
        }
        try await kafka.produce(records, to: topic)
        let metrics = MetricsRegistry()
        try await withLaminar(database: .inMemory, metrics: metrics) { laminar in
            try await laminar.execute(statements(kafka, topic))
            let source = try laminar.source("orders", as: Order.self)
            #expect(metrics.value(.sourceState, ["source": "shop", "state": "starting"]) == 1)
            #expect(!laminar.health.isReady)
            let reading = Task {
                for try await _ in source {}
            }
            try await wait { metrics.value(.sourceRecords, ["source": "shop"]) == 990 }
            try await wait {
                metrics.value(.sourceLag, ["topic": topic]) == 0 && metrics.value(.sourcePartitions) == 2
                    && metrics.value(.sourceCommits, ["result": "ok"]) ?? 0 > 0
            }
            #expect(metrics.value(.decodeErrors, ["source": "shop", "reason": "syntax", "outcome": "skipped"]) == 10)
            #expect(metrics.value(.sourceBytes) == Double(records.reduce(0) { $0 + ($1.value?.count ?? 0) }))
            #expect(metrics.value(.sourceRebalances, ["kind": "assigned"]) ?? 0 >= 1)
            #expect(metrics.samples(.sourceLag).map { $0.labels[2] } == ["0", "1"])
            #expect(metrics.value(.decodeSeconds) ?? 0 > 0)
            #expect(metrics.value(.processSeconds) ?? 0 > 0)
            #expect(metrics.value(.commitSeconds) ?? 0 > 0)
            try await wait { laminar.health.isReady }
            let health = try #require(laminar.health.sources.first)
            #expect(health.name == "shop")
            #expect(health.table == "orders")
            #expect(health.lag == 0)
            #expect(health.counters.records == 990)
            #expect(health.partitions.map(\.id) == [TopicPartition(topic, 0), TopicPartition(topic, 1)])
            #expect(health.lastPollAt != nil && health.lastBatchAt != nil)
            #expect(laminar.happenings.contains { $0.kind == .assigned && $0.source == "shop" })
            #expect(metrics.prometheusText().contains("laminar_source_records_total{source=\"shop\"} 990\n"))
            await laminar.shutdown()
            try await reading.value
            #expect(!laminar.health.isReady)
            #expect(laminar.health.isLive)
            #expect(metrics.value(.sourceState) == nil, "a closed source has no state")
            #expect(metrics.value(.sourceRecords) == 990, "what was counted stays")
            #expect(metrics.value(.sourceRebalances, ["kind": "revoked"]) ?? 0 >= 1)
        }
    }

    @Test("how far a host is behind that doesn't take what is there") func behind() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("behind", partitions: 1)
        try await kafka.produce((0..<500).map { TestRecord(value: "{\"id\": \($0)}") }, to: topic)
        let metrics = MetricsRegistry()
        try await withLaminar(database: .inMemory, metrics: metrics) { laminar in
            try await laminar.execute(statements(kafka, topic, ", batch_size = 100"))
            let source = try laminar.source("orders", as: Order.self)
            var batches = source.batches.makeAsyncIterator()
            #expect(try await batches.next()?.count == 100)
            #expect(try await batches.next()?.count == 100)
            try await wait { metrics.value(.sourceLag) == 400 }
            #expect(source.health.lag == 400)
            try await wait { metrics.value(.sourceBufferRecords, ["place": "delivered"]) ?? 0 >= 100 }
        }
    }

    @Test("an end by an error is told until somebody reads the table again") func failure() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("fails", partitions: 1)
        try await kafka.produce([TestRecord(value: "no JSON")], to: topic)
        try await withLaminar(database: .inMemory, metrics: MetricsRegistry()) { laminar in
            try await laminar.execute(
                statements(kafka, topic).replacingOccurrences(of: "bad_data = 'skip', ", with: ""))
            await #expect(throws: DecodeError.self) {
                for try await _ in try laminar.source("orders", as: Order.self) {}
            }
            #expect(!laminar.health.isReady)
            #expect(laminar.health.reasons.first?.contains("shop") == true, "\(laminar.health.reasons)")
            #expect(laminar.health.sources.first?.state.description.hasPrefix("failed") == true)
            let next = try laminar.source("orders", as: Order.self)
            #expect(laminar.health.sources.map(\.state) == [.starting])
            await next.close()
            #expect(laminar.health.isReady)
        }
    }

    @Test("what a sink sends, and what it can't") func sink() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("sent", partitions: 1, configuration: ["max.message.bytes": "20000"])
        let metrics = MetricsRegistry()
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: topic), metrics: metrics)
        for number in 0..<100 { try await producer.enqueue(ProducedRecord(value: "v\(number % 10)", key: "k")) }
        try await producer.flush()
        try await wait { metrics.value(.sinkRecords, ["topic": topic]) == 100 }
        #expect(metrics.value(.sinkBytes) == 300)
        #expect(metrics.value(.sinkInFlightRecords) == 0)
        await #expect(throws: KafkaError.self) {
            try await producer.send(ProducedRecord(value: String(repeating: "x", count: 50_000)))
        }
        try await wait { metrics.value(.sinkFailures) == 1 }
        await producer.close()
        #expect(metrics.value(.sinkInFlightRecords) == nil)
        #expect(metrics.value(.sinkRecords) == 100)
    }

    @Test("checkpoints and transactions are counted and timed") func exactlyOnce() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("once-in", partitions: 1)
        let target = try await kafka.createTopic("once-out", partitions: 1)
        try await kafka.produce((0..<10).map { TestRecord(value: "{\"id\": \($0)}") }, to: topic)
        let metrics = MetricsRegistry()
        let configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic]), groupID: topic)
        let source = try CheckpointedSource(
            configuration, decoding: .json(Order.self), checkpoint: InMemoryCheckpointStore(contents: 0),
            metrics: metrics)
        var batches = source.batches.makeAsyncIterator()
        let batch = try #require(try await batches.next())
        try await source.checkpoint(batch)
        await source.close()
        #expect(metrics.value(.checkpoints, ["source": topic, "result": "ok"]) == 1)
        #expect(metrics.value(.checkpointSeconds) == 1)

        var output = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: target)
        output.commitMode = .exactlyOnce
        let transform = try KafkaTransform(
            KafkaSourceConfiguration(
                bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic]), groupID: topic + "-2"),
            decoding: .json(Order.self), into: output, encoding: .json(Order.self), metrics: metrics)
        let running = Task { try await transform.run { $0 } }
        try await wait { metrics.value(.transactions, ["topic": target, "result": "committed"]) ?? 0 >= 1 }
        #expect(metrics.value(.transactionSeconds) ?? 0 >= 1)
        try await wait { metrics.value(.sinkRecords, ["topic": target]) == 10 }
        await transform.close()
        try await running.value
    }
}
