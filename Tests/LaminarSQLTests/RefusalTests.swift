import LaminarSQL
import Testing

@Suite struct RefusalTests {
    /// What is known from elsewhere: the text, what the message names, and the way to do it here.
    static let refusals: [(String, String, String)] = [
        ("CREATE VIEW v AS SELECT 1", "CREATE VIEW", "CREATE PIPELINE name AS SELECT"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW", "CREATE PIPELINE"),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE VIEW", "CREATE PIPELINE"),
        ("CREATE SOURCE s WITH (x = 1)", "CREATE SOURCE", "CREATE CONNECTION"),
        ("CREATE SINK s", "CREATE SINK", "type = 'sink'"),
        ("CREATE STREAM s (a INT)", "CREATE STREAM", "CREATE TABLE"),
        ("CREATE FUNCTION f", "CREATE FUNCTION", "built-in"),
        ("CREATE SECRET s", "CREATE SECRET", "${secret:name}"),
        ("CREATE TEMPORARY TABLE t (a INT)", "CREATE TEMPORARY", "CREATE TABLE"),
        ("CREATE INDEX i ON t (a)", "CREATE INDEX", "nothing"), ("DROP VIEW v", "DROP VIEW", "PIPELINE"),
        ("DROP TABLE t CASCADE", "CASCADE", "names them"), ("DROP TABLE a, b", "one DROP", "a statement for each"),
        ("ALTER TABLE t ADD a INT", "ALTER", "CREATE OR REPLACE"),
        ("UPDATE t SET a = 1", "can't be changed", "INSERT INTO"),
        ("DELETE FROM t", "can't be deleted", "tombstone"), ("MERGE INTO t", "MERGE", "CREATE PIPELINE"),
        ("BEGIN", "transactions", "checkpoint"),
        ("SET x = 1", "SET", "options of the connection"), ("USE db", "USE", "system."),
        ("PAUSE PIPELINE p", "PAUSE", "STOP PIPELINE"),
        ("RESUME PIPELINE p", "RESUME", "START PIPELINE"), ("SHOW STREAMS", "SHOW STREAMS", "SHOW TABLES"),
        ("SHOW TOPICS", "SHOW TOPICS", "laminar kafka topics"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE", "EXPLAIN"),
        ("EXPLAIN INSERT INTO t SELECT 1", "EXPLAIN explains a query", "SELECT"),
        ("CREATE TABLE t (a TIMESTAMP, WATERMARK FOR a AS a - INTERVAL '5' SECOND)", "WATERMARK FOR", "DATE_TRUNC"),
        ("CREATE TABLE t (a INT PRIMARY KEY)", "PRIMARY KEY", "GROUP BY id"),
        ("CREATE TABLE t (a INT, PRIMARY KEY (a))", "PRIMARY KEY", "GROUP BY id"),
        ("CREATE TABLE t (a INT UNIQUE)", "UNIQUE", "NOT NULL only"),
        ("CREATE TABLE t (a INT CHECK (a > 0))", "CHECK", "WHERE"),
        ("CREATE TABLE t (a INT DEFAULT 1)", "DEFAULT", "COALESCE(a, …)"),
        ("CREATE TABLE t (a INT KEY)", "KEY", "_kafka_key"),
        ("CREATE TABLE t (a AS b + 1)", "computed columns", "SELECT of a pipeline"),
        ("CREATE TABLE t (a INT GENERATED ALWAYS AS (1))", "computed columns", "SELECT"),
        ("CREATE TABLE t (a BIGINT METADATA)", "METADATA names the field", "METADATA FROM 'offset'"),
        ("CREATE TABLE t (timestamp TIMESTAMP METADATA)", "METADATA names the field", "METADATA FROM 'timestamp'"),
        ("CREATE TABLE t (a BIGINT METADATA FROM 'offset' VIRTUAL)", "VIRTUAL", "METADATA FROM alone"),
        ("CREATE TABLE t (a INT) PARTITIONED BY (a)", "PARTITIONED BY", "sink.key_field"),
        ("CREATE TABLE t AS SELECT 1", "CREATE TABLE … AS SELECT", "CREATE PIPELINE"),
        ("CREATE TABLE a.b (c INT)", "schema", "without a dot"),
        ("CREATE TABLE t (a DATETIME)", "DATETIME", "TIMESTAMP"), ("CREATE TABLE t (a ROW(b INT))", "ROW", "STRUCT"),
        ("SELECT tumble(a, INTERVAL '1' MINUTE) FROM t", "window functions of time", "DATE_TRUNC"),
        ("SELECT * FROM TABLE(TUMBLE(TABLE t))", "TABLE(…)", "DATE_TRUNC"),
        ("SELECT hop(a, b, c)", "window functions of time", "DATE_TRUNC"), ("SELECT unnest(a)", "unnest", "tags[1]"),
        ("SELECT DISTINCT ON (a) b", "DISTINCT ON", "ROW_NUMBER"),
        ("SELECT * FROM a, LATERAL (SELECT 1)", "LATERAL", "GROUP BY"),
        ("SELECT a FROM t GROUP BY ROLLUP (a)", "ROLLUP", "UNION ALL"),
        ("SELECT a FROM t GROUP BY GROUPING SETS (a)", "GROUPING", "UNION ALL"),
        ("SELECT a FROM t TABLESAMPLE SYSTEM (1)", "TABLESAMPLE", "MOD(hash(id), 10)"),
        ("SELECT a FROM t FOR UPDATE", "locking", "FOR"),
        ("SELECT a INTO b FROM t", "INTO", "INSERT INTO"),
        ("SELECT a FROM t FETCH FIRST 1 ROWS WITH TIES", "WITH TIES", "ROWS ONLY"),
        ("SELECT a SIMILAR TO b", "SIMILAR TO", "LIKE"), ("SELECT a NOT SIMILAR TO b", "SIMILAR TO", "LIKE"),
        ("SELECT a COLLATE \"C\"", "COLLATE", "LOWER"),
        ("SELECT f(a => 1)", "named arguments", "in their order"), ("SELECT a[1:2]", "slices", "tags[1]"),
        ("SELECT (a).*", "spread", "by its name"),
        ("SELECT percentile(a) WITHIN GROUP (ORDER BY a)", "WITHIN GROUP", "ORDER BY"),
        ("SELECT TRY_CAST(a AS INT)", "give NULL", "CAST"),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "ON CONFLICT", "appends"),
        ("INSERT INTO t VALUES (1) RETURNING a", "RETURNING", "SELECT"),
        ("INSERT OVERWRITE t SELECT 1", "overwritten", "INSERT INTO"),
        ("INSERT INTO t DEFAULT VALUES", "DEFAULT VALUES", "a value for each"),
        ("SELECT a FROM t LEFT SEMI JOIN u ON TRUE", "SEMI JOIN", "EXISTS"),
        ("SELECT * FROM (a JOIN b ON TRUE) AS c", "no alias", "SELECT *"),
        ("TABLE t", "TABLE name", "SELECT * FROM"), ("FROM t SELECT a", "begins with SELECT", "SELECT *"),
    ]

    @Test("what is known from elsewhere is refused by name, with the way to do it here", arguments: refusals)
    func refusal(refusal: (String, String, String)) throws {
        let (text, name, cure) = refusal
        let error = try #require(sqlError(text))
        #expect(error.code == .unsupported, "\(error)")
        #expect(error.message.contains(name), "\(error)")
        #expect((error.expectation ?? "").contains(cure), "\(error)")
    }

    @Test(
        "the words of refused constructs are names elsewhere",
        arguments: [
            "CREATE TABLE t (watermark BIGINT, metadata JSON, source TEXT, sink TEXT, view TEXT, stream TEXT, comment TEXT)",
            "SELECT session, hop, tumble FROM t", "SELECT grouping, rollup, cube FROM t GROUP BY rollup, cube",
            "CREATE TABLE watermark (key TEXT, virtual INT)", "SELECT unnest FROM t",
            "CREATE CONNECTION source TO kafka ()",
        ])
    func names(text: String) throws {
        let statements = try SQL.parse(text).map(\.statement)
        #expect(try SQL.parse(statements[0].sql()).map(\.statement) == statements)
    }
}
