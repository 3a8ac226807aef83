import LaminarFormats
import LaminarSQL
import LaminarStore
import Testing

@testable import LaminarQuery

/// Groups that grow batch by batch must be what one query over all rows gives.
@Suite struct GroupedPlanTests {
    private static let schema = try? RowSchema([
        ColumnSchema("id", .bigint), ColumnSchema("city", .text), ColumnSchema("amount", .double),
        ColumnSchema("price", .decimal(precision: 12, scale: 2)), ColumnSchema("at", .timestamp),
        ColumnSchema("n", .int),
    ])

    /// A table that gives whatever it's told to.
    private final class Table: QueryTable, @unchecked Sendable {
        let schema: RowSchema
        /// Set and read by one test, one after the other.
        var batches: [RecordBatch] = []
        init(_ schema: RowSchema) { self.schema = schema }
        func scan(_ request: ScanRequest) throws -> any BatchSupply { try BatchListSupply(batches, request) }
    }

    private struct Catalog: QueryCatalog {
        let table: Table
        func table(named name: SQL.ObjectName) -> CatalogTable? { name.name == "t" ? .scanned(table) : nil }
        var tableNames: [String] { ["t"] }
    }

    private func rows(_ numbers: Range<Int>) throws -> RecordBatch {
        let schema = try #require(Self.schema)
        let cells = numbers.map { number -> [Value] in
            [
                .bigint(Int64(number)), number % 7 == 0 ? .null : .text("city \(number % 5)"),
                number % 11 == 0 ? .null : .double(Double(number) / 4),
                .decimal(ExactDecimal(unscaled: Int128(number * 37), scale: 2)),
                .timestamp(Timestamp(microseconds: Int64(number) * 1_000_000_000)), .int(Int32(number % 13)),
            ]
        }
        return try RecordBatch(
            schema: schema,
            columns: schema.columns.enumerated().map { place, column in
                try Column.values(column.type, cells.map { $0[place] })
            }, count: numbers.count)
    }

    private func bind(_ sql: String, _ table: Table) throws -> BoundQuery {
        guard case .select(let query) = try SQL.parse(sql).first?.statement else {
            throw QueryError(.engine, "no query")
        }
        return try Binder(catalog: Catalog(table: table), source: sql).bind(query)
    }

    private func text(_ batches: [RecordBatch]) -> [String] {
        batches.flatMap { batch in batch.map { row in row.values.map { "\($0)" }.joined(separator: "|") } }.sorted()
    }

    @Test(
        "groups kept over many batches and checkpoints are those of one query over everything",
        arguments: [
            "SELECT city, COUNT(*) AS n, COUNT(amount) AS m, SUM(amount) AS s FROM t GROUP BY city",
            "SELECT city, MIN(id) AS a, MAX(id) AS b, MIN(price) AS c, MAX(at) AS d FROM t GROUP BY city",
            "SELECT city, AVG(n) AS a, AVG(id) AS b, AVG(amount) AS c, AVG(price) AS d FROM t GROUP BY city",
            "SELECT city, SUM(n) AS a, SUM(id) AS b, SUM(price) AS c FROM t WHERE id > 20 GROUP BY city",
            "SELECT city, COUNT(DISTINCT n) AS d, COUNT(DISTINCT n) FILTER (WHERE n > 5) AS e FROM t GROUP BY city",
            "SELECT DATE_TRUNC('hour', at) AS hour, COUNT(*) AS n FROM t GROUP BY DATE_TRUNC('hour', at)",
            "SELECT COUNT(*) AS n, SUM(amount) AS s, COUNT(DISTINCT city) AS c FROM t",
            "SELECT COUNT(DISTINCT city) AS c FROM t",
            "SELECT city, SUM(DISTINCT n) AS a, SUM(DISTINCT amount) AS b, SUM(DISTINCT price) AS c FROM t GROUP BY city",
            "SELECT city, SUM(DISTINCT id % 9) AS a, AVG(DISTINCT id % 9) AS b FROM t GROUP BY city",
            "SELECT city, AVG(DISTINCT n) FILTER (WHERE n > 5) AS a, AVG(DISTINCT amount) AS b FROM t GROUP BY city",
            "SELECT AVG(DISTINCT price) AS a, SUM(DISTINCT n) AS b, COUNT(DISTINCT n) AS c, MIN(DISTINCT n) AS d FROM t",
            "SELECT SUM(DISTINCT n) AS a, AVG(DISTINCT n) AS b FROM t WHERE id < 0",
            "SELECT COUNT(*) AS n, SUM(n) AS s FROM t WHERE id < 0",
            "SELECT city, n % 3 AS rest, COUNT(*) AS c FROM t GROUP BY city, n % 3 HAVING COUNT(*) > 12",
            "SELECT city, SUM(amount) FILTER (WHERE n > 6) * 2 + COUNT(*) AS x FROM t GROUP BY city",
            "SELECT city, n FROM t GROUP BY city, n",
            "SELECT city, COUNT(*) AS c FROM t GROUP BY city ORDER BY c DESC, city LIMIT 2",
        ])
    func equalsOneQuery(sql: String) throws {
        let table = Table(try #require(Self.schema))
        let bound = try bind(sql, table)
        guard case .groups(let plan) = try ContinuousQuery(bound) else {
            Issue.record("no groups")
            return
        }
        let database = try SQLiteDatabase(.inMemory)
        let groups = GroupTable(plan, pipeline: "p\"q")
        try database.transaction { try groups.make($0) }
        let evaluation = try GroupEvaluation(plan, local: database) { try Translator.translate($0) }
        for number in 0..<20 {
            table.batches = [try rows(number * 30..<(number + 1) * 30)]
            try evaluation.add()
            guard number % 3 == 2 || number == 19 else { continue }
            let delta = evaluation.delta
            _ = try database.transaction { try groups.add(delta, checkpoint: Int64(number), now: 0, $0) }
            evaluation.clear()
        }
        table.batches = []
        var kept: [RecordBatch] = []
        let shown = try MicroBatchQuery(
            Translator.translate(plan.shown(from: GroupTable.name(of: "p\"q"))), local: database)
        try shown.run(over: { try $0.table.scan($0.request) }) { kept.append($0) }
        table.batches = [try rows(0..<600)]
        var whole: [RecordBatch] = []
        try MicroBatchQuery(Translator.translate(bound), local: database)
            .run(over: { try $0.table.scan($0.request) }) { whole.append($0) }
        #expect(text(kept) == text(whole))
        #expect(!text(whole).isEmpty)
    }

    @Test("only groups that changed after a checkpoint are shown as changed")
    func changes() throws {
        let table = Table(try #require(Self.schema))
        guard
            case .groups(let plan) = try ContinuousQuery(
                bind("SELECT n, COUNT(*) AS c FROM t GROUP BY n", table))
        else {
            Issue.record("no groups")
            return
        }
        let database = try SQLiteDatabase(.inMemory)
        let groups = GroupTable(plan, pipeline: "p")
        try database.transaction { try groups.make($0) }
        let evaluation = try GroupEvaluation(plan, local: database) { try Translator.translate($0) }
        for (checkpoint, numbers) in [0..<13, 13..<15].enumerated() {
            table.batches = [try rows(numbers)]
            try evaluation.add()
            let delta = evaluation.delta
            _ = try database.transaction { try groups.add(delta, checkpoint: Int64(checkpoint + 1), now: 0, $0) }
            evaluation.clear()
        }
        var changed: [RecordBatch] = []
        try MicroBatchQuery(
            Translator.translate(plan.shown(from: GroupTable.name(of: "p"), changedAfter: 1)), local: database
        ).run(over: { try $0.table.scan($0.request) }) { changed.append($0) }
        #expect(text(changed) == ["0|2", "1|2"])
    }

    @Test("groups whose time is over go, with the values that they have seen")
    func retention() throws {
        let table = Table(try #require(Self.schema))
        let sql = """
            SELECT DATE_TRUNC('hour', at) AS hour, COUNT(DISTINCT id) AS c FROM t GROUP BY DATE_TRUNC('hour', at)
            """
        guard case .groups(let plan) = try ContinuousQuery(bind(sql, table)) else {
            Issue.record("no groups")
            return
        }
        let database = try SQLiteDatabase(.inMemory)
        let groups = GroupTable(plan, pipeline: "p")
        let evaluation = try GroupEvaluation(plan, local: database) { try Translator.translate($0) }
        table.batches = [try rows(0..<100)]
        try evaluation.add()
        let delta = evaluation.delta
        try database.transaction { connection in
            try groups.make(connection)
            _ = try groups.add(delta, checkpoint: 1, now: 0, connection)
        }
        let limit: Int64 = 50_000 * 1_000_000
        let before = try database.use { try $0.first("SELECT count(*) FROM laminar_groups_p") { $0.int(0) } }
        let gone = try database.transaction { try groups.drop(before: limit, $0) }
        let values = try database.use { try $0.first("SELECT count(*) FROM laminar_values_p") { $0.int(0) } }
        #expect(before == 28)
        #expect(gone == 14)
        #expect(values == 49)
    }

    @Test(
        "an aggregate that can't be kept is refused by its name",
        arguments: ["STRING_AGG(city, ',')", "ARRAY_AGG(n)"])
    func refusals(aggregate: String) throws {
        let table = Table(try #require(Self.schema))
        let bound = try bind("SELECT city, \(aggregate) AS x FROM t GROUP BY city", table)
        #expect(throws: ContinuousRefusal.self) { try ContinuousQuery(bound) }
    }
}
