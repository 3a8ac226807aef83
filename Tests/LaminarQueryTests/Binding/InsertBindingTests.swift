import LaminarFormats
import LaminarQuery
import LaminarSQL
import Testing

/// The query of an INSERT takes the types of the columns that it writes to.
@Suite struct InsertBindingTests {
    private static let columns = [
        ColumnSchema("id", .bigint), ColumnSchema("name", .text), ColumnSchema("at", .timestamp),
        ColumnSchema("small", .smallint),
    ]

    private func bind(_ sql: String) throws -> BoundQuery {
        let catalog = try MemoryCatalog("CREATE TABLE t (id INT, name TEXT, at DATE, big BIGINT);")
        let table = SQL.ObjectName(SQL.Identifier("sink"))
        return try Binder(catalog: catalog, source: sql).bind(Query.parse(sql), into: Self.columns, of: table)
    }

    @Test(
        "values, literals and columns are converted",
        arguments: [
            "VALUES (1, 'a', '2024-01-01', 3), (NULL, NULL, NULL, NULL)", "SELECT 1, 'a', '2024-01-01', 3",
            "SELECT id, name, at, big FROM t", "SELECT * FROM t ORDER BY id LIMIT 1",
            "SELECT 1, 'a', '2024-01-01', 3 UNION ALL SELECT id, name, at, big FROM t",
            "WITH c AS (SELECT * FROM t) SELECT * FROM c",
        ])
    func converted(sql: String) throws {
        #expect(try bind(sql).columns.map(\.type) == Self.columns.map(\.type))
    }

    @Test("what can't be assigned is refused")
    func refused() {
        #expect { try bind("SELECT true, name, at, big FROM t") } throws: { error in
            (error as? SQLError)?.message == "bool is BOOLEAN, not BIGINT"
        }
    }

    @Test("as many values as columns", arguments: ["VALUES (1, 'a')", "SELECT *, 1 FROM t", "SELECT 1"])
    func counted(sql: String) {
        #expect { try bind(sql) } throws: { error in
            (error as? SQLError)?.message.contains("for 4 columns of sink") ?? false
        }
    }
}
