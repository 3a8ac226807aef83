import LaminarKafka
import Testing

@Suite struct TableStatementsTests {
    @Test(
        "a table that can't be is refused at CREATE, with its place and the cure",
        arguments: [
            ("CREATE TABLE t (id BIGINT) WITH (connector = 'shpo')", "There is no connection shpo", "shop"),
            ("CREATE TABLE t (id BIGINT, id TEXT) WITH (connector = 'shop')", "two columns named id", nil),
            ("CREATE TABLE t (_kafka_offset BIGINT) WITH (connector = 'shop')", "include_metadata = 'true'", nil),
            (
                "CREATE TABLE t (_kafka_ofset BIGINT) WITH (connector = 'shop', include_metadata = 'true')",
                "no metadata column _kafka_ofset", "_kafka_offset"
            ),
            (
                "CREATE TABLE t (_kafka_offset INT) WITH (connector = 'shop', include_metadata = 'true')",
                "which is BIGINT, not INT", nil
            ),
            (
                "CREATE TABLE t (at BIGINT METADATA FROM 'ofset') WITH (connector = 'shop')",
                "a record has no field 'ofset'", "offset"
            ),
            (
                "CREATE TABLE t (at TEXT METADATA FROM 'offset') WITH (connector = 'shop')",
                "which is BIGINT, not TEXT", nil
            ),
            (
                "CREATE TABLE t (k BYTEA NOT NULL METADATA FROM 'key') WITH (connector = 'shop')", "can't be NOT NULL",
                nil
            ),
            ("CREATE TABLE t WITH (connector = 'shop')", "list them, as in CREATE TABLE t (id BIGINT", nil),
            ("CREATE TABLE t (id BIGINT) WITH (format = 'json')", "connector = '<connection>'", nil),
            ("CREATE TABLE t (n DECIMAL(3, 3)) WITH (connector = 'shop', bach_size = 1)", "bach_size", "batch_size"),
            ("CREATE TABLE t (offset BIGINT) WITH (connector = 'bytes')", "include_metadata = 'true'", nil),
            ("CREATE TABLE t (value TEXT) WITH (connector = 'bytes')", "raw_string", nil),
            ("CREATE TABLE t (id BIGINT) WITH (connector = 'bytes')", "no field id", nil),
            ("CREATE TABLE t WITH (connector = 'bytes')", "list them", nil),
            (
                "CREATE TABLE t (key TEXT, value TEXT) WITH (connector = 'shop', format = 'raw_string', include_metadata = 'true')",
                "which is BYTEA, not TEXT", nil
            ),
            ("CREATE TABLE t (_kafka_key BYTEA) WITH (connector = 'out', include_metadata = 'true')", "sink", nil),
            ("CREATE TABLE t (countr BIGINT) WITH (connector = 'beat')", "no column countr", "counter"),
            ("CREATE TABLE t (counter INT) WITH (connector = 'beat')", "is BIGINT, not INT", nil),
        ] as [(String, String, String?)])
    func refused(sql: String, reason: String, suggestion: String?) async throws {
        let laminar = try await catalog(
            Example.connection + """
                CREATE CONNECTION bytes TO kafka (
                    bootstrap_servers = 'localhost:9092', topic = 'b', type = 'source', format = 'raw');
                CREATE CONNECTION out TO kafka (
                    bootstrap_servers = 'localhost:9092', topic = 'o', type = 'sink', format = 'json');
                CREATE CONNECTION beat TO impulse ();
                """)
        let error = try #require(try await laminar.failure(sql))
        #expect(error.message.contains(reason), "\(error)")
        #expect(error.suggestion == suggestion)
        #expect(error.line == 1)
        #expect(error.column > 1, "\(error)")
        #expect(try await laminar.texts("SHOW TABLES").isEmpty)
    }

    @Test("every type can be declared")
    func types() async throws {
        let laminar = try await catalog(
            Example.connection + """
                CREATE TABLE t (a BOOLEAN, b SMALLINT, c INTEGER, d BIGINT NOT NULL, e REAL, f DOUBLE PRECISION,
                    g NUMERIC(10, 2), h STRING, i BYTES, j DATE, k TIME, l TIMESTAMP(3), m TIMESTAMPTZ, n INTERVAL, o UUID,
                    p JSON, q INT[], r STRUCT<x INT, "Y y" TEXT[]>, s MAP<TEXT, DOUBLE>) WITH (connector = 'shop')
                """)
        #expect(
            try await laminar.texts("DESCRIBE t").map { $0[1] } == [
                "BOOLEAN", "SMALLINT", "INT", "BIGINT", "REAL", "DOUBLE", "DECIMAL(10, 2)", "TEXT", "BYTEA", "DATE",
                "TIME",
                "TIMESTAMP", "TIMESTAMP", "INTERVAL", "UUID", "JSON", "INT[]", "STRUCT<x INT, \"Y y\" TEXT[]>",
                "MAP<TEXT, DOUBLE>",
            ])
    }

    @Test("a table's option overrides its connection's")
    func overriding() async throws {
        let laminar = try await catalog(
            Example.connection
                + "CREATE TABLE t (id BIGINT) WITH (connector = 'shop', topic = 'other', offset = 'latest', batch_size = 7)"
        )
        guard case .source(let source) = try laminar.resolveTable("t").connector else {
            Issue.record("not a source")
            return
        }
        #expect(source.subscription == .topics(["other"]))
        #expect(source.start == .latest)
        #expect(source.batch.records == 7)
        #expect(source.bootstrapServers == "localhost:9092")
    }

    @Test("a table that asks for a group of its own keeps it")
    func ownGroup() async throws {
        try await withDatabaseFile { path in
            let sql = """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source',
                    format = 'json', group_id = 'billing');
                CREATE TABLE t (id BIGINT) WITH (connector = 'shop', group_id_prefix = 'mine-');
                """
            var ids: [String] = []
            for _ in 0..<2 {
                let laminar = try await Laminar(database: .file(path))
                try await laminar.execute(sql)
                guard case .source(let source) = try laminar.resolveTable("t").connector else { continue }
                ids.append(source.groupID)
            }
            #expect(ids.count == 2)
            #expect(Set(ids).count == 1)
            #expect(ids.first?.hasPrefix("mine-") == true)
        }
    }

    @Test("a pattern never matches a dead letter topic of the catalog")
    func deadLetters() async throws {
        let laminar = try await catalog(
            """
            CREATE CONNECTION a TO kafka (bootstrap_servers = 'localhost:9092', topic_pattern = 'events.*', type = 'source',
                format = 'json');
            CREATE CONNECTION b TO kafka (bootstrap_servers = 'localhost:9092', topic = 'x', type = 'source',
                format = 'json', bad_data = 'dlq', dlq_topic = 'events.dlq');
            CREATE TABLE t (id BIGINT) WITH (connector = 'a');
            """)
        guard case .source(let source) = try laminar.resolveTable("t").connector else {
            Issue.record("not a source")
            return
        }
        #expect(source.properties["topic.blacklist"]?.contains("events") == true)
        #expect(throws: Never.self) { try source.validate() }
    }

    @Test("differences of columns are named")
    func differences() async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        let error = try #require(
            try await laminar.failure("CREATE TABLE orders (id BIGINT, total DOUBLE) WITH (connector = 'shop')"))
        for part in ["id BIGINT NOT NULL → id BIGINT", "amount DOUBLE: taken out", "total DOUBLE: added"] {
            #expect(error.message.contains(part), "\(error)")
        }
    }

    @Test("names fold unless they are quoted, in the option connector too")
    func names() async throws {
        let laminar = try await catalog(
            """
            CREATE CONNECTION Shop TO kafka (bootstrap_servers = 'localhost:9092', topic = 'o', type = 'source',
                format = 'json');
            CREATE TABLE Orders (userId BIGINT, "userID" TEXT) WITH (connector = 'Shop');
            """)
        #expect(try await laminar.texts("DESCRIBE ORDERS").map { $0[0] } == ["userid", "userID"])
    }
}
