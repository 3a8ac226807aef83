import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Exported scripts, run by Apache Flink", .serialized, .timeLimit(.minutes(15)))
struct FlinkScriptTests {
    static let promise = "an exported script gives in Flink what Laminar reads"

    /// All rows of a table as Laminar reads them.
    private func rows(_ laminar: Laminar, _ table: String) async throws -> [String] {
        var lines: [String] = []
        for try await row in try laminar.rows(table, extent: .snapshot) { lines.append(try FlinkValue.line(row)) }
        return lines.sorted()
    }

    /// What Laminar itself answers.
    func answer(_ laminar: Laminar, _ query: String) async throws -> [String] {
        var lines: [String] = []
        for try await row in try await laminar.query(query) { lines.append(try FlinkValue.line(row)) }
        return lines.sorted()
    }

    func expectSame(_ flink: FlinkPeer, _ laminar: Laminar, _ table: String, count: Int) async throws {
        let expected = try await rows(laminar, table)
        #expect(expected.count == count)
        let found = try await flink.rows("SELECT * FROM `\(table)`").sorted()
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(found == expected) }
    }

    // MARK: Types

    @Test("JSON of every type, and a NULL of each")
    func everyType() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 2)
        let columns = [
            ("id", "BIGINT", "9007199254740993"), ("ok", "BOOLEAN", "true"), ("s", "SMALLINT", "-7"),
            ("n", "INT", "42"),
            ("r", "REAL", "1.25"), ("x", "DOUBLE", "0.1"), ("d", "DECIMAL(38, 6)", "12345678901234567890.123456"),
            ("name", "TEXT", "\"Zoë 李雷 🙂\""), ("raw", "BYTEA", "\"AAH/\""), ("day", "DATE", "\"2024-02-29\""),
            ("clock", "TIME", "\"10:20:30\""), ("at", "TIMESTAMP", "\"2024-01-01T10:20:30.123456Z\""),
            ("uid", "UUID", "\"3b5b0ab0-1b7c-4a5e-9d7e-0a1b2c3d4e5f\""), ("doc", "JSON", "{\"a\":[1,2],\"b\":\"c\"}"),
            ("tags", "TEXT[]", "[\"a\",null,\"\"]"),
            ("place", "STRUCT<city TEXT, zip TEXT>", "{\"city\":\"Bonn\",\"zip\":null}"),
            ("counts", "MAP<TEXT, INT>", "{\"a\":1,\"b\":null}"),
            ("items", "STRUCT<sku TEXT, n INT>[]", "[{\"sku\":\"k\",\"n\":2}]"),
        ]
        let all = "{\(columns.map { "\"\($0.0)\":\($0.2)" }.joined(separator: ","))}"
        var records = [all, "{}", "{\(columns.map { "\"\($0.0)\":null" }.joined(separator: ","))}"]
        for missing in columns.indices {
            let rest = columns.enumerated().map { "\"\($1.0)\":\($0 == missing ? "null" : $1.2)" }
            records.append("{\(rest.joined(separator: ","))}")
        }
        try await topic.kafka.produce(records.map { TestRecord(value: $0) }, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'json', group_id = '\(topic.group("flink"))');
            CREATE TABLE every_type (\(columns.map { "\($0.0) \($0.1)" }.joined(separator: ", ")))
                WITH (connector = 'c');
            """)
        try await flink.begin(try await laminar.exportFlink().text)
        try await expectSame(flink, laminar, "every_type", count: records.count)
        await laminar.shutdown()
    }

    @Test("Avro from the registry, written by a serializer that nobody here wrote")
    func avro() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let real = try await RegistryFixture.offered(promise: "Flink reads Avro of a real registry")
        let standIn = try FakeSchemaRegistry()
        let registry = real?.url ?? standIn.url
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("flink-avro", partitions: 1)
        _ = try await WireOrders(format: "avro", kafka: kafka, registry: registry).write(50, to: topic)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
                type = 'source', format = 'confluent_avro', 'schema_registry.endpoint' = '\(registry)',
                group_id = '\(topic)-group');
            CREATE TABLE orders (id BIGINT NOT NULL, name TEXT, amount DOUBLE, price DECIMAL(12, 4), at TIMESTAMP, day DATE,
                uid TEXT, active BOOLEAN, raw BYTEA, tags TEXT[], counts MAP<TEXT, BIGINT>, _kafka_offset BIGINT)
                WITH (connector = 'c', include_metadata = 'true');
            """)
        try await flink.begin(try await laminar.exportFlink().text)
        try await expectSame(flink, laminar, "orders", count: 50)
        // What Flink's reader would misread is refused before it is tried.
        try await laminar.execute(
            "CREATE TABLE states (state TEXT, price DOUBLE) WITH (connector = 'c')")
        let error = await #expect(throws: FlinkError.self) { _ = try await laminar.exportFlink() }
        #expect(error?.refusals.count == 2, "\(String(describing: error))")
        await laminar.shutdown()
    }

    @Test("the record's own: key, headers' presence, timestamp, partition, offset, topic; null isn't empty")
    func metadata() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 3)
        let records = (0..<60).map { index -> TestRecord in
            let value: String? = index % 5 == 0 ? nil : "value \(index)"
            let key: String? = [nil, "", "k\(index)"][index % 3]
            return TestRecord(
                value: value, key: key, headers: [("trace", "t\(index)")], timestamp: 1_700_000_000_000 + Int64(index),
                partition: Int32(index % 3))
        }
        try await topic.kafka.produce(records, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'raw', group_id = '\(topic.group("flink"))');
            CREATE TABLE plain (key BYTEA, value BYTEA, timestamp TIMESTAMP, partition INT, offset BIGINT, topic TEXT)
                WITH (connector = 'c', include_metadata = 'true');
            CREATE TABLE traced (value BYTEA, headers JSON) WITH (connector = 'c', include_metadata = 'true');
            """)
        try await flink.begin(try await laminar.exportFlink().text)
        try await expectSame(flink, laminar, "plain", count: 60)
        let traces = try await flink.rows(
            "SELECT DECODE(`headers`['trace'], 'UTF-8') FROM `traced` WHERE `value` IS NOT NULL"
        ).sorted()
        #expect(traces == (0..<60).filter { $0 % 5 != 0 }.map { "[\"t\($0)\"]" }.sorted())
        await laminar.shutdown()
    }

    // MARK: Queries

    @Test("expressions whose meaning differs under the same words")
    func queries() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 2)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        try await topic.kafka.produce(
            (0..<100).map { index -> TestRecord in
                TestRecord(
                    value:
                        "{\"id\":\(index),\"message\":\(index % 10 == 0 ? "null" : "\"M\(index)\""),\"n\":\(index % 4),"
                        + "\"doc\":{\"a\":{\"b\":\"x\(index)\"},\"l\":[\(index),true]}}",
                    timestamp: now - 60_000, partition: Int32(index % 2))
            }, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'json', group_id = '\(topic.group("flink"))');
            CREATE TABLE events_with_metadata (id BIGINT, message TEXT, n INT, doc JSON, _kafka_topic TEXT,
                _kafka_partition INT, _kafka_offset BIGINT, _kafka_timestamp TIMESTAMP, _kafka_key BYTEA,
                _kafka_headers JSON) WITH (connector = 'c', include_metadata = 'true');
            """)
        let table = try await laminar.exportFlink().text
        let questions: [(sql: String, rows: [String])] = [
            ("SELECT COUNT(*) FROM events_with_metadata WHERE MOD(id, 2) = 1", ["[50]"]),
            ("SELECT AVG(n), SUM(n), SUM(id) FROM events_with_metadata", ["[\"1.5000000000000000\",150,\"4950\"]"]),
            (
                "SELECT COUNT(*) FILTER (WHERE message ILIKE 'm1%'), COUNT(message), COUNT(DISTINCT n) FROM events_with_metadata",
                ["[10,90,4]"]
            ),
            (
                "SELECT doc -> 'a' ->> 'b', doc -> 'l' ->> 0, doc ->> 'l', doc -> 'a' -> 'b' FROM events_with_metadata WHERE id = 7",
                ["[\"x7\",\"7\",\"[7,true]\",\"\\\"x7\\\"\"]"]
            ),
            (
                "SELECT GREATEST(n, 3), LEAST(n, NULL::INT), (id / 2.0)::INT, id % 3 = 0, message IS NULL FROM events_with_metadata WHERE id = 1",
                ["[3,1,1,false,false]"]
            ),
            (
                "SELECT message FROM events_with_metadata WHERE id <= 11 ORDER BY message LIMIT 2",
                ["[\"M1\"]", "[\"M11\"]"]
            ),
            ("SELECT id FROM events_with_metadata WHERE id < 2 OR id > 98 ORDER BY 1 DESC LIMIT 2", ["[99]", "[1]"]),
            (
                "SELECT id, CASE WHEN n = 0 THEN 'zero' ELSE 'more' END AS kind FROM events_with_metadata WHERE id IN (4, 5)",
                ["[4,\"zero\"]", "[5,\"more\"]"]
            ),
            (
                "SELECT a.id, b.message FROM events_with_metadata a JOIN events_with_metadata b ON a.id = b.id - 1 WHERE a.id = 1",
                ["[1,\"M2\"]"]
            ),
            (
                "SELECT split_part(_kafka_topic, '-', 1), length(_kafka_topic), upper(message) || '!' FROM events_with_metadata WHERE id = 3",
                ["[\"topic\",\(topic.name.count),\"M3!\"]"]
            ),
            (
                "SELECT DATE_TRUNC('week', TIMESTAMP '2024-01-03 10:00:00') = TIMESTAMP '2024-01-01', EXTRACT(DOW FROM TIMESTAMP '2024-01-07'), EXTRACT(EPOCH FROM TIMESTAMP '2024-01-01 00:00:01.5'), EXTRACT(DOW FROM TIMESTAMP '2024-01-03') / 2 = 1.5, EXTRACT(DOW FROM TIMESTAMP '2024-01-03') / 7 > 0.42857142857142, DATE_PART('day', TIMESTAMP '2024-01-03') / 2 FROM events_with_metadata WHERE id = 0",
                ["[true,\"0\",\"1704067201.500000\",true,true,1.5]"]
            ),
            (
                "SELECT (TIMESTAMP '2024-01-31 00:00:00' + INTERVAL '1 month 36 hours') = TIMESTAMP '2024-03-01 12:00:00' FROM events_with_metadata WHERE id = 0",
                ["[true]"]
            ),
            (
                "SELECT id, ROW_NUMBER() OVER (PARTITION BY n ORDER BY id) AS r FROM events_with_metadata WHERE id < 6 AND n = 1",
                ["[1,1]", "[5,2]"]
            ),
            (
                "SELECT n FROM events_with_metadata WHERE id < 2 UNION ALL SELECT n FROM events_with_metadata WHERE id = 1",
                ["[0]", "[1]", "[1]"]
            ),
        ]
        let pipelines = try questions.enumerated().map { index, question in
            try FlinkQuestion.script("CREATE PIPELINE q\(index) AS \(question.sql)", laminar)
        }
        try await flink.begin(table + pipelines.joined())
        for (index, question) in questions.enumerated() {
            let found = try await flink.rows("SELECT * FROM `q\(index)`")
            #expect(found.sorted() == question.rows.sorted(), "\(question.sql)\n\(pipelines[index])")
            #expect(try await answer(laminar, question.sql) == question.rows.sorted(), "Laminar: \(question.sql)")
        }
        await laminar.shutdown()
    }

    // MARK: Writing

    @Test("a pipeline fills a topic in transactions, with keys, casts and a NULL of each")
    func sink() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 1)
        let target = try await topic.kafka.createTopic("flink-out", partitions: 2)
        let inputs = (0..<40).map { index -> TestRecord in
            TestRecord(
                value: "{\"id\":\(index),\"name\":\(index % 4 == 0 ? "null" : "\"n\(index)\""),\"amount\":\(index).25}")
        }
        try await topic.kafka.produce(inputs, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'json', group_id = '\(topic.group("flink"))');
            CREATE TABLE src (id BIGINT, name TEXT, amount DOUBLE) WITH (connector = 'c');
            CREATE CONNECTION o TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(target)',
                type = 'sink', format = 'json', 'sink.key_field' = 'name', 'sink.commit_mode' = 'exactly_once');
            CREATE TABLE filled (id INT NOT NULL, name TEXT, amount DECIMAL(10, 2), note BYTEA) WITH (connector = 'o');
            CREATE CONNECTION b TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(target)',
                type = 'source', format = 'json');
            CREATE TABLE back (id INT NOT NULL, name TEXT, amount DECIMAL(10, 2), note BYTEA, _kafka_key BYTEA)
                WITH (connector = 'b', include_metadata = 'true');
            """)
        let pipeline =
            "CREATE PIPELINE fill AS INSERT INTO filled SELECT id, name, amount, NULL::BYTEA FROM src WHERE id <> 5"
        let script = try await laminar.exportFlink().text
        try await flink.begin(script + FlinkQuestion.script(pipeline, laminar))
        let expected = try (0..<40).filter { $0 != 5 }.map { index -> String in
            let name: Any = index % 4 == 0 ? NSNull() : "n\(index)"
            let key: Any = index % 4 == 0 ? NSNull() : "n\(index)".utf8.map { String($0, radix: 16) }.joined()
            return try FlinkPeer.line([index, name, "\(index).25", NSNull(), key] as [Any])
        }
        // Kafka answers a commit before its marker stands in every partition, and a reader ends in front of that.
        let deadline = ContinuousClock.now + .seconds(30)
        var found = try await rows(laminar, "back")
        while found.count < expected.count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(100))
            found = try await rows(laminar, "back")
        }
        #expect(found == expected.sorted())
        await laminar.shutdown()
    }

    @Test("client certificates and SCRAM over TLS let Flink in")
    func security() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 30, partitions: 2)
        guard topic.kafka.offers(.tls, promise: Self.promise) else { return }
        let files = topic.kafka.certificates
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION m TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers(.ssl))',
                topic = '\(topic.name)', type = 'source', format = 'raw', group_id = '\(topic.group("m"))',
                'security.protocol' = 'SSL', 'ssl.ca.location' = '\(files.authority)',
                'ssl.certificate.location' = '\(files.client)', 'ssl.key.location' = '\(files.clientKey)');
            CREATE TABLE certified (value BYTEA) WITH (connector = 'm');
            CREATE CONNECTION s TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers(.saslSSL))',
                topic = '\(topic.name)', type = 'source', format = 'raw', group_id = '\(topic.group("s"))',
                'auth.type' = 'sasl', 'auth.mechanism' = 'SCRAM-SHA-512', 'auth.username' = 'alice',
                'auth.password' = '${secret:password}', 'ssl.ca.location' = '\(files.authority)');
            CREATE TABLE named (value BYTEA) WITH (connector = 's');
            """)
        let script = try await laminar.exportFlink().text
        try await flink.begin(script.replacing("${secret:password}", with: KafkaFixture.User.alice.password))
        for table in ["certified", "named"] {
            #expect(try await flink.rows("SELECT COUNT(*) FROM `\(table)`") == ["[30]"])
        }
        await laminar.shutdown()
    }

    // MARK: Moving

    @Test("a source moves over in mid-stream: what was checkpointed isn't read again, and nothing is left out")
    func move() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 2)
        try await topic.kafka.produce(
            (0..<200).map { TestRecord(value: "{\"id\":\($0)}", partition: Int32($0 % 2)) }, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)', topic = '\(topic.name)',
                type = 'source', format = 'json', group_id = '\(topic.group("flink"))', batch_size = '30');
            CREATE TABLE t (id BIGINT) WITH (connector = 'c');
            """)
        let store = try await laminar.checkpointStore()
        try await store.write { db in try db.execute("CREATE TABLE seen (id INTEGER)") }
        let source = try laminar.rows("t", checkpoint: store)
        var taken = 0
        for try await batch in source.batches {
            try await source.checkpoint(batch) { db in
                let insert = try db.prepare("INSERT INTO seen VALUES (?)")
                for row in batch { try insert.run(try row["id", as: Int64.self]) }
            }
            taken += batch.count
            if taken >= 90 { break }
        }
        await source.close()
        let seen = try await store.read { db in try db.query("SELECT id FROM seen") { $0.int64(0) ?? -1 } }
        #expect(seen.count >= 90 && seen.count < 200)
        let script = try await laminar.exportFlink(from: .checkpoint).text
        #expect(script.contains("'scan.startup.mode' = 'specific-offsets'"))
        try await flink.begin(script)
        let rest = try await flink.rows("SELECT `id` FROM `t`").compactMap { Int64($0.dropFirst().dropLast()) }
        #expect((seen + rest).sorted() == (0..<200).map { Int64($0) })
        await laminar.shutdown()
    }
}
