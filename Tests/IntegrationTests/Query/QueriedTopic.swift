import Foundation
import LaminarCore
import LaminarFormats
import LaminarKafka
import LaminarQuery
import LaminarSQL
import LaminarTesting
import Testing

/// A topic of JSON orders in a catalog of its own, and what scans of its table bring.
struct QueriedTopic {
    let topic: Topic
    let laminar: Laminar

    /// - Parameter options: further ones of the connection, each behind a comma.
    init(
        partitions: Int = 2, configuration: [String: String] = [:], options: String = "",
        log: some LogSink = SilentLogSink()
    ) async throws {
        let kafka = try await KafkaFixture.shared
        let name = try await kafka.createTopic(
            "queried", partitions: partitions,
            // Records of tests carry timestamps of long ago.
            configuration: configuration.merging(["retention.ms": "-1"]) { $1 })
        topic = Topic(named: name, on: kafka)
        laminar = try await Laminar(database: .inMemory, log: log)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(name)',
                type = 'source', format = 'json' \(options));
            CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE, city TEXT, _kafka_partition INT, _kafka_offset BIGINT,
                _kafka_timestamp TIMESTAMP) WITH (connector = 'shop', include_metadata = 'true');
            """)
    }

    func produce(_ records: [TestRecord]) async throws { try await topic.kafka.produce(records, to: topic.name) }

    /// Orders with ids from `first`, spread over the partitions, one a second from 2023-11-14T22:13:20Z.
    func produceOrders(_ count: Int, from first: Int = 0, partitions: Int = 2) async throws {
        try await produce(
            (first..<first + count).map { id in
                TestRecord(
                    value: #"{"id":\#(id),"amount":\#(id).5,"city":"\#(id % 3 == 0 ? "Kraków" : "Lyon")"}"#,
                    timestamp: 1_700_000_000_000 + Int64(id) * 1000, partition: Int32(id % partitions))
            })
    }

    /// All batches of a scan; `next()` blocks, so that it is called from a thread of its own.
    func batches(_ request: ScanRequest, of table: KafkaTable? = nil) async throws -> [RecordBatch] {
        let table = try table ?? laminar.queryTable("orders")
        return try await blocking {
            let supply = try table.scan(request)
            var batches: [RecordBatch] = []
            while let batch = try supply.next() { batches.append(batch) }
            return batches
        }
    }

    /// The ids that a scan brings, sorted.
    func ids(_ bounds: ScanBounds = .everything, limit: Int? = nil, of table: KafkaTable? = nil) async throws -> [Int64]
    {
        try await batches(ScanRequest(columns: [0], bounds: bounds, limit: limit), of: table)
            .flatMap { batch in try batch.map { try $0[0, as: Int64.self] } }.sorted()
    }
}

extension QueriedTopic {
    private struct Catalog: QueryCatalog {
        let tables: KafkaTables
        func table(named name: SQL.ObjectName) throws -> CatalogTable? { .scanned(try tables.table(named: name.name)) }
        var tableNames: [String] { ["orders"] }
    }

    private func translated(_ sql: String, _ now: Timestamp) throws -> TranslatedQuery {
        guard case .select(let query) = try #require(try SQL.parse(sql).first).statement else {
            throw FixtureError(code: .broker, message: "not a query")
        }
        let bound = try Binder(catalog: Catalog(tables: KafkaTables(laminar)), source: sql).bind(query)
        return try Translator.translate(Pushdown(now: now).rewrite(bound))
    }

    /// The rows of a query.
    func rows(_ sql: String, now: Timestamp = .now) async throws -> [[Value]] {
        let run = try QueryRun(try translated(sql, now), now: now)
        var rows: [[Value]] = []
        while let batch = try await run.next() { rows += batch.map(\.values) }
        return rows
    }

    /// The lines of EXPLAIN.
    func explain(_ sql: String) async throws -> [String] {
        let query = try translated(sql, .now)
        return try await blocking { try QueryExplanation.lines(of: query, local: nil) }
    }
}

/// Runs what blocks on a thread of its own.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
