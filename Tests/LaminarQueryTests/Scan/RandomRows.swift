import Foundation
import LaminarFormats
import LaminarSQL
import Synchronization
import Testing

@testable import LaminarQuery

/// A generator whose choices can be had again.
struct QueryRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func of<Element>(_ list: [Element]) -> Element { list[number(0..<list.count)] }

    /// A condition over the columns of ``RandomRows``.
    mutating func condition(_ depth: Int = 2) -> String {
        guard depth > 0, number(0..<3) > 0 else { return comparison() }
        switch number(0..<3) {
        case 0: return "(\(condition(depth - 1)) AND \(condition(depth - 1)))"
        case 1: return "(\(condition(depth - 1)) OR \(condition(depth - 1)))"
        default: return "NOT (\(condition(depth - 1)))"
        }
    }

    private mutating func comparison() -> String {
        let sign = of(["=", "<>", "<", "<=", ">", ">="])
        switch number(0..<14) {
        case 0: return "n \(sign) \(number(-60..<60))"
        case 1: return "n + \(number(0..<9)) \(sign) small * 3"
        case 2: return "n % 7 = \(number(0..<4))"
        case 3: return "x \(sign) \(number(-30..<30)).5"
        case 4: return "x * 2 - 1 \(sign) \(number(-30..<30)).25"
        case 5: return "city \(sign) '\(of(["Lyon", "Kraków", "", "x"]))'"
        case 6: return "city LIKE '\(of(["L%", "%n", "%r%", "Lyon", "%", ""]))'"
        case 7: return "city IN ('Lyon', '\(of(["Kraków", "Paris"]))')"
        case 8: return "n \(of(["", "NOT "]))IN (1, 2, 3, \(number(0..<50)))"
        case 9: return "\(of(["n", "x", "city", "flag", "price"])) IS \(of(["", "NOT "]))NULL"
        case 10: return of(["flag", "NOT flag", "flag IS TRUE", "flag IS NOT FALSE", "(n > 3) IS UNKNOWN"])
        case 11: return "at \(sign) TIMESTAMP '2024-05-05 0\(number(0..<9)):30:00'"
        case 12: return "price \(sign) \(number(-9..<9)).25"
        default: return "n \(of(["", "NOT "]))BETWEEN \(number(-50..<0)) AND \(number(0..<50))"
        }
    }

    /// A GROUP BY over them.
    mutating func grouped() -> String {
        let keys = ["city", "flag", "n % 5", "small", "DATE_TRUNC('hour', at)", "p"].filter { _ in number(0..<4) == 0 }
        let filter = number(0..<3) == 0 ? " FILTER (WHERE \(condition(1)))" : ""
        let aggregates = [
            "COUNT(*)", "COUNT(n)", "SUM(n)", "SUM(small)", "AVG(n)", "AVG(small)", "MIN(n)", "MAX(city)", "MIN(at)",
            "SUM(price)", "AVG(price)", "MAX(x)", "MIN(price)", "COUNT(flag)", "SUM(n * 2 + small)",
        ].filter { _ in number(0..<4) == 0 }
        let items = keys + (aggregates.isEmpty ? ["COUNT(*)"] : aggregates).map { $0 + filter }
        return "SELECT \(items.joined(separator: ", ")) FROM t"
            + (number(0..<2) == 0 ? " WHERE \(condition(1))" : "")
            + (keys.isEmpty ? "" : " GROUP BY \(keys.joined(separator: ", "))")
    }
}

/// Random rows as table `t`, queried with and without kernels.
struct RandomRows: QueryCatalog {
    static let now = Timestamp("2024-05-05T12:00:00Z").unsafelyUnwrapped
    private let table: BatchListTable

    init(_ random: inout QueryRandom) throws {
        let schema = try RowSchema([
            ColumnSchema("id", .bigint), ColumnSchema("n", .bigint), ColumnSchema("small", .int),
            ColumnSchema("x", .double), ColumnSchema("city", .text), ColumnSchema("flag", .boolean),
            ColumnSchema("at", .timestamp), ColumnSchema("price", .decimal(precision: 10, scale: 2)),
            ColumnSchema("p", .int, metadata: .partition), ColumnSchema("o", .bigint, metadata: .offset),
            ColumnSchema("m", .timestamp, metadata: .timestamp),
        ])
        var batches: [RecordBatch] = []
        for batch in 0..<3 {
            var rows: [[Value]] = []
            for row in 0..<random.number(0..<120) {
                func maybe(_ value: Value) -> Value { random.number(0..<6) == 0 ? .null : value }
                rows.append([
                    .bigint(Int64(batch * 1000 + row)), maybe(.bigint(Int64(random.number(-60..<60)))),
                    maybe(.int(Int32(random.number(-20..<20)))),
                    maybe(.double(Double(random.number(-60..<60)) / 2)),
                    maybe(.text(random.of(["Lyon", "Kraków", "Paris", "", "Ulm"]))),
                    maybe(.boolean(random.number(0..<2) == 0)),
                    maybe(
                        .timestamp(
                            Timestamp(
                                microseconds: Self.now.microseconds - Int64(random.number(0..<50_000)) * 1_000_000))),
                    maybe(.decimal(ExactDecimal(unscaled: Int128(random.number(-1000..<1000)), scale: 2))),
                    .int(Int32(batch)), .bigint(Int64(row)), .timestamp(Self.now),
                ])
            }
            batches.append(
                try RecordBatch(
                    schema: schema,
                    columns: schema.columns.enumerated().map { place, column in
                        try Column.values(column.type, rows.map { $0[place] })
                    }, count: rows.count))
        }
        table = BatchListTable(schema: schema, batches)
    }

    func table(named name: SQL.ObjectName) -> CatalogTable? { name.name == "t" ? .scanned(table) : nil }
    var tableNames: [String] { ["t"] }

    private func bind(_ sql: String) throws -> BoundQuery {
        guard case .select(let query) = try #require(try SQL.parse(sql).first).statement else {
            throw QueryError(.engine, "not a query")
        }
        return try Binder(catalog: self, source: sql).bind(query)
    }

    private func run(_ query: BoundQuery) async throws -> [[Value]] {
        let run = try QueryRun(try Translator.translate(query), now: Self.now)
        var rows: [[Value]] = []
        while let batch = try await run.next() { rows += batch.map(\.values) }
        return rows.sorted { "\($0)" < "\($1)" }
    }

    /// Runs the query with kernels and without.
    func compare(_ sql: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let bound = try bind(sql)
        let (columns, rows): ([[Value]], [[Value]])
        do {
            rows = try await run(bound)
            columns = try await run(Pushdown(now: Self.now).rewrite(bound))
        } catch {
            Issue.record("\(sql): \(error)", sourceLocation: sourceLocation)
            return
        }
        #expect(columns == rows, "\(sql)", sourceLocation: sourceLocation)
    }

    /// The scans of a query with as much below SQLite as possible.
    func narrowed(_ sql: String) throws -> [PlannedScan] {
        try Translator.translate(Pushdown(now: Self.now).rewrite(bind(sql))).scans
    }

    /// The limit that reaches the only scan.
    func limit(_ sql: String) throws -> Int? {
        let tables = try narrowed(sql).map(\.table)
        return tables.compactMap { ($0 as? NarrowedTable)?.limit }.first
    }

    /// The bounds of the only scan.
    func bounds(_ sql: String) throws -> ScanBounds {
        let table = try #require(try narrowed(sql).first).table
        if let grouped = table as? GroupedTable { return grouped.bounds }
        return (table as? NarrowedTable)?.bounds ?? .everything
    }
}
