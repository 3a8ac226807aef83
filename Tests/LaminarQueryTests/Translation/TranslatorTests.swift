import LaminarFormats
import LaminarQuery
import LaminarSQL
import LaminarStore
import Testing

/// What stands in SQLite's text, and what doesn't.
@Suite struct TranslatorTests {
    private let catalog: MemoryCatalog

    init() throws {
        catalog = try MemoryCatalog(
            #"""
            CREATE TABLE t (id BIGINT NOT NULL, name TEXT, "it's ""odd""" INT, at TIMESTAMP, span INTERVAL);
            CREATE TABLE u (id BIGINT, name TEXT);
            """#)
    }

    private func sql(_ query: String) throws -> String { try Query.translate(query, catalog).sql }

    @Test("no text of the user's stands in the statement")
    func texts() throws {
        let translated = try Query.translate(
            #"SELECT name AS "a'; DROP", "it's ""odd""" FROM t AS "x'""y" WHERE name = 'o''Brien; --' OR name LIKE '%"'"#,
            catalog)
        #expect(!translated.sql.contains("'") && !translated.sql.contains("\""))
        #expect(translated.values.contains(.text("o'Brien; --")))
        #expect(translated.columns.map(\.name) == ["a'; DROP", #"it's "odd""#])
    }

    @Test("only columns that are used are asked of a table")
    func usedColumns() throws {
        let scans = try Query.translate("SELECT count(*), max(at) FROM t WHERE id > 1", catalog).scans
        #expect(scans.map(\.request.columns) == [[0, 3]])
        #expect(try Query.translate("SELECT count(*) FROM t", catalog).scans.map(\.request.columns) == [[]])
        #expect(
            try Query.translate("SELECT id FROM t ORDER BY name", catalog).scans.map(\.request.columns) == [[0, 1]])
    }

    @Test("each use of a table is a scan of its own")
    func scans() throws {
        let scans = try Query.translate("SELECT a.id FROM t a JOIN t b ON a.id = b.id", catalog).scans
        #expect(Set(scans.map(\.name)).count == 2)
    }

    @Test("a table that is read once isn't kept; the other side of a join and a subquery's are")
    func kept() throws {
        #expect(try !sql("SELECT id FROM t WHERE id > 1").contains("MATERIALIZED"))
        #expect(try !sql("SELECT x.id FROM (SELECT id FROM t) x").contains("MATERIALIZED"))
        #expect(try sql("SELECT t.id FROM t JOIN u ON t.id = u.id").components(of: "MATERIALIZED") == 1)
        #expect(try sql("SELECT id FROM t WHERE id IN (SELECT id FROM u)").components(of: "MATERIALIZED") == 1)
        #expect(try sql("SELECT t.id FROM t FULL JOIN u ON t.id = u.id").components(of: "MATERIALIZED") == 2)
    }

    @Test("a common table that is used once isn't kept, one that is used twice is")
    func commonTables() throws {
        #expect(try !sql("WITH c AS (SELECT id FROM t) SELECT id FROM c").contains("MATERIALIZED"))
        #expect(
            try sql("WITH c AS (SELECT id FROM t) SELECT 1 FROM c a JOIN c b ON a.id = b.id").components(
                of: "MATERIALIZED") == 1)
    }

    @Test("NOW() is one bound value, and no other's place")
    func now() throws {
        let translated = try Query.translate("SELECT now(), now() - at, NULL FROM t WHERE at < now()", catalog)
        let index = try #require(translated.nowIndex)
        #expect(translated.values.indices.contains(index))
        #expect(translated.sql.components(of: "?\(index + 1)") == 3)
    }

    @Test("PostgreSQL's order of NULL is always written")
    func nulls() throws {
        #expect(try sql("SELECT id FROM t ORDER BY id").hasSuffix("ORDER BY 1 NULLS LAST"))
        #expect(try sql("SELECT id FROM t ORDER BY id DESC").hasSuffix("ORDER BY 1 DESC NULLS FIRST"))
        #expect(try sql("SELECT id FROM t ORDER BY id DESC NULLS LAST").hasSuffix("ORDER BY 1 DESC NULLS LAST"))
    }

    @Test("intervals are compared and grouped by their length")
    func intervals() throws {
        #expect(try sql("SELECT span FROM t WHERE span = INTERVAL '30 days'").components(of: "substr(") == 2)
        #expect(try sql("SELECT count(*) FROM t GROUP BY span").components(of: "substr(") == 1)
    }

    @Test("a chain as long as SQLite's depth is written in halves")
    func longChains() async throws {
        let conditions = (0..<3_000).map { "id = \($0)" }.joined(separator: " OR ")
        let rows = try await Query.rows("SELECT id FROM (VALUES (7), (9999)) v (id) WHERE \(conditions)", catalog).rows
        #expect(rows == [[.int(7)]])
        let texts = Array(repeating: "'x'", count: 3_000).joined(separator: " || ")
        #expect(try await Query.rows("SELECT length(\(texts)) AS n", catalog).rows == [[.int(3_000)]])
    }

    @Test("a parameter keeps its type, and a text takes that of the other side")
    func parameters() throws {
        let translated = try Query.translate(
            "SELECT id FROM t WHERE at > $1 AND id = $2", catalog, [.text("2024-01-01"), .bigint(7)])
        #expect(translated.sql.contains("1704067200000000"), "\(translated.sql)")
    }
}

extension String {
    /// How often a part is there.
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let found = rest.firstRange(of: part) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
