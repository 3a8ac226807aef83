import Dispatch
import LaminarFormats
import LaminarStore
import Synchronization
import Testing

@testable import LaminarQuery

@Suite struct QueryRunTests {
    static let schema = (try? RowSchema([ColumnSchema("id", .bigint), ColumnSchema("name", .text)])) ?? .empty

    static func batch(_ ids: Range<Int64>) throws -> RecordBatch {
        try RecordBatch(
            schema: schema, columns: [.bigints(Array(ids)), .texts(ids.map { "name \($0)" })], count: ids.count)
    }

    static func query(
        _ sql: String, _ columns: [ColumnSchema], values: [SQLiteValue] = [], over table: (any QueryTable)? = nil,
        using request: ScanRequest = ScanRequest(columns: [0, 1])
    ) -> TranslatedQuery {
        TranslatedQuery(
            sql: sql, values: values, columns: columns,
            scans: table.map { [PlannedScan(name: "scan_0", table: $0, request: request, source: 0)] } ?? [])
    }

    @Test("batches become rows, and rows batches")
    func passThrough() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(0..<3000), try Self.batch(3000..<5000)])
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0 WHERE c0 % 2 = 0", Self.schema.columns, over: table))
        var ids: [Int64] = []
        var sizes: [Int] = []
        while let batch = try await run.next() {
            sizes.append(batch.count)
            for row in batch {
                ids.append(try row[0, as: Int64.self])
                #expect(try row[1, as: String.self] == "name \(ids[ids.count - 1])")
            }
        }
        #expect(ids == Array(stride(from: 0, to: 5000, by: 2)))
        #expect(sizes.first == 1)
        #expect(sizes.allSatisfy { $0 <= 1024 })
    }

    @Test("only the columns that are asked for are read, each from its place")
    func columnsOfTheRequest() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(0..<2)])
        let run = try QueryRun(
            Self.query(
                "SELECT c1 FROM scan_0", [ColumnSchema("name", .text)], over: table,
                using: ScanRequest(columns: [1])))
        #expect(try await allRows(run) == [[.text("name 0")], [.text("name 1")]])
    }

    @Test("rows are counted without a column")
    func noColumns() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(0..<7), try Self.batch(7..<9)])
        let run = try QueryRun(
            Self.query(
                "SELECT count(*) FROM scan_0", [ColumnSchema("count", .bigint)], over: table,
                using: ScanRequest(columns: [])))
        #expect(try await allRows(run) == [[.bigint(9)]])
    }

    @Test("two columns of one name are told apart")
    func sameNames() throws {
        let run = try QueryRun(
            Self.query("SELECT 1, 2, 3", [ColumnSchema("a", .int), ColumnSchema("a", .int), ColumnSchema("a_2", .int)]))
        #expect(run.schema.columns.map(\.name) == ["a", "a_2", "a_2_2"])
    }

    @Test("the first row comes while the table still waits for its second batch")
    func firstRowAtOnce() async throws {
        let supply = GatedSupply([try Self.batch(0..<1), try Self.batch(1..<2)])
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
        supply.release()
        #expect(try await run.next()?.count == 1)
        supply.release()
        #expect(try await run.next()?.count == 1)
        supply.release()
        #expect(try await run.next() == nil)
    }

    @Test("a table's error comes as it is, after the rows before it")
    func errorOfTheTable() async throws {
        struct BrokerAway: Error, Equatable {}
        let supply = GatedSupply([try Self.batch(0..<5)], error: BrokerAway())
        supply.release()
        supply.release()
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
        var count = 0
        await #expect(throws: BrokerAway()) {
            while let batch = try await run.next() { count += batch.count }
        }
        #expect(count == 5)
    }

    @Test("an error of a function comes with its own sentence, after the rows before it")
    func errorOfAFunction() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(-3..<3)])
        let run = try QueryRun(
            Self.query(
                "SELECT laminar_divide_bigint_bigint(6, c0) FROM scan_0", [ColumnSchema("q", .bigint)], over: table))
        var rows: [Value] = []
        await #expect(throws: QueryError(.divisionByZero, "division by zero")) {
            while let batch = try await run.next() { rows += batch.map { $0.value(at: 0) } }
        }
        #expect(rows == [.bigint(-2), .bigint(-3), .bigint(-6)])
    }

    @Test("a query that waits for its table is cancelled at once")
    func cancelWhileWaiting() async throws {
        let supply = GatedSupply([])
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
        let next = Task { try await run.next() }
        await supply.isWaitedFor()
        run.cancel()
        await #expect(throws: QueryError.cancelled) { try await next.value }
        #expect(supply.isCancelled)
    }

    @Test("a query that computes is cancelled at once")
    func cancelWhileComputing() async throws {
        let run = try QueryRun(
            Self.query(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                [ColumnSchema("n", .bigint)]))
        let next = Task { try await run.next() }
        run.cancel()
        await #expect(throws: QueryError.cancelled) { try await next.value }
    }

    @Test("a task that is cancelled cancels its query")
    func cancelledTask() async throws {
        let supply = GatedSupply([])
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
        let task = Task { try await run.next() }
        await supply.isWaitedFor()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(supply.isCancelled)
    }

    @Test("a slow reader holds the query back")
    func backPressure() async throws {
        let supply = CountingSupply(batches: 1000, rows: 1024)
        let run = try QueryRun(
            Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
        _ = try await run.next()
        await supply.isQuiet()
        #expect(supply.taken <= 8)
        var rows = 1
        while let batch = try await run.next() { rows += batch.count }
        #expect(rows == 1_024_000)
    }

    @Test("a run that nobody holds any more ends")
    func forgotten() async throws {
        let supply = GatedSupply([])
        do {
            let run = try QueryRun(
                Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: GatedTable(supply)))
            await supply.isWaitedFor()
            _ = run.schema
        }
        await supply.wasCancelled()
    }

    @Test("a blocking reader gets the same rows")
    func blocking() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(0..<10_000)])
        let run = try QueryRun(Self.query("SELECT c0, c1 FROM scan_0", Self.schema.columns, over: table))
        let count = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var count = 0
                while let batch = try? run.nextBlocking() { count += batch.count }
                continuation.resume(returning: count)
            }
        }
        #expect(count == 10_000)
    }

    @Test("a table that is read twice is scanned twice")
    func joinWithItself() async throws {
        let table = BatchListTable(schema: Self.schema, [try Self.batch(0..<20)])
        let run = try QueryRun(
            Self.query(
                "SELECT count(*) FROM scan_0 AS a, scan_0 AS b WHERE a.c0 = b.c0", [ColumnSchema("n", .bigint)],
                over: table))
        #expect(try await allRows(run) == [[.bigint(20)]])
    }

    @Test("an INTEGER sum past 64 bits is an error in PostgreSQL's words")
    func nativeOverflow() async throws {
        let run = try QueryRun(
            Self.query(
                "SELECT sum(v) FROM (SELECT 9223372036854775807 AS v UNION ALL SELECT 1)",
                [ColumnSchema("sum", .bigint)]))
        await #expect(throws: QueryError(.outOfRange, "bigint out of range")) { try await run.next() }
    }
}
