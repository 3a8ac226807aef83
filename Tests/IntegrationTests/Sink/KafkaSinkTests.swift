import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A sink writes typed values", .timeLimit(.minutes(5)))
struct KafkaSinkTests {
    private struct Order: Codable, Sendable, Equatable {
        var id: Int64
        var customer: String
        var amount: Double?
    }

    @Test("what a table's sink writes, a table's source reads") func tables() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("sink", partitions: 3)
        try await withLaminar(database: .inMemory) { laminar in
            try await laminar.execute(
                """
                CREATE CONNECTION outgoing TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
                    type = 'sink', format = 'json', 'sink.key_field' = 'customer');
                CREATE TABLE orders_out (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'outgoing');
                CREATE CONNECTION incoming TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
                    type = 'source', format = 'json');
                CREATE TABLE orders_in (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'incoming');
                """)
            let sink = try await laminar.sink("orders_out", of: Order.self)
            let orders = (0..<5_000).map {
                Order(id: $0, customer: "c\($0 % 17)", amount: $0 % 3 == 0 ? nil : Double($0))
            }
            for order in orders { try await sink.enqueue(order) }
            try await sink.flush()
            var read: [Order] = []
            var placed: [String: Set<Int32>] = [:]
            let source = try laminar.source("orders_in", as: Order.self, extent: .snapshot)
            for try await record in source.records {
                let order = try #require(record.value)
                read.append(order)
                #expect(record.keyText == order.customer)
                placed[order.customer, default: []].insert(record.partition)
            }
            #expect(read.sorted { $0.id < $1.id } == orders)
            #expect(placed.values.allSatisfy { $0.count == 1 }, "a key has one partition")
            await #expect(throws: LaminarError.self) { try await laminar.sink("orders_in", of: Order.self) }
            #expect(throws: LaminarError.self) { try laminar.source("orders_out", as: Order.self) }
        }
    }

    @Test("kcat reads key, headers, timestamp and null as they were written") func foreignReader() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("foreign", partitions: 1)
        let sink = try await KafkaSink(
            KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers, topic: topic), encoding: .json(Order.self))
        try await sink.send(
            SinkRecord(
                Order(id: 1, customer: "ü", amount: nil), key: "k1",
                headers: [KafkaHeader("a", text: "x"), KafkaHeader("a", text: "y")],
                timestamp: Timestamp(milliseconds: 1_717_236_000_123)))
        try await sink.send(SinkRecord(tombstone: "k1"))
        await sink.close()
        let kcat = try Peers.kcat(
            ["-C", "-e", "-q", "-b", kafka.bootstrapServers, "-t", topic, "-f", "%k|%T|%h|%S|%s\\n"])
        let lines = try await kcat.result(within: .seconds(60)).output.split(separator: "\n")
        #expect(lines.first == "k1|1717236000123|a=x,a=y|24|{\"id\":1,\"customer\":\"ü\"}")
        #expect(lines.last?.hasPrefix("k1|") == true && lines.last?.hasSuffix("|-1|") == true)
    }

    @Test("sends of many tasks meet no error, and a full outbox makes them wait") func manyTasks() async throws {
        let topic = try await Topic(records: 0, partitions: 2)
        let sink = try await KafkaSink(
            KafkaSinkConfiguration(bootstrapServers: topic.kafka.bootstrapServers, topic: topic.name), encoding: .text)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { for index in 0..<15_000 { try await sink.enqueue("\(task)-\(index)") } }
            }
            try await group.waitForAll()
        }
        try await sink.flush()
        await sink.close()
        var count = 0
        for try await batch in try topic.source(group: "many", extent: .snapshot).batches { count += batch.count }
        #expect(count == 120_000)
    }

    @Test("cancelling a sender that waits for room leaves the others alone") func cancellation() async throws {
        let sink = try await KafkaSink(
            KafkaSinkConfiguration(bootstrapServers: "127.0.0.1:1", topic: "nowhere"), encoding: .text)
        let filler = Task {
            while true { try await sink.enqueue(String(repeating: "x", count: 10_000)) }
        }
        let sender = Task { try await sink.send("y") }
        sender.cancel()
        await #expect(throws: CancellationError.self) { try await sender.value }
        filler.cancel()
        await #expect(throws: CancellationError.self) { try await filler.value }
        let flush = Task { try await sink.flush() }
        flush.cancel()
        await #expect(throws: CancellationError.self) { try await flush.value }
    }

    @Test("exactly_once needs a source") func exactlyOnce() async throws {
        var configuration = KafkaSinkConfiguration(bootstrapServers: "127.0.0.1:1", topic: "t")
        configuration.commitMode = .exactlyOnce
        let error = await #expect(throws: ConfigurationError.self) {
            try await KafkaSink(configuration, encoding: .text)
        }
        #expect(error?.option == "sink.commit_mode")
    }
}
