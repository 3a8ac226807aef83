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

    @Test(
        "tables take their columns from the registry and read what was written; sinks write what others read",
        arguments: cases)
    func bothWays(format: Case) async throws {
        // Where the real one can't be had, which is told at the end, the serializers work with a stand-in.
        let real = try await RegistryFixture.offered(promise: "\(format.format) with a real registry's serializers")
        let standIn = try FakeSchemaRegistry()
        let registry = real?.url ?? standIn.url
        let kafka = try await KafkaFixture.shared
        let options = "format = '\(format.format)', 'schema_registry.endpoint' = '\(registry)'"
        let isJSON = format.format == "json"
        try await WireRoundTrip(
            peer: WireOrders(format: format.format, kafka: kafka, registry: registry),
            source: options + format.options,
            sink: options + (isJSON ? ", 'json.confluent_schema_registry' = 'true'" : "")
                + ", 'schema_registry.auto_register' = 'true'",
            isProtobuf: format.format == "protobuf"
        ).check()
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
