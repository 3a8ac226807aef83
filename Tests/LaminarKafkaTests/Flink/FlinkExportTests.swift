import Foundation
import LaminarFormats
@testable import LaminarKafka
import LaminarSQL
import Testing

/// A catalog in memory as an export reads it, with pipelines that needn't be executable.
func flinkScript(
    _ ddl: String, pipelines: [String] = [], only: [String] = [], from start: FlinkStartPosition = .configured
) async throws -> FlinkScript {
    let laminar = try await catalog(ddl)
    let kept = try laminar.flinkCatalog()
    let parsed = try pipelines.map { text -> SQL.CreatePipeline in
        guard case .createPipeline(let create)? = try SQL.parse(text).first?.statement else {
            throw FlinkError(code: .unknownName, message: "\(text) isn't a pipeline")
        }
        return create
    }
    let whole = FlinkCatalog(
        tables: kept.tables, connections: kept.connections, pipelines: parsed,
        localTables: kept.localTables, checkpoints: kept.checkpoints)
    return try await FlinkExporter(catalog: whole, secrets: laminar.secrets, pipelines: only, start: start).script()
}

/// The reasons for which there is no script.
func flinkRefusals(
    _ ddl: String, pipelines: [String] = [], from start: FlinkStartPosition = .configured
) async throws -> [String] {
    do {
        _ = try await flinkScript(ddl, pipelines: pipelines, from: start)
        return []
    } catch let error as FlinkError { return error.refusals.map(\.description) }
}

@Suite("A catalog as a script for Apache Flink") struct FlinkExportTests {
    @Test("a connection with its table is one CREATE TABLE, with what Flink would otherwise do differently said")
    func plain() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'a:9092,b:9092', topic = 'orders', type = 'source',
                format = 'json', group_id = 'billing', 'fetch.wait.max.ms' = '500', 'session.timeout.ms' = '30000');
            CREATE TABLE orders (id BIGINT NOT NULL, amount DECIMAL(10, 2), at TIMESTAMP, tags TEXT[],
                place STRUCT<city TEXT, zip TEXT>, counts MAP<TEXT, INT>, _kafka_offset BIGINT, _kafka_key BYTEA,
                part INT METADATA FROM 'partition') WITH (connector = 'shop', include_metadata = 'true');
            """)
        let table = """
            -- laminar: connection shop
            CREATE TABLE `orders` (
              `id` BIGINT NOT NULL,
              `amount` DECIMAL(10, 2),
              `at` TIMESTAMP_LTZ(6),
              `tags` ARRAY<STRING>,
              `place` ROW<`city` STRING, `zip` STRING>,
              `counts` MAP<STRING, INT>,
              `_kafka_offset` BIGINT NOT NULL METADATA FROM 'offset' VIRTUAL,
              `_kafka_key` BYTES,
              `part` INT NOT NULL METADATA FROM 'partition' VIRTUAL
            ) WITH (
              'connector' = 'kafka',
              'topic' = 'orders',
              'properties.bootstrap.servers' = 'a:9092,b:9092',
              'properties.group.id' = 'billing',
              'scan.startup.mode' = 'group-offsets',
              'properties.auto.offset.reset' = 'earliest',
              'properties.isolation.level' = 'read_committed',
              'properties.fetch.max.wait.ms' = '500',
              'properties.session.timeout.ms' = '30000',
              'key.format' = 'raw',
              'key.fields' = '_kafka_key',
              'value.fields-include' = 'EXCEPT_KEY',
              'value.format' = 'json',
              'value.json.timestamp-format.standard' = 'ISO-8601'
            );
            """
        #expect(script.text.contains(table), "\(script.text)")
        #expect(script.text.contains("SET 'table.local-time-zone' = 'UTC';"))
        #expect(script.text.contains("SET 'execution.checkpointing.interval' = '5000 ms';"))
    }

    @Test("a secret is a place, never a value; a user's name is written out")
    func secrets() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION a TO kafka (bootstrap_servers = 'a:9093', topic = 't', type = 'source', format = 'raw',
                'auth.type' = 'sasl', 'auth.mechanism' = 'SCRAM-SHA-512', 'auth.username' = 'al"ice',
                'auth.password' = '${secret:kafka_password}');
            CREATE TABLE a_t (value BYTEA) WITH (connector = 'a');
            CREATE CONNECTION b TO kafka (bootstrap_servers = 'b:9093', topic = 't', type = 'source', format = 'raw',
                'auth.type' = 'sasl', 'auth.mechanism' = 'PLAIN', 'auth.username' = 'bob',
                'auth.password' = 'hunter2');
            CREATE TABLE b_t (value BYTEA) WITH (connector = 'b');
            """)
        #expect(
            script.text.contains(
                """
                scram.ScramLoginModule required username="al\\"ice" password="${secret:kafka_password}";'
                """), "\(script.text)")
        #expect(
            script.text.contains("PlainLoginModule required username=\"bob\" password=\"${secret:auth_password}\";'"))
        #expect(!script.text.contains("hunter2"))
        #expect(script.notices.contains { $0.contains("auth.password") })
    }

    @Test(
        "certificates, MSK and OAuth have Java's words",
        arguments: [
            (
                "'security.protocol' = 'SSL', 'ssl.ca.location' = '/certs/ca.pem', 'ssl.certificate.location' = '/certs/me.pem', 'ssl.key.location' = '/certs/me.key', 'ssl.key.password' = '${secret:k}'",
                [
                    "'properties.security.protocol' = 'SSL'", "'properties.ssl.truststore.type' = 'PEM'",
                    "'properties.ssl.truststore.location' = '/certs/ca.pem'",
                    "'properties.ssl.keystore.certificate.chain' = '${pem:/certs:me.pem}'",
                    "'properties.ssl.keystore.key' = '${pem:/certs:me.key}'",
                    "'properties.ssl.key.password' = '${secret:k}'",
                ]
            ),
            (
                "'auth.type' = 'aws_msk_iam', 'auth.region' = 'us-east-1'",
                [
                    "'properties.security.protocol' = 'SASL_SSL'", "'properties.sasl.mechanism' = 'AWS_MSK_IAM'",
                    "software.amazon.msk.auth.iam.IAMLoginModule required;",
                ]
            ),
            (
                "'auth.type' = 'sasl', 'auth.mechanism' = 'OAUTHBEARER', 'auth.token_endpoint' = 'https://login/token', 'auth.client_id' = 'c', 'auth.client_secret' = '${secret:s}', 'auth.scope' = 'kafka'",
                [
                    "OAuthBearerLoginModule required clientId=\"c\" clientSecret=\"${secret:s}\" scope=\"kafka\";",
                    "'properties.sasl.oauthbearer.token.endpoint.url' = 'https://login/token'",
                ]
            ),
        ])
    func security(options: String, expected: [String]) async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'a:9093', topic = 't', type = 'source', format = 'json',
                \(options));
            CREATE TABLE t (id BIGINT) WITH (connector = 'c');
            """)
        for text in expected { #expect(script.text.contains(text), "\(script.text)") }
    }

    @Test("a sink has its key, its placement, and a transaction that brokers allow")
    func sink() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION out TO kafka (bootstrap_servers = 'a:9092', topic = 'totals', type = 'sink', format = 'json',
                'sink.commit_mode' = 'exactly_once', 'sink.transactional_id' = 'totals-7', 'sink.key_field' = 'customer',
                'compression.codec' = 'zstd', 'compression.level' = '5', 'queue.buffering.max.kbytes' = '2048');
            CREATE TABLE totals (customer TEXT, total DECIMAL(38, 2)) WITH (connector = 'out');
            """)
        for text in [
            "'key.format' = 'raw'", "'key.fields' = 'customer'", "'value.fields-include' = 'ALL'",
            "'sink.partitioner' = 'default'", "'sink.delivery-guarantee' = 'exactly-once'",
            "'sink.transactional-id-prefix' = 'totals-7'", "'properties.transaction.timeout.ms' = '900000'",
            "'properties.compression.type' = 'zstd'", "'properties.compression.zstd.level' = '5'",
            "'properties.buffer.memory' = '2097152'", "'value.json.encode.decimal-as-plain-number' = 'true'",
        ] { #expect(script.text.contains(text), "\(text) in \(script.text)") }
    }

    @Test("an impulse that ends is datagen")
    func impulse() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION pulse TO impulse (event_rate = '100', message_count = '1000');
            CREATE TABLE ticks (counter BIGINT, subtask_index INT, timestamp TIMESTAMP) WITH (connector = 'pulse');
            """)
        for text in [
            "'connector' = 'datagen'", "'rows-per-second' = '100'", "'number-of-rows' = '1000'",
            "'fields.counter.end' = '999'",
        ] { #expect(script.text.contains(text)) }
    }

    @Test("instants that are numbers come through a view")
    func view() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'a:9092', topic = 't', type = 'source', format = 'json',
                'json.timestamp_format' = 'unix_ms', group_id = 'g');
            CREATE TABLE t (id BIGINT, at TIMESTAMP) WITH (connector = 'c');
            """)
        #expect(script.text.contains("CREATE TABLE `t_kafka` (\n  `id` BIGINT,\n  `at` BIGINT\n)"), "\(script.text)")
        #expect(script.text.contains("-- laminar: table t\n"))
        #expect(
            script.text.contains(
                "CREATE VIEW `t` AS\nSELECT\n  `id`,\n  TO_TIMESTAMP_LTZ(`at`, 3) AS `at`\nFROM `t_kafka`;"))
    }

    @Test(
        "what has no equivalent is named with what to do instead",
        arguments: [
            ("bad_data = 'dlq', dlq_topic = 'd'", "id BIGINT", "dead letter"),
            ("'enable.ssl.certificate.verification' = 'false', 'security.protocol' = 'SSL'", "id BIGINT", "verif"),
            ("'message.max.bytes' = '2000000'", "id BIGINT", "message.max.bytes"),
            ("batch_size = '10'", "span INTERVAL", "INTERVAL"),
        ])
    func refused(options: String, columns: String, expected: String) async throws {
        let reasons = try await flinkRefusals(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'a:9092', topic = 't', type = 'source', format = 'json',
                \(options));
            CREATE TABLE t (\(columns)) WITH (connector = 'c');
            """)
        #expect(reasons.contains { $0.contains(expected) && $0.hasPrefix("table t: ") }, "\(reasons)")
    }

    @Test("a table of Laminar's own database is told of, and named where a pipeline needs it")
    func localTable() async throws {
        let ddl = """
            CREATE TABLE customers (name TEXT NOT NULL, city TEXT);
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'a:9092', topic = 'orders', type = 'source',
                format = 'json', group_id = 'g');
            CREATE TABLE orders (id BIGINT, customer TEXT) WITH (connector = 'shop');
            """
        let script = try await flinkScript(ddl)
        #expect(script.notices.contains { $0.hasPrefix("table customers is one of Laminar's own database") })
        let comments = script.text.split(separator: "\n").filter { $0.hasPrefix("--") }
        #expect(comments.contains { $0.contains("table customers") }, "\(script.text)")
        let reasons = try await flinkRefusals(
            ddl,
            pipelines: [
                "CREATE PIPELINE joined AS SELECT o.id, c.city FROM orders o JOIN customers c ON c.name = o.customer",
                "CREATE PIPELINE kept AS INSERT INTO customers SELECT customer, NULL FROM orders",
            ])
        #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("customers") }, "\(reasons)")
    }

    @Test("every connection of the requirement's document becomes a table, or says why not")
    func document() async throws {
        let text = try String(contentsOfFile: requirementPath, encoding: .utf8)
        var refused: [String: String] = [:]
        var count = 0
        for block in text.components(separatedBy: "```sql").dropFirst() {
            let sql = block.components(separatedBy: "```")[0]
            guard let statements = try? SQL.parse(sql) else { continue }
            for case .createConnection(let create) in statements.map(\.statement) {
                count += 1
                let isRaw = create.options.contains { $0.key == "format" && $0.value.text == "raw" }
                let ddl =
                    create.sql()
                    + "; CREATE TABLE t (\(isRaw ? "value BYTEA" : "id BIGINT")) WITH (connector = '\(create.name.name)')"
                // These ask their registry, which there isn't.
                if create.options.contains(where: { $0.key.hasPrefix("schema_registry.") }) { continue }
                let reasons = try await flinkRefusals(ddl)
                if !reasons.isEmpty { refused[create.name.name] = reasons.joined() }
            }
        }
        #expect(count > 15)
        #expect(Array(refused.keys) == ["kafka_with_dlq"], "\(refused)")
    }

    private var requirementPath: String {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Vectors/kafka-source-connector.md").standardizedFileURL.path(percentEncoded: false)
    }

    @Test("a checkpoint becomes specific offsets; one that isn't there is told")
    func checkpoint() async throws {
        let ddl = """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'a:9092', topic = 'orders', type = 'source',
                format = 'json', group_id = 'g');
            CREATE TABLE orders (id BIGINT) WITH (connector = 'shop');
            CREATE CONNECTION out TO kafka (bootstrap_servers = 'a:9092', topic = 'o', type = 'sink', format = 'json',
                'sink.commit_mode' = 'exactly_once');
            CREATE TABLE o (id BIGINT) WITH (connector = 'out');
            """
        let positions: [TopicPartition: Int64] = [TopicPartition("orders", 1): 7, TopicPartition("orders", 0): 42]
        let script = try await flinkScript(ddl, from: .positions(["shop": positions]))
        #expect(
            script.text.contains(
                "'scan.startup.mode' = 'specific-offsets',\n  'scan.startup.specific-offsets' = 'partition:0,offset:42;partition:1,offset:7'"
            ))
        #expect(
            try await flinkRefusals(ddl, from: .checkpoint) == [
                "table orders: there is no checkpoint of topic orders: start without --from-checkpoint"
            ])
        // A pipeline's own positions count before its source's.
        let copy = "CREATE PIPELINE copy AS SELECT id FROM orders"
        let moved = try await flinkScript(
            ddl, pipelines: [copy],
            from: .positions(["shop": positions, "pipeline copy": [TopicPartition("orders", 0): 99]]))
        #expect(moved.text.contains("'partition:0,offset:99'"))
        // One with transactions has them in its group.
        let transactional = try await flinkScript(
            ddl, pipelines: ["CREATE PIPELINE fill AS INSERT INTO o SELECT id FROM orders"], from: .positions([:]))
        #expect(transactional.text.contains("'properties.group.id' = 'g.fill'"))
        let groups = try await flinkRefusals(
            ddl, pipelines: ["CREATE PIPELINE n AS SELECT COUNT(*) AS n FROM orders"],
            from: .positions(["shop": positions]))
        #expect(groups.count == 1 && groups[0].contains("groups"))
    }
}
