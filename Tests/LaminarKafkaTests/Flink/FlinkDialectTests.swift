import LaminarFormats
@testable import LaminarKafka
import LaminarSQL
import Testing

@Suite("Queries in Flink's dialect") struct FlinkDialectTests {
    private static let ddl = """
        CREATE CONNECTION c TO kafka (bootstrap_servers = 'a:9092', topic = 't', type = 'source', format = 'json');
        CREATE TABLE t (id BIGINT, n INT, name TEXT, x DOUBLE, d DECIMAL(10, 2), ok BOOLEAN, doc JSON, at TIMESTAMP,
            day DATE, place STRUCT<city TEXT>, _kafka_timestamp TIMESTAMP, _kafka_headers JSON)
            WITH (connector = 'c', include_metadata = 'true');
        """

    private func translated(_ expression: String) async throws -> (text: String, refusals: [String]) {
        let laminar = try await catalog(Self.ddl)
        let table = try #require(try laminar.flinkCatalog().tables.first)
        let relation = FlinkRelation(
            name: "t",
            columns: table.resolved.schema.columns.map {
                FlinkRelation.Column(name: $0.name, type: $0.type, isHeaders: $0.metadata == .headers)
            })
        var dialect = FlinkDialect(tables: ["t": relation], FlinkFindings())
        let piece = dialect.expression(try SQL.parseExpression(expression), FlinkScope().inner([relation]))
        return (piece.text, dialect.findings.refusals.map(\.reason))
    }

    @Test(
        "an expression means what it means in PostgreSQL",
        arguments: [
            ("MOD(id, 2) = 0", "MOD(`id`, 2) = 0"),
            ("name ILIKE 'a%'", "LOWER(`name`) LIKE LOWER('a%') ESCAPE '\\'"),
            ("name NOT LIKE 'a!_%' ESCAPE '!'", "`name` NOT LIKE 'a!_%' ESCAPE '!'"),
            ("id::TEXT", "CAST(`id` AS STRING)"),
            ("d::INT", "CAST(ROUND(`d`, 0) AS INT)"),
            ("ok::TEXT", "CASE WHEN `ok` THEN 'true' WHEN NOT `ok` THEN 'false' END"),
            ("DATE_TRUNC('minute', at)", "FLOOR(`at` TO MINUTE)"),
            ("DATE_TRUNC('week', at)", "TIMESTAMPADD(DAY, 1, FLOOR(TIMESTAMPADD(DAY, -1, `at`) TO WEEK))"),
            ("at > NOW() - INTERVAL '1 hour'", "`at` > TIMESTAMPADD(SECOND, -3600, CURRENT_TIMESTAMP)"),
            (
                "at + INTERVAL '1 month 2 days 0.25 seconds'",
                "TIMESTAMPADD(DAY, 2, TIMESTAMPADD(MONTH, 1, `at`)) + INTERVAL '0.250' SECOND"
            ),
            ("at = '2024-01-01T00:00:00Z'", "`at` = CAST('2024-01-01 00:00:00.000000' AS TIMESTAMP_LTZ(6))"),
            ("EXTRACT(YEAR FROM at)", "CAST(EXTRACT(YEAR FROM `at`) AS DECIMAL(38, 0))"),
            ("DATE_PART('dow', at)", "CAST(EXTRACT(DOW FROM `at`) - 1 AS DOUBLE)"),
            ("d / 3", "CAST(`d` AS DECIMAL(38, 16)) / 3"),
            ("d::DECIMAL(38, 20) / 3", "CAST(CAST(`d` AS DECIMAL(38, 20)) AS DECIMAL(38, 20)) / 3"),
            ("id / 3", "`id` / 3"),
            ("x / n", "`x` / `n`"),
            (
                "SUM(EXTRACT(DOW FROM at) / 2)",
                "SUM(CAST(CAST(CAST(EXTRACT(DOW FROM `at`) - 1 AS DECIMAL(38, 0)) AS DECIMAL(38, 16)) / 2 AS "
                    + "DECIMAL(38, 16)))"
            ),
            (
                "EXTRACT(SECOND FROM at)",
                "CAST(EXTRACT(SECOND FROM `at`) + EXTRACT(MICROSECOND FROM `at`) * 0.000001 AS DECIMAL(8, 6))"
            ),
            ("EXTRACT(EPOCH FROM DATE '2024-01-01')", "CAST(EXTRACT(EPOCH FROM DATE '2024-01-01') AS DECIMAL(38, 6))"),
            ("doc ->> 'a'", "COALESCE(JSON_VALUE(`doc`, '$.a'), JSON_QUERY(`doc`, '$.a'))"),
            (
                "doc -> 'a b' -> 0 ->> 'c'",
                "COALESCE(JSON_VALUE(`doc`, '$[''a b''][0].c'), JSON_QUERY(`doc`, '$[''a b''][0].c'))"
            ),
            ("AVG(n)", "AVG(CAST(`n` AS DECIMAL(38, 16)))"),
            ("SUM(n)", "SUM(CAST(`n` AS BIGINT))"),
            ("SUM(id)", "SUM(CAST(`id` AS DECIMAL(38, 0)))"),
            ("COUNT(*) FILTER (WHERE n > 1)", "COUNT(*) FILTER (WHERE `n` > 1)"),
            ("GREATEST(n, 3)", "ARRAY_MAX(ARRAY[`n`, 3])"),
            ("name || n", "`name` || CAST(`n` AS STRING)"),
            ("(place).city", "`place`.`city`"),
            ("n BETWEEN 1 AND 3 AND NOT ok", "(`n` BETWEEN 1 AND 3) AND (NOT `ok`)"),
            ("n = ANY (ARRAY[1, 2])", "`n` IN (1, 2)"),
            ("split_part(name, ',', 1)", "COALESCE(SPLIT_INDEX(`name`, ',', 1 - 1), '')"),
            (
                "ROW_NUMBER() OVER (PARTITION BY n ORDER BY id DESC)",
                "ROW_NUMBER() OVER (PARTITION BY `n` ORDER BY `id` DESC NULLS FIRST)"
            ),
            ("CAST(NULL AS INT)", "CAST(NULL AS INT)"),
        ])
    func meaning(written: String, expected: String) async throws {
        let (text, refusals) = try await translated(written)
        #expect(text == expected)
        #expect(refusals.isEmpty)
    }

    @Test(
        "what Flink can't compute the same is refused with what to do instead",
        arguments: [
            ("hash(id)", "hash"), ("x::TEXT", "DECIMAL"), ("at::TEXT", "TIMESTAMP"), ("at - at", "EXTRACT(EPOCH"),
            ("_kafka_headers ->> 'trace'", "MAP"), ("string_agg(name, ',')", "LISTAGG"), ("doc -> name", "constants"),
            ("concat(name, name)", "||"), ("regexp_replace(name, 'a', 'b')", "REPLACE"),
            ("frobnicate(id)", "frobnicate"),
            ("DATE_PART('century', at)", "no such part"), ("INTERVAL '1 day'", "stands alone"), ("$1", "parameters"),
            ("n > ALL (ARRAY[1])", "IN"),
            ("at + INTERVAL '0.000001 seconds'", "milliseconds"), ("AVG(nowhere)", "CAST"),
        ])
    func refused(written: String, expected: String) async throws {
        let (_, refusals) = try await translated(written)
        #expect(refusals.contains { $0.contains(expected) }, "\(refusals)")
    }

    @Test("the document's query has its meaning in Flink's words")
    func document() async throws {
        let script = try await flinkScript(
            Self.ddl,
            pipelines: [
                """
                CREATE PIPELINE p AS WITH consumption_stats AS (
                    SELECT DATE_TRUNC('minute', _kafka_timestamp) as minute, COUNT(*) as messages,
                        AVG(EXTRACT(EPOCH FROM (NOW() - _kafka_timestamp))) as lag_seconds
                    FROM t WHERE _kafka_timestamp > NOW() - INTERVAL '1 hour'
                    GROUP BY DATE_TRUNC('minute', _kafka_timestamp))
                SELECT * FROM consumption_stats ORDER BY minute DESC
                """
            ])
        #expect(
            script.text.hasSuffix(
                """
                CREATE VIEW `p` AS
                WITH `consumption_stats` AS (
                SELECT FLOOR(`_kafka_timestamp` TO MINUTE) AS `minute`, COUNT(*) AS `messages`, AVG(CAST(CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) + EXTRACT(MICROSECOND FROM CURRENT_TIMESTAMP) * 0.000001 AS DECIMAL(38, 6)) - CAST(EXTRACT(EPOCH FROM `_kafka_timestamp`) + EXTRACT(MICROSECOND FROM `_kafka_timestamp`) * 0.000001 AS DECIMAL(38, 6)) AS DECIMAL(38, 16))) AS `lag_seconds`
                FROM `t`
                WHERE `_kafka_timestamp` > TIMESTAMPADD(SECOND, -3600, CURRENT_TIMESTAMP)
                GROUP BY FLOOR(`_kafka_timestamp` TO MINUTE)
                )
                SELECT *
                FROM `consumption_stats`
                ORDER BY `minute` DESC NULLS FIRST;

                """), "\(script.text)")
    }

    @Test("an INSERT names its columns and casts what PostgreSQL casts; groups aren't written to a topic")
    func insert() async throws {
        let sinks =
            Self.ddl + """
                CREATE CONNECTION s TO kafka (bootstrap_servers = 'a:9092', topic = 's', type = 'sink', format = 'json');
                CREATE TABLE s (id INT, name TEXT) WITH (connector = 's');
                """
        let script = try await flinkScript(
            sinks, pipelines: ["CREATE PIPELINE p AS INSERT INTO s SELECT id, name FROM t"])
        #expect(
            script.text.contains(
                """
                INSERT INTO `s` (`id`, `name`)
                SELECT CAST(`c1` AS INT), `c2`
                FROM (
                SELECT `id`, `name`
                FROM `t`
                ) AS `q` (`c1`, `c2`);
                """), "\(script.text)")
        let reasons = try await flinkRefusals(
            sinks, pipelines: ["CREATE PIPELINE p AS INSERT INTO s SELECT COUNT(*), name FROM t GROUP BY name"])
        #expect(reasons.contains { $0.contains("upsert-kafka") })
    }

    @Test("names that Flink hasn't are refused: system tables, local tables, another pipeline's misspelt name")
    func names() async throws {
        for (query, expected) in [
            ("SELECT * FROM system.connections", "Laminar's own"), ("SELECT * FROM customers", "local table"),
        ] {
            let reasons = try await flinkRefusals(Self.ddl, pipelines: ["CREATE PIPELINE p AS \(query)"])
            #expect(reasons.contains { $0.contains(expected) }, "\(reasons)")
        }
        let error = await #expect(throws: FlinkError.self) {
            _ = try await flinkScript(
                Self.ddl, pipelines: ["CREATE PIPELINE spend AS SELECT * FROM t"], only: ["spent"])
        }
        #expect(error?.message == "There is no pipeline spent. Did you mean spend?")
    }
}
