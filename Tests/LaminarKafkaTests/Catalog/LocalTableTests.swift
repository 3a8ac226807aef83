import LaminarKafka
import LaminarTesting
import Testing

@Suite struct LocalTableTests {
    private static let customers = "CREATE TABLE customers (id BIGINT NOT NULL, name TEXT, since DATE);"

    @Test("a table without WITH is there, is listed and described, and goes")
    func life() async throws {
        let laminar = try await catalog(Self.customers)
        #expect(try await laminar.texts("SHOW TABLES").map { [$0[0], $0[1]] } == [["customers", nil]])
        #expect(
            try await laminar.texts("DESCRIBE customers") == [
                ["id", "BIGINT", "false", "table"], ["name", "TEXT", "true", "table"],
                ["since", "DATE", "true", "table"],
            ])
        #expect(try await laminar.texts("SHOW CREATE customers").first?.first??.hasPrefix("CREATE TABLE") == true)
        #expect(try await laminar.execute(Self.customers).first?.isChange == false)
        try await laminar.execute("DROP TABLE customers")
        #expect(try await laminar.texts("SHOW TABLES").isEmpty)
    }

    @Test("any SQLite library reads it: Python finds the table with its types")
    func outside() async throws {
        try await withDatabaseFile { path in
            let laminar = try await Laminar(database: .file(path))
            try await laminar.execute(
                "CREATE TABLE t (a BOOLEAN, b INT NOT NULL, c DOUBLE, d DECIMAL(10, 2), e TEXT, f TIMESTAMP, g JSON)")
            let script = """
                import sqlite3, sys
                for row in sqlite3.connect(sys.argv[1]).execute("PRAGMA table_info(t)"):
                    print(row[1], row[2], row[3])
                """
            let printed = try await Peers.python(script, [path]).success(within: .seconds(60)).output
            let found = printed.split(separator: "\n").map(String.init)
            #expect(
                found == [
                    "a INTEGER 0", "b INTEGER 1", "c REAL 0", "d BLOB 0", "e TEXT 0", "f INTEGER 0", "g TEXT 0",
                ])
        }
    }

    @Test("another definition is refused with the differences; OR REPLACE makes it anew")
    func replacing() async throws {
        let laminar = try await catalog(Self.customers)
        let other = "TABLE customers (id BIGINT NOT NULL, name TEXT, city TEXT)"
        let error = try #require(try await laminar.failure("CREATE \(other)"))
        #expect(error.message.contains("column city TEXT: added"))
        #expect(error.message.contains("column since DATE: taken out"))
        try await laminar.execute("CREATE OR REPLACE \(other)")
        #expect(try await laminar.texts("DESCRIBE customers").map { $0[0] } == ["id", "name", "city"])
    }

    @Test(
        "what can't be is refused at its place",
        arguments: [
            ("CREATE TABLE t (_kafka_offset BIGINT)", "invalid column"),
            ("CREATE TABLE t (a INT, a INT)", "invalid column"), ("CREATE TABLE orders (id INT)", "already exists"),
        ])
    func refusals(sql: String, code: String) async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        let error = try #require(try await laminar.failure(sql))
        #expect((error.underlying as? LaminarError)?.code.description == code, "\(error)")
    }
}
