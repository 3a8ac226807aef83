import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A table's records become typed values from DDL alone", .timeLimit(.minutes(5)))
struct TypedTableTests {
    struct Order: Codable, Sendable, Equatable {
        let id: Int64
        let amount: Double?
        let note: String?
    }

    private func laminar(_ topic: Topic, _ options: String = "") async throws -> Laminar {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'json', group_id = '\(topic.group("table"))' \(options));
            CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE, note TEXT, _kafka_offset BIGINT, _kafka_partition INT)
                WITH (connector = 'shop', include_metadata = 'true');
            """)
        return laminar
    }

    @Test("values, columns and metadata agree")
    func values() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce(
            (0..<500).map { TestRecord(value: "{\"id\":\($0),\"amount\":\($0).5,\"note\":null,\"extra\":[1,2]}") },
            to: topic.name)
        let laminar = try await laminar(topic)
        var orders: [Order] = []
        for try await order in try laminar.source("orders", as: Order.self, extent: .snapshot) { orders.append(order) }
        #expect(orders == (0..<500).map { Order(id: $0, amount: Double($0) + 0.5, note: nil) })
        var offsets: [Int64] = []
        for try await row in try laminar.rows("orders", extent: .snapshot) {
            offsets.append(try row["_kafka_offset", as: Int64.self])
            #expect(try row["_kafka_partition", as: Int32.self] == 0)
        }
        #expect(offsets == Array(0..<500))
        await laminar.shutdown()
    }

    @Test("a malformed record among good ones is named, what comes before is delivered, and a restart resumes at it")
    func malformed() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        let bad = TestRecord(value: "{\"id\":\"secret payload\"}")
        try await topic.kafka.produce(
            (0..<100).map { $0 == 42 ? bad : TestRecord(value: "{\"id\":\($0)}") }, to: topic.name)
        let laminar = try await laminar(topic)
        for attempt in 0..<2 {
            let source = try laminar.source("orders", as: Order.self)
            var ids: [Int64] = []
            let error = await #expect(throws: DecodeError.self) {
                for try await order in source { ids.append(order.id) }
            }
            await source.close()
            #expect(ids == (attempt == 0 ? Array(0..<42) : []))
            #expect(error?.topic == topic.name && error?.partition == 0 && error?.offset == 42)
            #expect(error?.failure.path == "id")
            #expect("\(error, default: "")".contains("secret payload") == false)
        }
        await laminar.shutdown()
    }

    @Test("bad_data = 'skip' passes over bad records, up to max_errors_per_batch")
    func skip() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce(
            (0..<100).map { TestRecord(value: $0 % 10 == 3 ? "not json" : "{\"id\":\($0)}") }, to: topic.name)
        let tolerant = try await laminar(topic, ", bad_data = 'skip'")
        var ids: [Int64] = []
        for try await order in try tolerant.source("orders", as: Order.self, extent: .snapshot) { ids.append(order.id) }
        #expect(ids == (0..<100).filter { $0 % 10 != 3 })
        let strict = try await laminar(topic, ", bad_data = 'skip', max_errors_per_batch = 5")
        await #expect(throws: DecodeError.self) {
            for try await _ in try strict.source("orders", as: Order.self, extent: .snapshot) {}
        }
        await tolerant.shutdown()
        await strict.shutdown()
    }

    @Test("shutdown closes a source that nobody but its loop holds, and commits what was processed")
    func shutdownEndsTheLoop() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce((0..<50).map { TestRecord(value: "{\"id\":\($0)}") }, to: topic.name)
        let laminar = try await laminar(topic)
        let (last, reached) = AsyncStream.makeStream(of: Void.self)
        let reading = Task {
            var count = 0
            for try await _ in try laminar.source("orders", as: Order.self) {
                count += 1
                if count == 50 { reached.yield() }
            }
            return count
        }
        for await _ in last { break }
        await laminar.shutdown()
        #expect(try await reading.value == 50)
        let committed = try await topic.kafka.committedOffsets(of: topic.group("table"), topic: topic.name)
        #expect(committed == [0: 50])
    }

    @Test("with enable.auto.commit = false only an explicit commit counts")
    func explicitCommit() async throws {
        let topic = try await Topic(records: 100, partitions: 1)
        let source = try topic.source(group: "manual") { $0.commits = .manual() }
        let events = source.events
        let committing = Task {
            for await case .committed(let positions) in events { return positions.values.first }
            return nil
        }
        var count = 0
        for try await batch in source.batches {
            count += batch.count
            if count == 100 { break }
        }
        await source.close()
        #expect(await committing.value == nil)
        let again = try topic.source(group: "manual", acknowledgement: .explicit) { $0.commits = .manual() }
        let more = again.events
        for try await batch in again.batches {
            again.acknowledge(batch)
            again.commit()
            break
        }
        for await case .committed(let positions) in more {
            #expect(positions.values.first == 100)
            break
        }
        await again.close()
    }

    @Test("tombstones are nil values of records and no values of the source")
    func tombstones() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce(
            [
                TestRecord(value: "{\"id\":1}", key: "a"), TestRecord(value: nil, key: Array("a".utf8)),
                TestRecord(value: "{\"id\":2}", key: "b"),
            ], to: topic.name)
        let laminar = try await laminar(topic)
        var values: [Int64?] = []
        for try await record in try laminar.source("orders", as: Order.self, extent: .snapshot).records {
            values.append(record.value?.id)
        }
        #expect(values == [1, nil, 2])
        var ids: [Int64] = []
        for try await order in try laminar.source("orders", as: Order.self, extent: .snapshot) { ids.append(order.id) }
        #expect(ids == [1, 2])
        await laminar.shutdown()
    }
}
