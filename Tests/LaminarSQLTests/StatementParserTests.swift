import LaminarSQL
import Testing

@Suite struct StatementParserTests {
    private func parse(_ text: String) throws -> SQL.Statement {
        let statements = try SQL.parse(text)
        try #require(statements.count == 1)
        return statements[0].statement
    }

    @Test("a connection keeps its options in order, with keys in lower case") func connection() throws {
        let expected = SQL.CreateConnection(
            orReplace: true, ifNotExists: true, name: SQL.Identifier("shop"), connector: SQL.Identifier("kafka"),
            options: [
                SQL.Option("bootstrap_servers", "a:1"), SQL.Option("auth.type", "sasl"),
                SQL.Option("fetch.min.bytes", "1"),
                SQL.Option(key: "batch_size", value: .number("10")), SQL.Option(key: "lag", value: .number("-1.5")),
                SQL.Option(key: "enabled", value: .boolean(true)), SQL.Option("Quoted", "it's"),
            ])
        let statement = try parse(
            """
            create or replace Connection if not exists SHOP to KAFKA (
                Bootstrap_Servers = 'a:1', 'Auth.Type' = 'sasl', fetch.min.bytes = '1', batch_size = 10, lag = -1.5,
                enabled = TRUE, "quoted" = 'it''s',
            )
            """)
        #expect(statement == .createConnection(expected))
    }

    @Test("words of the grammar are option keys and columns without quotes") func plainWords() throws {
        let words = [
            "offset", "timestamp", "partition", "key", "value", "topic", "type", "format", "date", "time", "json",
        ]
        let options = words.map { "\($0) = 'x'" }.joined(separator: ", ")
        guard case .createConnection(let create) = try parse("CREATE CONNECTION c TO kafka (\(options))") else {
            Issue.record("no connection")
            return
        }
        #expect(create.options.map(\.key) == words)
        for word in words {
            for text in [
                "SELECT \(word) FROM t", "SELECT a, \(word), b FROM t", "SELECT a AS \(word) FROM t",
                "SELECT a \(word) FROM t",
                "SELECT t.\(word) FROM t WHERE \(word) > 1 ORDER BY \(word) LIMIT 1 OFFSET 2",
                "SELECT max(\(word)) FROM \(word)",
                "INSERT INTO t (\(word)) VALUES (1)", "CREATE TABLE t (\(word) BIGINT)", "SELECT \(word)",
            ] {
                let statement = try parse(text)
                #expect(try parse(statement.sql()) == statement, "\(text)")
            }
        }
    }

    @Test("OFFSET with a number is a clause, without one a name") func offset() throws {
        #expect(try parse("SELECT a OFFSET 5").sql() == "SELECT a OFFSET 5")
        #expect(try parse("SELECT a offset").sql() == "SELECT a AS offset")
        #expect(
            try parse("SELECT a FROM t OFFSET 5 ROWS FETCH NEXT 3 ROWS ONLY").sql()
                == "SELECT a FROM t LIMIT 3 OFFSET 5")
        #expect(
            try parse("SELECT offset FROM t offset WHERE offset = 1").sql()
                == "SELECT offset FROM t AS offset WHERE offset = 1")
        #expect(try parse("SELECT offset OFFSET 1").sql() == "SELECT offset OFFSET 1")
    }

    @Test("columns have types, NOT NULL and METADATA FROM") func table() throws {
        let statement = try parse(
            """
            CREATE TABLE t (
                id BIGINT NOT NULL, "userId" STRING, o BIGINT METADATA FROM 'offset' NOT NULL, n INT NULL,
                s STRUCT<a INT NOT NULL, b TEXT[], c STRUCT<d MAP<VARCHAR, DECIMAL(10, 2)>>>, -- all of it
            ) WITH (connector = 'c', include_metadata = TRUE,)
            """)
        let inner = SQL.TypeName.structure([
            SQL.StructField(name: SQL.Identifier("d"), type: .map(.decimal(precision: 10, scale: 2)))
        ])
        let expected = SQL.CreateTable(
            name: SQL.Identifier("t"),
            columns: [
                SQL.ColumnDefinition(name: SQL.Identifier("id"), type: .bigint, isNotNull: true),
                SQL.ColumnDefinition(name: SQL.Identifier("userId"), type: .text),
                SQL.ColumnDefinition(
                    name: SQL.Identifier("o"), type: .bigint, isNotNull: true, metadataField: "offset"),
                SQL.ColumnDefinition(name: SQL.Identifier("n"), type: .int),
                SQL.ColumnDefinition(
                    name: SQL.Identifier("s"),
                    type: .structure([
                        SQL.StructField(name: SQL.Identifier("a"), type: .int, isNotNull: true),
                        SQL.StructField(name: SQL.Identifier("b"), type: .array(.text)),
                        SQL.StructField(name: SQL.Identifier("c"), type: inner),
                    ])),
            ],
            options: [SQL.Option("connector", "c"), SQL.Option(key: "include_metadata", value: .boolean(true))])
        #expect(statement == .createTable(expected))
        #expect(
            statement.sql() == """
                CREATE TABLE t (
                    id BIGINT NOT NULL,
                    "userId" TEXT,
                    o BIGINT NOT NULL METADATA FROM 'offset',
                    n INT,
                    s STRUCT<a INT NOT NULL, b TEXT[], c STRUCT<d MAP<TEXT, DECIMAL(10, 2)>>>
                ) WITH (
                    connector = 'c',
                    include_metadata = TRUE
                )
                """)
    }

    static let types: [(String, String)] = [
        ("boolean", "BOOLEAN"), ("bool", "BOOLEAN"), ("tinyint", "SMALLINT"), ("smallint", "SMALLINT"),
        ("int2", "SMALLINT"),
        ("int", "INT"), ("integer", "INT"), ("int4", "INT"), ("bigint", "BIGINT"), ("int8", "BIGINT"), ("real", "REAL"),
        ("float4", "REAL"), ("float", "DOUBLE"), ("float(24)", "REAL"), ("float(53)", "DOUBLE"), ("float8", "DOUBLE"),
        ("double", "DOUBLE"), ("double precision", "DOUBLE"), ("decimal", "DECIMAL"), ("numeric(10)", "DECIMAL(10)"),
        ("dec(10,2)", "DECIMAL(10, 2)"), ("text", "TEXT"), ("string", "TEXT"), ("varchar", "TEXT"),
        ("varchar(10)", "TEXT"),
        ("char(1)", "TEXT"), ("character varying(10)", "TEXT"), ("bytea", "BYTEA"), ("bytes", "BYTEA"),
        ("varbinary(3)", "BYTEA"),
        ("date", "DATE"), ("time", "TIME"), ("time(3) without time zone", "TIME"), ("timestamp", "TIMESTAMP"),
        ("timestamp(3)", "TIMESTAMP(3)"), ("timestamptz", "TIMESTAMPTZ"), ("timestamp with time zone", "TIMESTAMPTZ"),
        ("timestamp(6) with local time zone", "TIMESTAMPTZ"), ("timestamp without time zone", "TIMESTAMP"),
        ("interval", "INTERVAL"), ("uuid", "UUID"), ("json", "JSON"), ("jsonb", "JSON"), ("int[]", "INT[]"),
        ("int[3][]", "INT[][]"),
        ("int array", "INT[]"), ("array<int>", "INT[]"), ("map<text, int[]>", "MAP<TEXT, INT[]>"),
        ("struct<a int, \"B\" text,>", "STRUCT<a INT, \"B\" TEXT>"),
        ("struct<a map<text,array<struct<b int>>>>", "STRUCT<a MAP<TEXT, STRUCT<b INT>[]>>"),
    ]

    @Test("types have synonyms and one canonical name", arguments: types)
    func type(text: String, printed: String) throws {
        #expect(try parse("CREATE TABLE t (a \(text))").sql() == "CREATE TABLE t (\n    a \(printed)\n)")
    }

    /// Statements, and how they are printed.
    static let canonical: [(String, String)] = [
        ("create connection c to impulse ()", "CREATE CONNECTION c TO impulse ()"),
        ("create table t with (connector = 'c')", "CREATE TABLE t WITH (\n    connector = 'c'\n)"),
        (
            "create or replace pipeline if not exists p as select 1",
            "CREATE OR REPLACE PIPELINE IF NOT EXISTS p AS\nSELECT 1"
        ),
        (
            "create pipeline p with (x = 1) as insert into s select * from t",
            "CREATE PIPELINE p WITH (\n    x = 1\n) AS\nINSERT INTO s SELECT * FROM t"
        ),
        ("drop connection if exists c", "DROP CONNECTION IF EXISTS c"), ("drop table t", "DROP TABLE t"),
        ("drop pipeline p", "DROP PIPELINE p"),
        ("start pipeline p", "START PIPELINE p"), ("stop pipeline p", "STOP PIPELINE p"),
        ("show connections", "SHOW CONNECTIONS"),
        ("show tables", "SHOW TABLES"), ("show pipelines", "SHOW PIPELINES"), ("show create t", "SHOW CREATE t"),
        ("show create table t", "SHOW CREATE TABLE t"), ("show create connection", "SHOW CREATE connection"),
        ("describe t", "DESCRIBE t"), ("desc table t", "DESCRIBE t"),
        ("describe system.connections", "DESCRIBE system.connections"), ("explain select 1", "EXPLAIN SELECT 1"),
        ("insert into t values (1, 'a'), (2, NULL)", "INSERT INTO t VALUES (1, 'a'), (2, NULL)"),
        ("insert into t (a, b,) select 1, 2", "INSERT INTO t (a, b) SELECT 1, 2"),
        ("insert into t (select 1)", "INSERT INTO t SELECT 1"),
        ("select test_connection('c')", "SELECT test_connection('c')"), ("select *", "SELECT *"),
        ("select t.*, a.b.* from t", "SELECT t.*, a.b.* FROM t"),
        ("select distinct a, b as x, c y, d \"Z\" from t", "SELECT DISTINCT a, b AS x, c AS y, d AS \"Z\" FROM t"),
        ("select all a", "SELECT a"),
        ("select a as select", "SELECT a AS \"select\""), ("values (1), (2)", "VALUES (1), (2)"),
        ("(select 1)", "SELECT 1"),
        ("select * from system.connections where name = 'x'", "SELECT * FROM system.connections WHERE name = 'x'"),
        ("select * from a, b as x, c y (p, q)", "SELECT * FROM a, b AS x, c AS y (p, q)"),
        ("select * from a join b on a.id = b.id", "SELECT * FROM a JOIN b ON a.id = b.id"),
        ("select * from a inner join b using (id, x)", "SELECT * FROM a JOIN b USING (id, x)"),
        (
            "select * from a left outer join b on true right join c on true full join d on true",
            "SELECT * FROM a LEFT JOIN b ON TRUE RIGHT JOIN c ON TRUE FULL JOIN d ON TRUE"
        ),
        (
            "select * from a cross join b natural join c natural left join d",
            "SELECT * FROM a CROSS JOIN b NATURAL JOIN c NATURAL LEFT JOIN d"
        ),
        ("select * from a join (b join c on true) on true", "SELECT * FROM a JOIN (b JOIN c ON TRUE) ON TRUE"),
        ("select * from (select 1) as s (x)", "SELECT * FROM (SELECT 1) AS s (x)"),
        ("select * from ((select 1)) s", "SELECT * FROM (SELECT 1) AS s"),
        ("select * from ((select 1) union select 2) s", "SELECT * FROM (SELECT 1 UNION SELECT 2) AS s"),
        ("select * from ((select 1) a join b on true)", "SELECT * FROM ((SELECT 1) AS a JOIN b ON TRUE)"),
        ("select * from generate_series(1, 10) as g", "SELECT * FROM generate_series(1, 10) AS g"),
        (
            "select a, count(*) from t where b group by a, 2 having count(*) > 1 order by a desc nulls last, 2 asc limit 10 offset 5",
            "SELECT a, count(*) FROM t WHERE b GROUP BY a, 2 HAVING count(*) > 1 ORDER BY a DESC NULLS LAST, 2 LIMIT 10 OFFSET 5"
        ),
        ("select 1 offset 5 limit 10", "SELECT 1 LIMIT 10 OFFSET 5"), ("select 1 limit all", "SELECT 1"),
        ("select 1 fetch first row only", "SELECT 1 LIMIT 1"),
        (
            "select rank() over w from t window w as (partition by a), v as (w order by b)",
            "SELECT rank() OVER w FROM t WINDOW w AS (PARTITION BY a), v AS (w ORDER BY b)"
        ),
        (
            "with a as (select 1), b (x) as materialized (select 2) select * from a, b",
            "WITH a AS (SELECT 1), b (x) AS MATERIALIZED (SELECT 2) SELECT * FROM a, b"
        ),
        (
            "with recursive r as (select 1 union all select 2) select * from r",
            "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM r"
        ),
        (
            "with recursive as (select 1) select * from recursive",
            "WITH recursive AS (SELECT 1) SELECT * FROM recursive"
        ),
        ("select 1 union select 2 union select 3", "SELECT 1 UNION SELECT 2 UNION SELECT 3"),
        ("select 1 union distinct select 2", "SELECT 1 UNION SELECT 2"),
        ("select 1 union (select 2 union select 3)", "SELECT 1 UNION (SELECT 2 UNION SELECT 3)"),
        ("(select 1 union select 2) union select 3", "(SELECT 1 UNION SELECT 2) UNION SELECT 3"),
        ("select 1 union select 2 intersect select 3", "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3"),
        ("(select 1 union select 2) intersect select 3", "(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3"),
        ("select 1 except all select 2 union all values (3)", "SELECT 1 EXCEPT ALL SELECT 2 UNION ALL VALUES (3)"),
        (
            "(select 1 limit 1) union (select 2 order by 1) order by 1",
            "(SELECT 1 LIMIT 1) UNION (SELECT 2 ORDER BY 1) ORDER BY 1"
        ),
        ("select /* one /* two */ */ 1 -- three", "SELECT 1"), ("SELECT\u{00A0}1\u{FEFF}", "SELECT 1"),
        ("select 1\r\n, 2", "SELECT 1, 2"),
    ]

    @Test("a statement is printed canonically, and what is printed is the same tree", arguments: canonical)
    func canonicalForm(text: String, printed: String) throws {
        let tree = try parse(text)
        #expect(tree.sql() == printed)
        #expect(try parse(printed) == tree)
    }

    @Test("a script gives its statements with number, place and source") func script() throws {
        let statements = try SQL.parse(";; SELECT 1 ;\n\n  -- two\n  DROP TABLE t /* x */;\nSHOW TABLES -- end")
        #expect(statements.map(\.number) == [1, 2, 3])
        #expect(statements.map(\.text) == ["SELECT 1", "DROP TABLE t", "SHOW TABLES"])
        #expect(statements.map(\.position.line) == [1, 4, 5])
        #expect(statements.map(\.position.column) == [4, 3, 1])
        #expect(try SQL.parse(" -- nothing\n;").isEmpty)
        #expect(try SQL.parse("").isEmpty)
    }

    @Test("options and names know where they stand") func positions() throws {
        guard
            case .createConnection(let create) = try parse(
                "CREATE CONNECTION é TO kafka (\n  topic\t= 'x',\n  'ü' = 1)")
        else {
            Issue.record("no connection")
            return
        }
        #expect(create.name.position == SQL.Position(line: 1, column: 19, offset: 18))
        #expect(create.connector.position == SQL.Position(line: 1, column: 24, offset: 24))
        #expect(create.options[0].keyPosition == SQL.Position(line: 2, column: 3, offset: 34))
        #expect(create.options[0].valuePosition == SQL.Position(line: 2, column: 11, offset: 42))
        #expect(create.options[1].keyPosition == SQL.Position(line: 3, column: 3, offset: 49))
        #expect(create.options[1].valuePosition == SQL.Position(line: 3, column: 9, offset: 56))
    }

    @Test("each statement counts its parameters anew") func parameters() throws {
        #expect(
            try SQL.parse("SELECT ?, ?; SELECT ?; SELECT $1").map { $0.statement.sql() } == [
                "SELECT $1, $2", "SELECT $1", "SELECT $1",
            ])
    }
}
