import Foundation
import LaminarCore
import LaminarFormats
import LaminarKafka
import LaminarQuery
import LaminarSQL
import LaminarTesting
import Synchronization
import Testing

@Suite("SQL over Kafka tables", .timeLimit(.minutes(5)))
struct KafkaQueryTests {
    @Test("what the connector's document asks")
    func document() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(200)
        let part = try await queried.rows(
            "SELECT id, city, _kafka_partition, _kafka_offset, _kafka_timestamp FROM orders WHERE _kafka_partition = 0")
        #expect(part.count == 100 && part.allSatisfy { $0[2] == .int(0) })
        let progress = try await queried.rows(
            """
            SELECT _kafka_partition, MAX(_kafka_offset) AS latest_offset, COUNT(*) AS messages_processed,
                MAX(_kafka_timestamp) AS latest_message_time
            FROM orders GROUP BY _kafka_partition ORDER BY 1
            """)
        #expect(
            progress == [
                [.int(0), .bigint(99), .bigint(100), .timestamp(Timestamp(milliseconds: 1_700_000_198_000))],
                [.int(1), .bigint(99), .bigint(100), .timestamp(Timestamp(milliseconds: 1_700_000_199_000))],
            ])
        let lag = try await queried.rows(
            """
            WITH consumption_stats AS (
                SELECT DATE_TRUNC('minute', _kafka_timestamp) as minute, COUNT(*) as messages,
                    AVG(EXTRACT(EPOCH FROM (NOW() - _kafka_timestamp))) as lag_seconds
                FROM orders WHERE _kafka_timestamp > NOW() - INTERVAL '1 hour'
                GROUP BY DATE_TRUNC('minute', _kafka_timestamp)
            )
            SELECT * FROM consumption_stats ORDER BY minute DESC
            """, now: Timestamp(milliseconds: 1_700_000_000_000 + 3_660_000))
        // One a second; those of the first minute are an hour old, up to and with the sixtieth second.
        #expect(lag.count == 3 && lag.reduce(0) { $0 + ($1[1] == .bigint(60) ? 60 : 0) } >= 60)
        await queried.laminar.shutdown()
    }

    @Test("a table is joined to itself over the same rows, and stands in a subquery")
    func joined() async throws {
        let queried = try await QueriedTopic()
        try await queried.produceOrders(50)
        let pairs = try await queried.rows(
            "SELECT COUNT(*) FROM orders a JOIN orders b ON a.id = b.id + 1 WHERE a._kafka_partition = 0")
        #expect(pairs == [[.bigint(24)]])
        let above = try await queried.rows(
            "SELECT COUNT(*) FROM orders WHERE amount > (SELECT AVG(amount) FROM orders WHERE city = 'Lyon')")
        #expect(above == [[.bigint(25)]])
        await queried.laminar.shutdown()
    }

    @Test("EXPLAIN says what is fetched, decoded and done where")
    func explain() async throws {
        let queried = try await QueriedTopic(partitions: 4)
        try await queried.produceOrders(2000, partitions: 4)
        let lines = try await queried.explain(
            """
            SELECT city, COUNT(*) FROM orders WHERE _kafka_partition = 0 AND _kafka_offset >= 100 AND amount > 5
            GROUP BY city
            """)
        let topic = queried.topic.name
        #expect(
            Array(lines.prefix(6)) == [
                "Kafka table orders, connection shop: \(topic)",
                "  partitions: 1 of 4 with something to read",
                "    \(topic)[0]: offsets 100 to 499, 400 at most",
                "  columns: 4 of 6 (_kafka_partition, _kafka_offset, amount, city)",
                "  filtered in columns: _kafka_partition = 0 AND _kafka_offset >= 100 AND amount > 5.0",
                "  grouped in columns by city: COUNT(*)",
            ])
        #expect(lines.dropFirst(6).first == "SQLite" && lines.count > 7)
        let counted = try await queried.explain("SELECT COUNT(*) FROM orders")
        #expect(counted.contains("  columns: none of 6, rows are counted without a look at payloads"))
        let left = try await queried.explain("SELECT id FROM orders WHERE city ILIKE 'l%' AND id > 3 LIMIT 2")
        #expect(left.contains("  filtered in columns: id > 3"))
        #expect(left.contains("  left to SQLite: city ILIKE 'l%'"))
        let few = try await queried.explain("SELECT id FROM orders LIMIT 2")
        #expect(few.contains("  ends after 2 rows"))
        try await queried.laminar.execute(
            """
            CREATE CONNECTION lost TO kafka (bootstrap_servers = '\(queried.topic.kafka.bootstrapServers)',
                topic = 'no-such-topic', type = 'source', format = 'json');
            CREATE TABLE lost (id BIGINT) WITH (connector = 'lost')
            """)
        let lost = try await queried.explain("SELECT id FROM lost")
        #expect(lost.contains { $0.hasPrefix("  partitions: not known. Topic no-such-topic doesn't exist") })
        let none = try await queried.explain(
            "SELECT id FROM orders WHERE _kafka_partition = 0 AND _kafka_partition = 1")
        #expect(none.contains("  partitions: none, the conditions contradict each other"))
        await queried.laminar.shutdown()
    }

    @Test("a pinned range fetches little beside it, and LIMIT little beside its rows")
    func fetched() async throws {
        let meter = FetchedBytes()
        let queried = try await QueriedTopic(partitions: 2, log: meter)
        let filler = String(repeating: "x", count: 1000)
        try await queried.produce(
            (0..<40_000).map { TestRecord(value: #"{"id":\#($0),"city":"\#(filler)"}"#, partition: Int32($0 % 2)) })
        let counted = try await queried.rows(
            "SELECT COUNT(*), MIN(id) FROM orders WHERE _kafka_partition = 1 AND _kafka_offset BETWEEN 2000 AND 6999")
        #expect(counted == [[.bigint(5000), .bigint(4001)]])
        // 5,000 records of a kilobyte of 20,000, in batches of the producer's; a busy machine reads some more ahead.
        let range = await meter.next()
        #expect(range >= 5_000_000 && range < 12_000_000, "\(range)")
        #expect(try await queried.rows("SELECT id FROM orders LIMIT 5").count == 5)
        let few = await meter.next()
        #expect(few < 4_000_000, "\(few)")
        await queried.laminar.shutdown()
    }
}

/// The bytes that each scan has fetched, as the log tells at its end.
final class FetchedBytes: LogSink {
    let level = LogLevel.debug
    private let (scans, continuation) = AsyncStream.makeStream(of: Int.self)

    func log(_ level: LogLevel, _ message: String, metadata: [String: String]) {
        guard metadata["table"] != nil, let bytes = metadata["bytes"].flatMap({ Int($0) }) else { return }
        continuation.yield(bytes)
    }

    /// Those of the next scan that ends.
    func next() async -> Int {
        for await bytes in scans { return bytes }
        return 0
    }
}
