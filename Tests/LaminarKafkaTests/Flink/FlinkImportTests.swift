import LaminarFormats
@testable import LaminarKafka
import LaminarSQL
import Testing

@Suite("Flink's kafka tables become connections and tables") struct FlinkImportTests {
    /// The catalog that an import makes, as SHOW CREATE prints it.
    private func definitions(_ script: String) async throws -> (sql: String, notices: [String]) {
        let taken = try FlinkImport(script: script)
        let laminar = try await catalog(taken.sql)
        #expect(try await laminar.execute(taken.sql).allSatisfy { !$0.isChange })
        return (taken.sql, taken.notices)
    }

    @Test("a table as people write it")
    func plain() async throws {
        let (sql, notices) = try await definitions(
            """
            /* the shop */ CREATE TABLE IF NOT EXISTS default_database.Orders (
              order_id BIGINT NOT NULL COMMENT 'the id', price DECIMAL(32, 2), `order_time` TIMESTAMP(3),
              items ARRAY<ROW<sku STRING, n INT NOT NULL>>, attributes MAP<STRING, STRING>,
              ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, `partition` INT METADATA VIRTUAL,
              proc AS PROCTIME(), WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND,
              PRIMARY KEY (order_id) NOT ENFORCED
            ) COMMENT 'orders' WITH (
              'connector' = 'kafka', 'topic' = 'orders;orders2', 'properties.bootstrap.servers' = 'a:9092',
              'properties.group.id' = 'g', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json',
              'json.ignore-parse-errors' = 'true', 'properties.fetch.max.wait.ms' = '100',
              'properties.isolation.level' = 'read_committed', 'scan.watermark.idle-timeout' = '1 s');
            CREATE VIEW v AS SELECT * FROM Orders; INSERT INTO elsewhere SELECT 1;
            """)
        #expect(sql.contains("CREATE CONNECTION \"Orders_kafka\" TO kafka ("), "\(sql)")
        for text in [
            "topics = 'orders,orders2'", "bootstrap_servers = 'a:9092'", "group_id = 'g'", "bad_data = 'skip'",
            "'fetch.wait.max.ms' = '100'", "order_id BIGINT NOT NULL", "price DECIMAL(32, 2)",
            "items STRUCT<sku TEXT, n INT NOT NULL>[]", "attributes MAP<TEXT, TEXT>",
            "ts TIMESTAMP METADATA FROM 'timestamp'", "partition INT METADATA FROM 'partition'",
            "include_metadata = 'true'",
        ] { #expect(sql.contains(text), "\(text) in \(sql)") }
        for text in ["proc", "WATERMARK", "PRIMARY KEY", "idle-timeout", "CREATE VIEW v", "elsewhere", "each time"] {
            #expect(notices.contains { $0.contains(text) }, "\(text) in \(notices)")
        }
    }

    @Test("passwords of a script become references, and registries keep their credentials apart")
    func secrets() async throws {
        let (sql, notices) = try await definitions(
            """
            CREATE TABLE pay (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'pay',
              'properties.bootstrap.servers' = 'a:9093', 'properties.security.protocol' = 'SASL_SSL',
              'properties.sasl.mechanism' = 'PLAIN', 'properties.sasl.jaas.config' =
              'org.apache.kafka.common.security.plain.PlainLoginModule required username="al\\"ice" password="top secret";',
              'format' = 'avro-confluent', 'avro-confluent.url' = 'http://r:8081',
              'avro-confluent.basic-auth.credentials-source' = 'USER_INFO',
              'avro-confluent.basic-auth.user-info' = 'key:${secret:registry}');
            """)
        for text in [
            "'auth.username' = 'al\"ice'", "'auth.password' = '${secret:pay_password}'",
            "'schema_registry.api_key' = 'key'", "'schema_registry.api_secret' = '${secret:registry}'",
            "format = 'confluent_avro'", "'isolation.level' = 'read_uncommitted'",
        ] { #expect(sql.contains(text), "\(text) in \(sql)") }
        #expect(!sql.contains("top secret") && !notices.joined().contains("top secret"))
    }

    private static let mistakes: [(script: String, line: Int)] = [
        ("CREATE TABLE t (id BIGINT", 1), ("CREATE TABLE t (id 'x')", 1),
        ("CREATE TABLE t (\n a INT\n) WITH ('a' 'b')", 3), ("CREATE TABLE t (a INT) WITH ('a' = 'b", 1), ("/* open", 1),
        (nested, 1),
    ]
    private static let nested: String = "CREATE TABLE t (a " + String(repeating: "ARRAY<", count: 100)

    @Test("a mistake in a script is shown with its place", arguments: mistakes)
    func mistake(script: String, line: Int) throws {
        let error = #expect(throws: SQLError.self) { _ = try FlinkImport(script: script) }
        #expect(error?.line == line)
    }

    @Test("other connectors are named") func others() throws {
        let taken = try FlinkImport(
            script: "CREATE TABLE f (a INT) WITH ('connector' = 'filesystem'); SET 'a' = 'b'; DROP TABLE x;")
        #expect(taken.statements.isEmpty)
        #expect(taken.notices.count == 2 && taken.notices[0].contains("filesystem"))
    }
}
