import LaminarFormats
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("A partition that waits for a schema, and what happens to it meanwhile", .timeLimit(.minutes(5)))
struct SuspensionTests {
    /// A topic of two partitions with Avro records `{"n": …}` of several writers, whose registry doesn't know the later ones.
    private struct Orders {
        let broker: EmbeddedBroker
        let registry: FakeSchemaRegistry

        init() async throws {
            broker = try EmbeddedBroker()
            registry = try FakeSchemaRegistry()
            try broker.createTopic("orders", partitions: 2)
            for field in ["a", "b", "c"] {
                try registry.register(
                    #"{"type":"record","name":"R","fields":[{"name":"n","type":"long"},{"name":"\#(field)","type":"null"}]}"#,
                    under: "orders-value")
            }
        }

        /// Numbers from 0 to 60, as Avro writes them in a byte.
        func write(_ numbers: ClosedRange<Int>, by writer: UInt8, to partition: Int32) async throws {
            let records = numbers.map { TestRecord(value: [0, 0, 0, 0, writer, UInt8($0 * 2)], partition: partition) }
            try await broker.produce(records, to: "orders")
        }

        func isAway(_ writer: Int, _ registry: FakeSchemaRegistry? = nil) {
            (registry ?? self.registry).answer("/schemas/ids/\(writer)", with: .text(503, "away"))
        }

        func isBack(_ writer: Int) { registry.answer("/schemas/ids/\(writer)", with: nil) }

        func laminar(_ registry: FakeSchemaRegistry? = nil) async throws -> Laminar {
            let laminar = try await Laminar(database: .inMemory)
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(broker.bootstrapServers)', topic = 'orders',
                    type = 'source', format = 'avro', group_id = 'billing', 'commit.interval.ms' = 100,
                    -- A revoke drains for half of it: several in a row must fit into the time limit.
                    'max.poll.interval.ms' = '10000', 'session.timeout.ms' = '6000',
                    'schema_registry.endpoint' = '\((registry ?? self.registry).url)');
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

    private static let waiting = SourceState.stalled("schema registry")

    /// Returns when the source stands so.
    private func wait(
        for events: AsyncStream<SourceEvent>, _ state: SourceState? = nil, until: (SourceState) -> Bool
    ) async {
        if let state, until(state) { return }
        for await case .state(let state) in events where until(state) { return }
    }

    @Test(
        "a partition that is given away while it waits leaves nothing behind: the source doesn't stand for ever")
    func revoked() async throws {
        let orders = try await Orders()
        try await orders.write(0...2, by: 2, to: 0)
        try await orders.write(0...2, by: 3, to: 1)
        orders.isAway(2)
        orders.isAway(3)
        let laminar = try await orders.laminar()
        let source = try laminar.source("orders", as: Order.self)
        let events = source.events
        let (mineGiven, continuation) = AsyncStream.makeStream(of: Order.self)
        let reading = Task { for try await order in source { continuation.yield(order) } }
        await wait(for: events) { $0 == Self.waiting }

        // Another member of the group, with a registry that answers, takes one of the two.
        let other = try FakeSchemaRegistry()
        for field in ["a", "b", "c"] {
            try other.register(
                #"{"type":"record","name":"R","fields":[{"name":"n","type":"long"},{"name":"\#(field)","type":"null"}]}"#,
                under: "orders-value")
        }
        let second = try await orders.laminar(other)
        let theirs = try second.source("orders", as: Order.self)
        let (given, theirYields) = AsyncStream.makeStream(of: Order.self)
        let others = Task { for try await order in theirs { theirYields.yield(order) } }
        var taken: [Order] = []
        for await order in given {
            taken.append(order)
            if taken.count == 3 { break }
        }
        #expect(taken.map(\.n) == [0, 1, 2])
        let gone = try #require(taken.first)._kafka_partition
        // The schema that only they need stays unknown here; the other one comes.
        orders.isBack(gone == 0 ? 3 : 2)
        var mine: [Order] = []
        for await order in mineGiven {
            mine.append(order)
            if mine.count == 3 { break }
        }
        #expect(mine.allSatisfy { $0._kafka_partition == 1 - gone })
        #expect(mine.map(\.n) == [0, 1, 2])
        // That of the partition which is gone is asked for no longer.
        await wait(for: source.events, source.state) { $0 != Self.waiting }
        await laminar.shutdown()
        try await reading.value
        await second.shutdown()
        try await others.value
        await orders.broker.close()
    }

    @Test("a partition that is read again while it waits comes once from there on, and waits again at the same record")
    func rewound() async throws {
        let orders = try await Orders()
        try await orders.write(0...4, by: 1, to: 0)
        try await orders.write(5...9, by: 2, to: 0)
        orders.isAway(2)
        let laminar = try await orders.laminar()
        let source = try laminar.source("orders", as: Order.self)
        let events = source.events
        let (values, continuation) = AsyncStream.makeStream(of: Int.self)
        let reading = Task { for try await order in source { continuation.yield(order.n) } }
        var seen: [Int] = []
        var next = values.makeAsyncIterator()
        while seen.count < 5, let value = await next.next() { seen.append(value) }
        await wait(for: events, source.state) { $0 == Self.waiting }
        try await source.engine.rewind([TopicPartition("orders", 0): 2])
        while seen.count < 8, let value = await next.next() { seen.append(value) }
        #expect(seen == [0, 1, 2, 3, 4, 2, 3, 4])
        await wait(for: source.events, source.state) { $0 == Self.waiting }
        orders.isBack(2)
        while seen.count < 13, let value = await next.next() { seen.append(value) }
        #expect(seen.suffix(5) == [5, 6, 7, 8, 9])
        await laminar.shutdown()
        try await reading.value
        await orders.broker.close()
    }

    @Test("a checkpoint never passes a record that waits, and what follows it is checkpointed once")
    func checkpointed() async throws {
        let orders = try await Orders()
        try await orders.write(0...2, by: 1, to: 0)
        try await orders.write(3...5, by: 2, to: 0)
        try await orders.write(0...9, by: 1, to: 1)
        orders.isAway(2)
        let laminar = try await orders.laminar()
        let store = InMemoryCheckpointStore(contents: [Int: [Int]]())
        let source = try laminar.source("orders", as: Order.self, checkpoint: store)
        let events = source.events
        let stalled = Task { await wait(for: events) { $0 == Self.waiting } }
        var isHealed = false
        for try await batch in source.batches {
            try await source.checkpoint(batch) { draft in
                for order in batch { draft.contents[order._kafka_partition, default: []].append(order.n) }
            }
            let rows = store.contents
            if !isHealed, rows[0]?.count == 3, rows[1]?.count == 10 {
                await stalled.value
                // A batch behind the record that waits changes nothing about it.
                try await orders.write(10...12, by: 1, to: 1)
                isHealed = true
            } else if isHealed, rows[0]?.count == 3, rows[1]?.count == 13 {
                #expect(source.state == Self.waiting)
                orders.isBack(2)
            } else if rows[0]?.count == 6 {
                break
            }
        }
        #expect(store.contents == [0: Array(0...5), 1: Array(0...12)])
        await laminar.shutdown()
        await orders.broker.close()
    }

    @Test("side by side, only the sequence of the partition that waits stands still")
    func partitions() async throws {
        let orders = try await Orders()
        try await orders.write(0...2, by: 1, to: 0)
        try await orders.write(3...5, by: 2, to: 0)
        try await orders.write(0...2, by: 1, to: 1)
        orders.isAway(2)
        let laminar = try await orders.laminar()
        let source = try laminar.source("orders", as: Order.self)
        let events = source.events
        let (values, continuation) = AsyncStream.makeStream(of: Order.self)
        let reading = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for try await partition in source.partitions {
                    group.addTask { for try await order in partition { continuation.yield(order) } }
                }
                try await group.waitForAll()
            }
        }
        await wait(for: events) { $0 == Self.waiting }
        try await orders.write(3...30, by: 1, to: 1)
        var seen: [Int: [Int]] = [:]
        var next = values.makeAsyncIterator()
        while seen[1]?.count ?? 0 < 31, let order = await next.next() {
            seen[order._kafka_partition, default: []].append(order.n)
        }
        #expect(source.state == Self.waiting)
        orders.isBack(2)
        while seen[0]?.count ?? 0 < 6, let order = await next.next() {
            seen[order._kafka_partition, default: []].append(order.n)
        }
        #expect(seen == [0: Array(0...5), 1: Array(0...30)])
        await laminar.shutdown()
        try await reading.value
        await orders.broker.close()
    }
}
