import Foundation
import LaminarKafka
import Synchronization
import Testing

@Suite struct LaminarTests {
    @Test("a script gives one result a statement")
    func results() async throws {
        let results = try await catalog().execute(
            "\(Example.connection) -- a comment\n ; ; \(Example.table) SHOW TABLES;")
        #expect(results.map(\.kind) == [.createConnection, .createTable, .show])
        #expect(results.map(\.isChange) == [true, true, false])
        #expect(try await catalog().execute("  -- nothing\n").isEmpty)
    }

    @Test("the first failure names its statement and place, and what was done before it stands")
    func failure() async throws {
        let laminar = try await catalog()
        let script = Example.connection + "\n" + Example.table + "\nDROP TABLE nothing;\nDROP TABLE orders;"
        let error = try #require(try await laminar.failure(script))
        #expect(error.number == 3)
        #expect(error.statement == "DROP TABLE nothing")
        #expect(error.line == 4)
        #expect(error.column == 12)
        #expect(error.completed.map(\.kind) == [.createConnection, .createTable])
        #expect(error.description.contains("DROP TABLE nothing;\n           ^"), "\(error)")
        #expect(try await laminar.texts("SHOW TABLES").count == 1)
    }

    @Test("a statement that can't be read stops the script there, not before")
    func syntax() async throws {
        let laminar = try await catalog()
        let error = try #require(
            try await laminar.failure(Example.connection + "\nCREATE TABEL orders (id BIGINT); SHOW TABLES"))
        #expect(error.number == 2)
        #expect(error.line == 3)
        #expect(error.underlying is SQLError)
        #expect(try await laminar.texts("SHOW CONNECTIONS").count == 1)
    }

    @Test("a script's SELECT, INSERT and EXPLAIN give tables and sentences")
    func queries() async throws {
        let laminar = try await catalog("CREATE TABLE t (id BIGINT NOT NULL, name TEXT);")
        let results = try await laminar.execute(
            """
            INSERT INTO t VALUES (1, 'one'), (2, NULL); INSERT INTO t (id) SELECT id + 10 FROM t;
            SELECT id, name FROM t ORDER BY id; EXPLAIN SELECT * FROM t
            """)
        #expect(results.map(\.kind) == [.insert, .insert, .select, .explain])
        #expect(results[1].message == "2 rows went into table t.")
        #expect(
            results[2].table?.rows == [
                [.bigint(1), .text("one")], [.bigint(2), .null], [.bigint(11), .null], [.bigint(12), .null],
            ])
        struct Named: Decodable, Sendable { let id: Int64; let name: String? }
        var ids: [Int64] = []
        for try await row in try await laminar.query("SELECT * FROM t WHERE id > ?", 1).values(as: Named.self) {
            ids.append(row.id)
        }
        #expect(ids.sorted() == [2, 11, 12])
    }

    @Test("the catalog is there again in the next process")
    func persistence() async throws {
        try await withDatabaseFile { path in
            try await Laminar(database: .file(path)).execute(Example.connection + Example.table)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            #expect(try await Laminar(database: .file(path)).texts("DESCRIBE orders").count == 2)
        }
    }

    @Test("two instances on one file see each other's statements")
    func twoInstances() async throws {
        try await withDatabaseFile { path in
            let (one, two) = (try await Laminar(database: .file(path)), try await Laminar(database: .file(path)))
            try await one.execute(Example.connection)
            try await two.execute(Example.table)
            #expect(try await one.texts("SHOW TABLES").count == 1)
        }
    }

    @Test("concurrent scripts take turns, statement by statement")
    func concurrency() async throws {
        let laminar = try await catalog(Example.connection)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await laminar.execute("CREATE TABLE t\(number) (id BIGINT) WITH (connector = 'shop')")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await laminar.texts("SHOW TABLES").count == 20)
    }

    @Test("run() returns when it is shut down, and everything is refused then")
    func shutdown() async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        async let running: Void = laminar.run()
        await laminar.shutdown()
        // Begun before or after the shutdown, it ends; begun after, it says so.
        do { try await running } catch let error as LaminarError { #expect(error.code == .shutDown) }
        await #expect(throws: LaminarError.self) { try await laminar.execute("SHOW TABLES") }
        #expect(throws: LaminarError.self) { try laminar.rows("orders") }
        await laminar.shutdown()
    }

    @Test("run() returns when its task is cancelled, and closes what is open")
    func cancellation() async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        let source = try laminar.rows("orders")
        let task = Task { try await laminar.run() }
        task.cancel()
        try await task.value
        #expect(source.state == .stopped)
    }

    @Test("withLaminar shuts down, also when its body throws")
    func scoped() async throws {
        struct Stop: Error {}
        let kept = Mutex<Laminar?>(nil)
        await #expect(throws: Stop.self) {
            try await withLaminar(database: .inMemory) { laminar in
                kept.withLock { $0 = laminar }
                throw Stop()
            }
        }
        let laminar = try #require(kept.withLock { $0 })
        await #expect(throws: LaminarError.self) { try await laminar.execute("SHOW TABLES") }
    }

    @Test("a host's format is used by DDL, and its absence is an error that names the way")
    func plugIn() async throws {
        let sql = """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'localhost:9092', topic = 'o', type = 'source',
                format = 'lines');
            CREATE TABLE t (line TEXT) WITH (connector = 'c');
            """
        let error = try #require(try await catalog().failure(sql))
        #expect(error.message.contains("decoder"), "\(error)")
        let laminar = try await Laminar(database: .inMemory)
        try laminar.register(format: LinesFormat())
        try await laminar.execute(sql)
        #expect(try laminar.resolveTable("t").format?.name == "lines")
    }

    @Test("tables of every built-in format are opened without a word to anybody, and an unknown one is told")
    func opened() async throws {
        let laminar = try await catalog(
            """
            CREATE CONNECTION c TO kafka (bootstrap_servers = 'localhost:9092', topic = 'o', type = 'source',
                format = 'avro', 'schema_registry.endpoint' = 'http://localhost:8081');
            CREATE TABLE t (id BIGINT) WITH (connector = 'c');
            CREATE TABLE p (id BIGINT) WITH (connector = 'c', format = 'protobuf');
            """)
        for table in ["t", "p"] { #expect(try laminar.rows(table).state == .starting) }
        let unknown = #expect(throws: LaminarError.self) { try laminar.rows("tt") }
        #expect(unknown?.code == .unknownName)
    }

    @Test("a megabyte of DDL and a thousand tables are no trouble")
    func large() async throws {
        let laminar = try await catalog(Example.connection)
        let columns = (0..<40).map { "column_with_a_long_name_\($0) BIGINT" }.joined(separator: ", ")
        let script = (0..<1000).map { "CREATE TABLE t\($0) (\(columns)) WITH (connector = 'shop');" }.joined()
        #expect(script.utf8.count > 1 << 20)
        #expect(try await laminar.execute(script).count == 1000)
    }
}

/// The payload as it is, in every TEXT column.
private struct LinesFormat: RecordFormat {
    let name = "lines"

    func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        BatchDecoder(schema: schema, decoder: LineDecoder())
    }
}

private struct LineDecoder: RecordDecoder {
    mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure) {
        try row.set(0, text: String(decoding: payload, as: UTF8.self))
    }
}
