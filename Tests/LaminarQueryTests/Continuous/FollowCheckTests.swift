import LaminarFormats
import LaminarQuery
import LaminarSQL
import Testing

@Suite("A query can be followed where each row is answered by itself") struct FollowCheckTests {
    /// A table whose rows would never end.
    private struct Endless: QueryTable {
        let schema: RowSchema
        func scan(_ request: ScanRequest) throws -> any BatchSupply { try BatchListSupply([], request) }
    }

    private struct Catalog: QueryCatalog {
        let schema: RowSchema
        func table(named name: SQL.ObjectName) throws -> CatalogTable? {
            switch name.name {
            case "orders", "clicks": .scanned(Endless(schema: schema))
            case "cities": .scanned(BatchListTable(schema: schema, []))
            default: nil
            }
        }
        var tableNames: [String] { ["orders", "clicks", "cities"] }
    }

    private func check(_ sql: String) throws {
        guard case .select(let query) = try #require(try SQL.parse(sql).first).statement else { return }
        let schema = try RowSchema([ColumnSchema("id", .bigint), ColumnSchema("name", .text)])
        let bound = try Binder(catalog: Catalog(schema: schema), source: sql).bind(query)
        try FollowCheck { $0 is Endless }.check(bound)
    }

    @Test(arguments: [
        "SELECT * FROM orders", "SELECT id + 1 AS next, upper(name) FROM orders WHERE name LIKE 'a%' LIMIT 10 OFFSET 2",
        "SELECT s.id FROM (SELECT id FROM orders WHERE id > 1) s WHERE s.id < 9",
        "WITH c AS (SELECT id FROM orders), unused AS (SELECT COUNT(*) FROM clicks) SELECT id FROM c",
        "SELECT id FROM orders WHERE id IN (SELECT id FROM cities) AND EXISTS (SELECT COUNT(*) FROM cities)",
    ])
    func followed(sql: String) throws { try check(sql) }

    @Test(arguments: [
        ("SELECT 1", "reads none"), ("SELECT id FROM cities", "reads none"),
        ("SELECT id FROM orders ORDER BY id", "ORDER BY"), ("SELECT DISTINCT name FROM orders", "DISTINCT"),
        ("SELECT COUNT(*) FROM orders", "CREATE PIPELINE"),
        ("SELECT name FROM orders GROUP BY name", "CREATE PIPELINE"),
        ("SELECT row_number() OVER (ORDER BY id) FROM orders", "window function"),
        ("SELECT o.id FROM orders o JOIN cities c ON o.id = c.id", "A join with orders"),
        ("SELECT o.id FROM orders o, clicks c", "orders and clicks"),
        ("SELECT a.id FROM orders a JOIN orders b ON a.id = b.id", "orders 2 times"),
        ("SELECT id FROM orders UNION ALL SELECT id FROM cities", "UNION ALL"),
        ("SELECT id FROM cities WHERE id IN (SELECT id FROM orders)", "A subquery over orders"),
        ("SELECT s.id FROM (SELECT id FROM orders ORDER BY id) s", "ORDER BY"),
        ("SELECT s.id FROM (SELECT id FROM orders LIMIT 3) s", "at the query's end"),
        ("WITH c AS MATERIALIZED (SELECT id FROM orders) SELECT id FROM c", "MATERIALIZED"),
        ("WITH c AS (SELECT id FROM orders) SELECT a.id FROM c a JOIN c b ON a.id = b.id", "orders 2 times"),
        ("WITH c AS (SELECT id FROM orders) SELECT c.id FROM c JOIN cities d ON c.id = d.id", "A join with orders"),
    ])
    func refused(sql: String, words: String) {
        let refusal = #expect(throws: ContinuousRefusal.self) { try check(sql) }
        #expect(refusal?.reason.contains(words) == true, "\(refusal?.reason ?? "")")
    }
}
