import Foundation
import LaminarFormats
import LaminarSQL
import Testing

@testable import LaminarQuery

@Suite("What is done in columns gives what rows give")
struct PushdownTests {
    @Test("filters", arguments: 0..<20)
    func filters(turn: Int) async throws {
        var random = QueryRandom(seed: UInt64(turn))
        let rows = try RandomRows(&random)
        for _ in 0..<5 { try await rows.compare("SELECT id, n, city FROM t WHERE \(random.condition())") }
    }

    @Test("groups", arguments: 0..<20)
    func groups(turn: Int) async throws {
        var random = QueryRandom(seed: 1000 + UInt64(turn))
        let rows = try RandomRows(&random)
        for _ in 0..<5 { try await rows.compare(random.grouped()) }
    }

    @Test(
        "what SQLite must do stays with it",
        arguments: [
            "SELECT a.id, b.id FROM t a LEFT JOIN t b ON a.id = b.id + 1 WHERE b.n > 10 OR b.id IS NULL",
            "SELECT a.id FROM t a JOIN t b ON a.id = b.id WHERE a.n > 0 AND b.n < 50 AND a.n + b.n > 3",
            "SELECT id FROM t WHERE n > (SELECT AVG(n) FROM t WHERE city = 'Lyon') AND small > 0",
            "SELECT city, COUNT(DISTINCT n) FROM t WHERE n > 0 GROUP BY city",
            "SELECT COUNT(*), (SELECT MAX(n) FROM t) FROM t WHERE n IS NOT NULL",
            "WITH c AS (SELECT city, SUM(n) AS s FROM t GROUP BY city) SELECT * FROM c WHERE s > 0",
            "SELECT DISTINCT city FROM t WHERE n > 0",
            "SELECT id, ROW_NUMBER() OVER (ORDER BY id) FROM t WHERE n > 0",
            "SELECT city FROM t WHERE n > 0 UNION SELECT city FROM t WHERE n < 0",
            "SELECT COUNT(*) FROM t WHERE id IN (SELECT id FROM t WHERE flag)",
            "SELECT COUNT(*), SUM(n), AVG(n), MIN(city), MAX(at) FROM t WHERE id < 0",
            "SELECT city, COUNT(*) FROM t GROUP BY city HAVING COUNT(*) > 20 ORDER BY COUNT(*) DESC, city",
            "SELECT DATE_TRUNC('hour', at), MIN(at), MAX(x) FROM t GROUP BY DATE_TRUNC('hour', at)",
        ])
    func mixed(query: String) async throws {
        var random = QueryRandom(seed: 7)
        try await RandomRows(&random).compare(query)
    }

    @Test(
        "the usual conditions leave nothing to SQLite",
        arguments: [
            "n > 3", "n + 1 <= small * 2", "n % 2 = 0 AND x < 0.5", "city = 'Lyon' OR city LIKE 'K%'", "n IN (1, 2)",
            "city NOT IN ('a', 'b')", "flag", "NOT flag", "x IS NULL", "at >= NOW() - INTERVAL '2 days'",
            "DATE_TRUNC('day', at) = TIMESTAMP '2024-05-05 00:00:00'", "price BETWEEN 1.25 AND 7",
            "small = 3::smallint",
            "x / 2 > 1", "-n > 3", "flag IS NOT TRUE",
        ])
    func inColumns(condition: String) throws {
        var random = QueryRandom(seed: 5)
        let scan = try #require(try RandomRows(&random).narrowed("SELECT id FROM t WHERE \(condition)").first)
        let table = try #require(scan.table as? NarrowedTable)
        #expect(!table.conditions.isEmpty && table.left.isEmpty)
    }

    @Test(
        "the usual aggregates are over partial groups",
        arguments: [
            "COUNT(*)", "COUNT(city)", "COUNT(n + 1)", "SUM(n)", "SUM(small)", "SUM(x)", "SUM(price)", "AVG(n)",
            "AVG(small)", "AVG(x)", "AVG(price)", "MIN(n)", "MAX(at)", "MIN(city)", "MAX(x)", "MIN(price)",
            "COUNT(*) FILTER (WHERE n > 3)", "AVG(EXTRACT(EPOCH FROM NOW() - at))", "SUM(n) / COUNT(*)",
        ])
    func partial(aggregate: String) throws {
        var random = QueryRandom(seed: 5)
        let rows = try RandomRows(&random)
        for query in [
            "SELECT \(aggregate) FROM t", "SELECT city, \(aggregate) FROM t WHERE n > 0 GROUP BY city",
            "SELECT \(aggregate) FROM t GROUP BY p, DATE_TRUNC('minute', at), flag ORDER BY \(aggregate)",
        ] {
            #expect(try rows.narrowed(query).first?.table is GroupedTable, "\(query)")
        }
    }

    @Test("LIMIT reaches the scan where every row that comes counts, and only there")
    func limit() throws {
        var random = QueryRandom(seed: 3)
        let rows = try RandomRows(&random)
        #expect(try rows.limit("SELECT id FROM t LIMIT 5") == 5)
        #expect(try rows.limit("SELECT id FROM t WHERE n > 3 LIMIT 5 OFFSET 2") == 7)
        #expect(try rows.limit("SELECT * FROM (SELECT id FROM t LIMIT 4) s WHERE id > 3") == 4)
        for query in [
            "SELECT id FROM t ORDER BY id LIMIT 5", "SELECT DISTINCT city FROM t LIMIT 5",
            "SELECT COUNT(*) FROM t LIMIT 5", "SELECT a.id FROM t a, t b LIMIT 5",
            "SELECT id FROM t WHERE city ILIKE 'l%' LIMIT 5", "SELECT id, COUNT(*) OVER () FROM t LIMIT 5",
        ] {
            #expect(try rows.limit(query) == nil, "\(query)")
        }
    }

    @Test(
        "bounds of partition, offset and time are found",
        arguments: [
            ("p = 1", ScanBounds(partitions: [1])), ("1 = p AND o >= 10", ScanBounds(partitions: [1], firstOffset: 10)),
            ("p IN (0, 2) AND o < 7", ScanBounds(partitions: [0, 2], lastOffset: 6)),
            ("p BETWEEN 1 AND 3", ScanBounds(partitions: [1, 2, 3])),
            ("(p = 0 AND o > 3) OR (p = 1 AND o > 8)", ScanBounds(partitions: [0, 1], firstOffset: 4)),
            ("p = 0 OR id = 1", .everything), ("o BETWEEN 5 AND 9", ScanBounds(firstOffset: 5, lastOffset: 9)),
            ("p = 0 AND p = 1", .nothing), ("NOT p = 1", .everything),
            ("p = 0 AND o + 1 > 3", ScanBounds(partitions: [0])),
            ("o > NULL", .nothing),
            (
                "m >= TIMESTAMP '2024-01-01 00:00:00' AND m < TIMESTAMP '2024-01-02 00:00:00'",
                ScanBounds(since: Timestamp("2024-01-01"), until: Timestamp("2024-01-02"))
            ),
            ("m > NOW() - INTERVAL '1 hour'", ScanBounds(since: Timestamp("2024-05-05T11:00:00Z"))),
        ])
    func bounds(condition: String, expected: ScanBounds) throws {
        var random = QueryRandom(seed: 5)
        let rows = try RandomRows(&random)
        let found = try rows.bounds("SELECT id FROM t WHERE \(condition)")
        if expected.isEmpty { #expect(found.isEmpty) } else { #expect(found == expected) }
        #expect(try rows.bounds("SELECT COUNT(*) FROM t WHERE \(condition)") == found)
    }
}
