import LaminarKafka
import LaminarTesting
import Testing

@Suite("A schema registry that is away", .timeLimit(.minutes(5)))
struct RegistryOutageTests {
    private static let first = #"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}]}"#
    private static let second =
        #"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}, {"name": "s", "type": "string"}]}"#

    /// A topic of two partitions whose records are `{"n": …}`, by one writer or another.
    private struct Orders {
        let topic: Topic
        let registry: FakeSchemaRegistry

        init() async throws {
            registry = try FakeSchemaRegistry()
            topic = try await Topic(records: 0, partitions: 2)
            try registry.register(first, under: "orders-value")
            try registry.register(second, under: "orders-value")
        }

        /// Numbers from 0 to 60, as Avro writes them in a byte.
        func write(_ numbers: ClosedRange<Int>, by writer: UInt8, to partition: Int32) async throws {
            let records = numbers.map { number in
                TestRecord(
                    value: [0, 0, 0, 0, writer, UInt8(number * 2)] + (writer == 2 ? [2, 0x78] : []),
                    partition: partition)
            }
            try await topic.kafka.produce(records, to: topic.name)
        }

        func laminar(_ options: String = "") async throws -> Laminar {
            let laminar = try await Laminar(database: .inMemory)
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                    topic = '\(topic.name)', type = 'source', format = 'avro', group_id = '\(topic.group("g"))',
                    'schema_registry.endpoint' = '\(registry.url)', 'commit.interval.ms' = 200 \(options));
                CREATE TABLE orders (n BIGINT NOT NULL, _kafka_partition INT, _kafka_offset BIGINT)
                    WITH (connector = 'shop', include_metadata = 'true');
                """)
            return laminar
        }
    }

    private struct Order: Decodable, Sendable {
        let n: Int
        let _kafka_partition: Int
        let _kafka_offset: Int64
    }

    @Test(
        "a partition with an unknown schema waits, the others flow on; nothing is lost, doubled, skipped or committed early"
    )
    func waits() async throws {
        let orders = try await Orders()
        try await orders.write(0...4, by: 1, to: 0)
        try await orders.write(0...4, by: 1, to: 1)
        let laminar = try await orders.laminar(", bad_data = 'skip'")
        let source = try laminar.source("orders", as: Order.self)
        orders.registry.answer("/schemas/ids/2", with: .text(503, "away"))
        let states = source.events
        let stalled = Task {
            for await case .state(.stalled(let reason)) in states { return reason }
            return "never"
        }
        var seen: [Int: [Int]] = [0: [], 1: []]
        var isHealed = false
        for try await order in source {
            seen[order._kafka_partition]?.append(order.n)
            switch seen.mapValues(\.count) {
            case [0: 5, 1: 5] where !isHealed:
                // The third and later ones of partition 1 are by a writer whom nobody can name now.
                try await orders.write(5...6, by: 1, to: 1)
                try await orders.write(7...9, by: 2, to: 1)
                try await orders.write(10...11, by: 1, to: 1)
                #expect(await stalled.value == "schema registry")
                try await orders.write(5...30, by: 1, to: 0)
            case [0: 31, 1: 7] where !isHealed:
                #expect(source.state == .stalled("schema registry"))
                let committed = try await orders.topic.kafka.committedOffsets(
                    of: orders.topic.group("g"), topic: orders.topic.name)
                #expect((committed[1] ?? 0) <= 7)
                isHealed = true
                orders.registry.answer("/schemas/ids/2", with: nil)
                try await orders.write(31...40, by: 2, to: 0)
            default: break
            }
            if seen[0]?.count == 41, seen[1]?.count == 12 { break }
        }
        #expect(seen[0] == Array(0...40))
        #expect(seen[1] == Array(0...11))
        #expect(source.counters.badRecords == 0)
        #expect(source.state != .stalled("schema registry"))
        await laminar.shutdown()
    }

    @Test("a schema that the registry doesn't have makes its records bad ones, and only these")
    func unknownID() async throws {
        let orders = try await Orders()
        try await orders.write(0...1, by: 1, to: 0)
        try await orders.write(2...3, by: 9, to: 0)
        try await orders.write(4...5, by: 2, to: 0)
        let laminar = try await orders.laminar(", bad_data = 'skip'")
        let source = try laminar.source("orders", as: Order.self)
        var numbers: [Int] = []
        for try await order in source {
            numbers.append(order.n)
            if order.n == 5 { break }
        }
        #expect(numbers == [0, 1, 4, 5])
        #expect(source.recentErrors.map(\.offset) == [2, 3])
        #expect(source.recentErrors.allSatisfy { $0.message.contains("9") }, "\(source.recentErrors)")
        await laminar.shutdown()
    }

    @Test("a source is closed at once while a schema is waited for, and begins again at that record")
    func closes() async throws {
        let orders = try await Orders()
        try await orders.write(0...2, by: 1, to: 0)
        try await orders.write(3...5, by: 2, to: 0)
        orders.registry.answer("/schemas/ids/2", with: .text(503, "away"))
        let laminar = try await orders.laminar()
        let source = try laminar.source("orders", as: Order.self)
        let states = source.events
        let closing = Task {
            for await case .state(.stalled) in states { break }
            await source.close()
        }
        var numbers: [Int] = []
        for try await order in source { numbers.append(order.n) }
        await closing.value
        // What was on its way when it was closed comes again.
        #expect(numbers.isEmpty || numbers == [0, 1, 2])
        orders.registry.answer("/schemas/ids/2", with: nil)
        let again = try laminar.source("orders", as: Order.self)
        for try await order in again {
            numbers.append(order.n)
            if order.n == 5 { break }
        }
        #expect(numbers == [0, 1, 2, 3, 4, 5])
        await laminar.shutdown()
    }

    @Test("a snapshot waits for the registry and then is whole")
    func snapshot() async throws {
        let orders = try await Orders()
        try await orders.write(0...2, by: 1, to: 0)
        try await orders.write(0...2, by: 2, to: 1)
        orders.registry.fail(next: 6, with: .text(503, "away"))
        let laminar = try await orders.laminar()
        let source = try laminar.source("orders", as: Order.self, extent: .snapshot)
        var numbers: [Int: [Int]] = [:]
        for try await order in source { numbers[order._kafka_partition, default: []].append(order.n) }
        #expect(numbers == [0: [0, 1, 2], 1: [0, 1, 2]])
        await laminar.shutdown()
    }
}
