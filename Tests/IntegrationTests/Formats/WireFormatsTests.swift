import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite(
    "Records with a registry's frames, written and read by serializers that nobody here wrote", .timeLimit(.minutes(5)))
struct WireFormatsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let format: String
        /// Of the connection, besides the registry.
        let options: String
        var testDescription: String { format }
    }

    static let cases = [
        Case(format: "avro", options: ""),
        Case(format: "protobuf", options: ", 'protobuf.message' = 'com.example.Order'"),
        Case(format: "json", options: ", 'json.confluent_schema_registry' = 'true', 'json.validate' = 'true'"),
    ]

    private static func connection(
        _ name: String, _ type: String, _ topic: Topic, _ registry: String, _ format: Case, _ more: String = ""
    ) -> String {
        """
        CREATE CONNECTION \(name) TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
            topic = '\(topic.name)', type = '\(type)', format = '\(format.format)',
            'schema_registry.endpoint' = '\(registry)' \(format.options) \(more));
        """
    }

    @Test(
        "tables take their columns from the registry and read what was written; sinks write what others read",
        arguments: cases)
    func bothWays(format: Case) async throws {
        let count = 400
        let kafka = try await KafkaFixture.shared
        // Where the real one can't be had, which is told at the end, the serializers work with a stand-in.
        let real = try await RegistryFixture.offered(promise: "\(format.format) with a real registry's serializers")
        let standIn = try FakeSchemaRegistry()
        let registry = real?.url ?? standIn.url
        let input = try await Topic(records: 0, partitions: 2, on: kafka)
        let output = try await Topic(records: 0, partitions: 1, on: kafka)
        let peer = WireOrders(format: format.format, kafka: kafka, registry: registry)
        let written = try await peer.write(count, to: input.name, partitions: 2)
        try #require(written.count == count)

        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            Self.connection("shop", "source", input, registry, format)
                + "CREATE TABLE orders WITH (connector = 'shop', include_metadata = 'true');")
        let source = try laminar.rows("orders", extent: .snapshot)
        var rows: [Int: Row] = [:]
        for try await record in source.records {
            let number = Int(String(decoding: record.key ?? [], as: UTF8.self)) ?? -1
            rows[number] = record.value
        }
        #expect(rows.count == count)
        var differences: [String] = []
        for (number, row) in rows {
            let read = try WireOrders.object(row.jsonLine)
            if let difference = WireOrders.difference(written[number], read) {
                differences.append("\(number): \(difference)")
            }
        }
        #expect(differences.isEmpty, "\(differences.count) differ: \(differences.prefix(3))")

        let first = try #require(rows[0])
        let columns = try RowSchema(first.schema.columns.filter { $0.metadata == nil })
        let sinkFormat = Case(
            format: format.format,
            options: format.format == "json" ? ", 'json.confluent_schema_registry' = 'true'" : "")
        try await laminar.execute(
            Self.connection(
                "out", "sink", output, registry, sinkFormat, ", 'schema_registry.auto_register' = 'true'")
                + "CREATE TABLE written \(columns) WITH (connector = 'out');")
        let sink = try await laminar.rowSink("written")
        let indices = first.schema.columns.indices.filter { first.schema.columns[$0].metadata == nil }
        for number in 0..<count {
            guard let row = rows[number] else { continue }
            let part = try RecordBatch(
                schema: columns, columns: indices.map { row.batch.columns[$0] }, count: row.batch.count)
            try await sink.enqueue(Row(batch: part, index: row.index))
        }
        try await sink.flush()
        let read = try await peer.read(count, from: output.name)
        let isProtobuf = format.format == "protobuf"
        var others: [String] = []
        for (written, read) in zip(written, read) {
            let difference = WireOrders.difference(written, read, isProtobuf: isProtobuf)
            if let difference { others.append(difference) }
        }
        #expect(read.count == count)
        #expect(others.isEmpty, "\(others.count) differ: \(others.prefix(3))")
        await laminar.shutdown()
    }

    @Test("a program that runs its DDL again finds the table as it was, though the schema has moved on")
    func columnsAreKept() async throws {
        let registry = try FakeSchemaRegistry()
        try registry.register(
            #"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}]}"#, under: "t-value")
        let ddl = """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'localhost:1', topic = 't', type = 'source', format = 'avro',
                'schema_registry.endpoint' = '\(registry.url)');
            CREATE TABLE r WITH (connector = 'c');
            """
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(ddl)
        let before = registry.requests.count
        try registry.register(
            #"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}, {"name": "s", "type": ["null", "string"], "default": null}]}"#,
            under: "t-value")
        let again = try await laminar.execute(ddl)
        #expect(again.allSatisfy { !$0.isChange })
        #expect(registry.requests.count == before, "nobody is asked at a restart")
        let replaced = try await laminar.execute("CREATE OR REPLACE TABLE r WITH (connector = 'c')")
        #expect(replaced[0].message.contains("column s TEXT: added"))
        await laminar.shutdown()
    }

    @Test("without a schema in the registry, a table and a sink say what to do")
    func nothingThere() async throws {
        let registry = try FakeSchemaRegistry()
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'localhost:1', topic = 't', type = 'source', format = 'avro',
                'schema_registry.endpoint' = '\(registry.url)');
            CREATE CONNECTION s TO kafka (bootstrap_servers = 'localhost:1', topic = 't', type = 'sink', format = 'avro',
                'schema_registry.endpoint' = '\(registry.url)');
            CREATE TABLE out (n BIGINT) WITH (connector = 's');
            """)
        await #expect {
            _ = try await laminar.execute("CREATE TABLE r WITH (connector = 'c')")
        } throws: { error in
            "\(error)".contains("t-value")
        }
        await #expect {
            _ = try await laminar.rowSink("out")
        } throws: { error in
            "\(error)".contains("schema_registry.auto_register")
        }
        await laminar.shutdown()
    }
}
