import Foundation
import LaminarFormats
import LaminarKafka
import LaminarSQL
import LaminarTesting
import Testing

// The requirement's document, as it stands.
extension FlinkScriptTests {
    /// What the document asks of its tables, in its order.
    private static func questions() throws -> [(sql: String, pipeline: SQL.CreatePipeline?)] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Vectors/kafka-source-connector.md").standardizedFileURL
        let text = try String(contentsOf: path, encoding: .utf8)
        var found: [(sql: String, pipeline: SQL.CreatePipeline?)] = []
        for block in text.components(separatedBy: "```sql").dropFirst() {
            let sql = block.components(separatedBy: "```")[0]
            for part in sql.split(separator: ";") {
                let lines = part.split(separator: "\n").filter { !$0.hasPrefix("--") }
                let statement = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
                switch try? SQL.parse(statement).first?.statement {
                case .select?: found.append((statement, nil))
                case .createPipeline(let create)?: found.append((statement, create))
                default: break
                }
            }
        }
        return found
    }

    private static func record(_ index: Int, _ now: Int64) -> TestRecord {
        let message = index % 9 == 0 ? "null" : "\"m \(index)\""
        let value =
            #"{"id":\#(index),"message":\#(message),"name":"n\#(index)","timestamp":"2024-01-01T00:00:00Z","#
            + #""metadata":{"a":\#(index)}}"#
        return TestRecord(
            value: value, key: index % 4 == 0 ? nil : "k\(index)", headers: [("trace", "t\(index)")],
            timestamp: now - Int64(index) * 2000, partition: Int32(index % 3))
    }

    @Test("every SELECT and pipeline of the document: Flink's rows are Laminar's, or the reason why not is told")
    func document() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let topic = try await Topic(records: 0, partitions: 3)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        try await topic.kafka.produce((0..<90).map { Self.record($0, now) }, to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION kafka_source TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'source', format = 'json', group_id = '\(topic.group("flink"))');
            CREATE TABLE events (id BIGINT, name TEXT, timestamp TIMESTAMP, metadata JSON)
                WITH (connector = 'kafka_source');
            CREATE TABLE events_with_metadata (id BIGINT, message TEXT, _kafka_topic TEXT, _kafka_partition INT,
                _kafka_offset BIGINT, _kafka_timestamp TIMESTAMP, _kafka_key BYTEA, _kafka_headers JSON)
                WITH (connector = 'kafka_source', include_metadata = 'true');
            """)
        var pipelines = ""
        var compared: [(name: String, sql: String)] = []
        var refused: [String] = []
        for (index, question) in try Self.questions().enumerated() {
            let name = question.pipeline?.name.name ?? "q\(index)"
            let create = question.pipeline == nil ? "CREATE PIPELINE \(name) AS \(question.sql)" : question.sql
            do {
                pipelines += try FlinkQuestion.script(create, laminar)
                compared.append((name, question.sql))
            } catch let error as FlinkError {
                refused.append("\(name): \(error.message)")
            }
        }
        // hash has no equivalent; system tables are Laminar's own; a SELECT without a table is asked of Laminar.
        #expect(refused.filter { $0.hasPrefix("processor_") && $0.contains("hash") }.count == 2, "\(refused)")
        #expect(refused.count == 6, "\(refused)")
        #expect(compared.count == 3, "\(compared)")
        try await flink.begin(try await laminar.exportFlink().text + pipelines)
        for (name, sql) in compared {
            let found = try await flink.rows("SELECT * FROM `\(name)`").sorted()
            // A delay that grows while one waits isn't the same twice: it is within the hour that the query asks for.
            let expected = try await answer(laminar, sql)
            if sql.contains("lag_seconds") {
                #expect(found.map(Self.withoutDelay) == expected.map(Self.withoutDelay))
                #expect(found.allSatisfy { (0..<3600).contains(Self.delay($0)) }, "\(found)")
            } else {
                #expect(found == expected, "\(sql)")
            }
        }
        await laminar.shutdown()
    }

    private static func withoutDelay(_ line: String) -> String {
        line.split(separator: ",").dropLast().joined(separator: ",")
    }

    private static func delay(_ line: String) -> Double {
        Double(line.split(separator: ",").last?.trimmingCharacters(in: CharacterSet(charactersIn: "]\"")) ?? "") ?? -1
    }

    @Test("Avro from the registry, with a NULL of each type")
    func avroNulls() async throws {
        guard let flink = try await FlinkPeer.offered(promise: Self.promise) else { return }
        let real = try await RegistryFixture.offered(promise: "Flink reads NULLs of a real registry's Avro")
        let standIn = try FakeSchemaRegistry()
        let registry = real?.url ?? standIn.url
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("flink-nulls", partitions: 1)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "avro_nulls.py")
        let peer = try Peers.python(
            file: script.path(percentEncoded: false), [kafka.bootstrapServers, registry, topic])
        let written = try await peer.success(within: .seconds(120)).output.split(separator: "\n").count
        #expect(written == 17)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)',
                type = 'source', format = 'confluent_avro', 'schema_registry.endpoint' = '\(registry)',
                group_id = '\(topic)-group');
            CREATE TABLE nullable (ok BOOLEAN, n INT, big BIGINT, r REAL, x DOUBLE, d DECIMAL(20, 5), name TEXT, raw BYTEA,
                day DATE, clock TIME, at TIMESTAMP, uid TEXT, tags TEXT[], counts MAP<TEXT, BIGINT>,
                place STRUCT<city TEXT, zip TEXT>) WITH (connector = 'c');
            """)
        try await flink.begin(try await laminar.exportFlink().text)
        try await expectSame(flink, laminar, "nullable", count: written)
        await laminar.shutdown()
    }
}
