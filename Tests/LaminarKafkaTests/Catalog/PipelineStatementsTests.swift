import LaminarKafka
import Testing

@Suite struct PipelineStatementsTests {
    private static let tables = """
        \(Example.connection) \(Example.table)
        CREATE TABLE customers (id BIGINT NOT NULL, name TEXT);
        CREATE TABLE large (id BIGINT, amount DOUBLE);
        CREATE CONNECTION out TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'totals', type = 'sink', format = 'json');
        CREATE TABLE totals (id BIGINT, total DOUBLE) WITH (connector = 'out');
        CREATE CONNECTION beat TO impulse (event_rate = 5);
        CREATE TABLE ticks WITH (connector = 'beat');
        """
    private static let spend = "CREATE PIPELINE spend AS SELECT id, SUM(amount) AS total FROM orders GROUP BY id;"

    @Test("a pipeline is made, listed, described, stopped, started and dropped")
    func life() async throws {
        let laminar = try await catalog(Self.tables + Self.spend)
        #expect(try await laminar.texts("SHOW PIPELINES").map { [$0[0], $0[1]] } == [["spend", "started"]])
        #expect(
            try await laminar.texts("DESCRIBE spend") == [
                ["id", "BIGINT", "false", "groups of orders"], ["total", "DOUBLE", "true", "groups of orders"],
            ])
        try await laminar.execute("STOP PIPELINE spend")
        #expect(try await laminar.texts("SHOW PIPELINES").map { $0[1] } == ["stopped"])
        #expect(try await laminar.execute("START PIPELINE spend").first?.isChange == true)
        #expect(try await laminar.execute("START PIPELINE spend").first?.isChange == false)
        #expect(try await laminar.texts("SHOW CREATE PIPELINE spend").first?.first??.contains("GROUP BY id") == true)
        try await laminar.execute("DROP PIPELINE spend; DROP TABLE orders")
        #expect(try await laminar.texts("SHOW PIPELINES").isEmpty)
    }

    @Test("the same again changes nothing, another query needs OR REPLACE")
    func idempotent() async throws {
        let laminar = try await catalog(Self.tables + Self.spend)
        #expect(try await laminar.execute(Self.spend).first?.isChange == false)
        let other = "PIPELINE spend AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id"
        #expect(try await laminar.failure("CREATE \(other)")?.message.contains("OR REPLACE") == true)
        #expect(try await laminar.execute("CREATE OR REPLACE \(other)").first?.isChange == true)
        #expect(try await laminar.texts("DESCRIBE spend").map { $0[0] } == ["id", "n"])
    }

    @Test("what a pipeline reads or writes can't be dropped")
    func inUse() async throws {
        let laminar = try await catalog(
            Self.tables + "CREATE PIPELINE p AS INSERT INTO large SELECT o.id, o.amount FROM orders o "
                + "JOIN customers c ON c.id = o.id")
        for table in ["orders", "customers", "large"] {
            let error = try #require(try await laminar.failure("DROP TABLE \(table)"))
            #expect(error.message.contains("pipeline p"), "\(error)")
        }
        #expect(try await laminar.failure("CREATE TABLE p (id INT)")?.message.contains("pipeline p") == true)
    }

    @Test(
        "a query without a continuous meaning is refused with the reason, at its place",
        arguments: [
            ("SELECT id FROM orders ORDER BY «id»", "ORDER BY"),
            ("SELECT id FROM orders LIMIT 5", "LIMIT"),
            ("SELECT DISTINCT «id» FROM orders", "GROUP BY"),
            ("SELECT «row_number»() OVER (ORDER BY id) FROM orders", "window"),
            ("SELECT a.id FROM orders a JOIN «orders» b ON a.id = b.id", "every row of both"),
            ("SELECT c.id FROM customers c LEFT JOIN «orders» o ON o.id = c.id", "LEFT JOIN"),
            ("SELECT id FROM «orders» UNION ALL SELECT id FROM orders", "UNION ALL"),
            ("SELECT id FROM customers", "Kafka table"),
            ("SELECT id FROM orders WHERE id IN (SELECT id FROM «orders»)", "subquery"),
            ("SELECT n FROM (SELECT COUNT(*) AS n FROM «orders») x", "GROUP BY"),
            ("SELECT id FROM «system».connections", "system"),
            ("SELECT id, total FROM «totals»", "written"), ("SELECT counter FROM «ticks»", "impulse"),
        ])
    func refusals(query: String, reason: String) async throws {
        let laminar = try await catalog(Self.tables)
        let start = "CREATE PIPELINE p AS "
        let plain = query.filter { $0 != "«" && $0 != "»" }
        let error = try #require(try await laminar.failure(start + plain))
        #expect((error.underlying as? LaminarError)?.code == .notContinuous, "\(error)")
        #expect(error.message.contains(reason), "\(error)")
        if let mark = query.firstIndex(of: "«") {
            #expect(error.column == start.count + query.distance(from: query.startIndex, to: mark) + 1, "\(error)")
        }
    }

    @Test(
        "options are checked",
        arguments: [
            ("WITH (retention = 'soon') AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id", "7 days"),
            ("WITH (retentoin = '7 days') AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id", "retention"),
            ("WITH (retention = '7 days') AS SELECT id FROM orders", "keeps none"),
        ])
    func options(rest: String, words: String) async throws {
        let error = try #require(try await catalog(Self.tables).failure("CREATE PIPELINE p \(rest)"))
        #expect((error.underlying as? LaminarError)?.code == .invalidOption)
        #expect(error.description.contains(words), "\(error)")
    }

    @Test(
        "INSERT INTO fits the table or is refused",
        arguments: [
            ("large (idd) SELECT id FROM orders", "no column idd"),
            ("large (id) SELECT CAST(id AS TEXT) FROM orders", "CAST"), ("nowhere SELECT id FROM orders", "no table"),
            ("orders SELECT id, amount FROM orders", "read, not written"),
        ])
    func inserts(rest: String, words: String) async throws {
        let error = try #require(try await catalog(Self.tables).failure("CREATE PIPELINE p AS INSERT INTO \(rest)"))
        #expect(error.message.contains(words), "\(error)")
    }

    @Test("an unknown pipeline is an error with a suggestion")
    func unknown() async throws {
        let laminar = try await catalog(Self.tables + Self.spend)
        for sql in ["START PIPELINE spent", "STOP PIPELINE spent", "DROP PIPELINE spent"] {
            #expect(try await laminar.failure(sql)?.suggestion == "spend")
        }
        #expect(throws: LaminarError.self) { try laminar.pipeline("spent") }
        #expect(try laminar.pipeline("spend").columns.map(\.name) == ["id", "total"])
    }
}
