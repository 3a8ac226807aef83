import Foundation
import LaminarFormats
import LaminarKafka
import LaminarQuery
import LaminarTesting
import Testing

@Suite("A query reads a bounded snapshot of a Kafka table", .timeLimit(.minutes(5)))
struct KafkaTableTests {
    @Test("all records that are there at the beginning, only the columns that are asked for")
    func everything() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(500)
        let batches = try await queried.batches(ScanRequest(columns: [0, 2, 4]))
        #expect(batches.allSatisfy { $0.schema.columns.map(\.name) == ["id", "city", "_kafka_offset"] })
        var rows: Set<[Value]> = []
        for batch in batches { for row in batch { rows.insert(row.values) } }
        var expected: Set<[Value]> = []
        for id in Int64(0)..<500 {
            expected.insert([.bigint(id), .text(id % 3 == 0 ? "Kraków" : "Lyon"), .bigint(id / 2)])
        }
        #expect(rows == expected)
        await queried.laminar.shutdown()
    }

    @Test("a table that is read twice by one query holds the same rows, whatever is written between")
    func oneHorizon() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(10)
        let table = try queried.laminar.queryTable("orders")
        #expect(try await queried.ids(of: table) == Array(0..<10))
        try await queried.produceOrders(10, from: 10)
        #expect(try await queried.ids(of: table) == Array(0..<10))
        #expect(try await queried.ids() == Array(0..<20))
        await queried.laminar.shutdown()
    }

    @Test("partitions, offsets and a beginning in time narrow what comes")
    func narrowed() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(100)
        let evens = Array(stride(from: Int64(0), to: 100, by: 2))
        #expect(try await queried.ids(ScanBounds(partitions: [0])) == evens)
        #expect(try await queried.ids(ScanBounds(partitions: [])) == [])
        #expect(try await queried.ids(ScanBounds(partitions: [7])) == [])
        #expect(
            try await queried.ids(ScanBounds(partitions: [0], firstOffset: 10, lastOffset: 12)) == [20, 22, 24])
        #expect(try await queried.ids(ScanBounds(firstOffset: 49)) == [98, 99])
        #expect(try await queried.ids(ScanBounds(firstOffset: 50)) == [])
        #expect(try await queried.ids(ScanBounds(lastOffset: -1)) == [])
        #expect(try await queried.ids(ScanBounds(firstOffset: .min, lastOffset: .max)) == Array(0..<100))
        let since = Timestamp(microseconds: 1_700_000_089_000_001)
        #expect(try await queried.ids(ScanBounds(since: since)) == Array(90..<100))
        #expect(try await queried.ids(ScanBounds(since: Timestamp(milliseconds: 1_700_000_090_000))) == Array(90..<100))
        #expect(try await queried.ids(ScanBounds(since: Timestamp(milliseconds: 1_800_000_000_000))) == [])
        #expect(try await queried.ids(ScanBounds(since: Timestamp(milliseconds: -5))) == Array(0..<100))
        await queried.laminar.shutdown()
    }

    @Test("an end in time narrows a topic whose times the broker sets, and leaves one with producers' times whole")
    func until() async throws {
        let producers = try await QueriedTopic()
        try await producers.produceOrders(20)
        #expect(
            try await producers.ids(ScanBounds(until: Timestamp(milliseconds: 1_700_000_000_000))) == Array(0..<20))
        await producers.laminar.shutdown()

        let brokers = try await QueriedTopic(
            partitions: 1, configuration: ["message.timestamp.type": "LogAppendTime"])
        try await brokers.produceOrders(50, partitions: 1)
        let stamped = try await brokers.batches(ScanRequest(columns: [5]))
        let last = try #require(try stamped.last?.last?[0, as: Timestamp.self])
        var clock = Timestamp(microseconds: 0)
        while clock <= last { clock = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        try await brokers.produceOrders(50, from: 50, partitions: 1)
        #expect(try await brokers.ids(ScanBounds(until: last)) == Array(0..<50))
        #expect(try await brokers.ids(ScanBounds(until: Timestamp(microseconds: .max))) == Array(0..<100))
        await brokers.laminar.shutdown()
    }

    @Test("a limit ends the scan, and letting go of a scan does, too")
    func limit() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(20_000)
        let ids = try await queried.ids(limit: 10)
        #expect(ids.count >= 10 && ids.count < 20_000)
        let table = try queried.laminar.queryTable("orders")
        let taken = try await blocking {
            let supply = try table.scan(ScanRequest(columns: [0]))
            let first = try supply.next()?.count ?? 0
            supply.cancel()
            return (first, try supply.next()?.count)
        }
        #expect(taken.0 > 0 && taken.1 == nil)
        await queried.laminar.shutdown()
    }

    @Test("cancel ends a wait at once, from any thread")
    func cancel() async throws {
        let queried = try await QueriedTopic()
        let table = try queried.laminar.queryTable("orders")
        try await queried.laminar.execute(
            """
            CREATE CONNECTION nowhere TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 't', type = 'source',
                format = 'json');
            CREATE TABLE away (id BIGINT) WITH (connector = 'nowhere')
            """)
        let away = try queried.laminar.queryTable("away").scan(ScanRequest(columns: [0]))
        async let batch = blocking { try away.next() }
        away.cancel()
        #expect(try await batch == nil)
        #expect(try await queried.ids(of: table) == [])
        await queried.laminar.shutdown()
    }

    @Test("rows are counted without a look at payloads; tombstones are no rows")
    func counting() async throws {
        let queried = try await QueriedTopic(partitions: 1)
        try await queried.produce(
            [
                TestRecord(value: #"{"id":1}"#, key: "a"), TestRecord(value: nil, key: Array("a".utf8)),
                TestRecord(value: "not json", key: "b"), TestRecord(value: #"{"id":2}"#, key: "c"),
            ])
        let counted = try await queried.batches(ScanRequest(columns: []))
        #expect(counted.map(\.count).reduce(0, +) == 3 && counted.allSatisfy(\.columns.isEmpty))
        var offsets: [[Value]] = []
        for batch in try await queried.batches(ScanRequest(columns: [3, 4])) { offsets += batch.map(\.values) }
        let expected: [[Value]] = [0, 2, 3].map { [.int(0), .bigint($0)] }
        #expect(offsets == expected)
        let error = await #expect(throws: DecodeError.self) { try await queried.ids() }
        #expect(error?.offset == 2)
        await queried.laminar.shutdown()
    }

    @Test("bad_data = 'dlq' passes over bad records here, says so, and writes nothing")
    func deadLetters() async throws {
        let kafka = try await KafkaFixture.shared
        let letters = try await kafka.createTopic("letters", partitions: 1)
        let queried = try await QueriedTopic(options: ", bad_data = 'dlq', dlq_topic = '\(letters)'")
        try await queried.produce([TestRecord(value: "not json", partition: 0)])
        try await queried.produceOrders(4)
        let table = try queried.laminar.queryTable("orders")
        #expect(try await queried.ids(of: table) == [0, 1, 2, 3])
        #expect(table.notices.count == 1 && table.notices[0].contains("dlq"))
        #expect(table.counters.skipped.values.reduce(0, +) == 1)
        #expect(queried.laminar.errors.count == 1)
        let source = try Topic(named: letters, on: kafka).source(group: "look", extent: .snapshot)
        var written = 0
        for try await _ in source { written += 1 }
        #expect(written == 0)
        await queried.laminar.shutdown()
    }

    @Test("offset = 'latest' has no rows and says so; 'timestamp' and offsets begin where they say")
    func starts() async throws {
        let latest = try await QueriedTopic(options: ", offset = 'latest'")
        try await latest.produceOrders(10)
        let table = try latest.laminar.queryTable("orders")
        #expect(try await latest.ids(of: table) == [])
        #expect(table.notices.count == 1 && table.notices[0].contains("latest"))
        await latest.laminar.shutdown()
        let timed = try await QueriedTopic(options: ", offset = 'timestamp', timestamp = '2023-11-14T22:13:25Z'")
        try await timed.produceOrders(10)
        #expect(try await timed.ids() == Array(5..<10))
        await timed.laminar.shutdown()
        let placed = try await QueriedTopic(options: ", offset = '0:3'")
        try await placed.produceOrders(10)
        #expect(try await placed.ids() == [1, 3, 5, 6, 7, 8, 9])
        #expect(try await placed.ids(ScanBounds(partitions: [0], firstOffset: 1)) == [6, 8])
        await placed.laminar.shutdown()
    }

    @Test("a transaction's markers at the end don't keep a scan waiting, nor does one that is still open")
    func transactions() async throws {
        let queried = try await QueriedTopic(partitions: 1)
        try await queried.produceOrders(3, partitions: 1)
        let script = """
            import sys
            from confluent_kafka import Producer
            servers, topic = sys.argv[1], sys.argv[2]
            def begun(name):
                producer = Producer({"bootstrap.servers": servers, "transactional.id": topic + name})
                producer.init_transactions(60)
                producer.begin_transaction()
                producer.produce(topic, b'{"id":7}', partition=0)
                producer.flush(60)
                return producer
            begun("-done").commit_transaction(60)
            begun("-undone").abort_transaction(60)
            import os
            open_one = begun("-open")
            print("ready", flush=True)
            sys.stdin.read()
            os._exit(0)
            """
        let producer = try Peers.python(script, [queried.topic.kafka.bootstrapServers, queried.topic.name])
        _ = try await producer.line { $0 == "ready" }
        #expect(try await queried.ids() == [0, 1, 2, 7])
        #expect(try await queried.batches(ScanRequest(columns: [])).map(\.count).reduce(0, +) == 4)
        producer.kill()
        await queried.laminar.shutdown()
    }

    @Test("a topic that isn't there ends the scan with what to do")
    func unknownTopic() async throws {
        let queried = try await QueriedTopic()
        try await queried.laminar.execute(
            """
            CREATE CONNECTION lost TO kafka (bootstrap_servers = '\(queried.topic.kafka.bootstrapServers)',
                topic = 'no-such-topic', type = 'source', format = 'json');
            CREATE TABLE lost (id BIGINT) WITH (connector = 'lost')
            """)
        let table = try queried.laminar.queryTable("lost")
        let error = await #expect(throws: KafkaError.self) {
            try await queried.batches(ScanRequest(columns: [0]), of: table)
        }
        #expect(error?.code == .unknownTopic)
        await queried.laminar.shutdown()
    }
}
