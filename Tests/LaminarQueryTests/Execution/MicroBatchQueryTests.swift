import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

@Suite struct MicroBatchQueryTests {
    @Test("each run sees its own records, and the local tables as they are then", arguments: [true, false])
    func runs(inMemory: Bool) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let database = try SQLiteDatabase(inMemory ? .inMemory : .file(folder.path + "/a ?#%41.db"))
        try database.use { connection in
            try connection.execute("CREATE TABLE names (id INTEGER, name TEXT); INSERT INTO names VALUES (1, 'one')")
        }
        let table = BatchListTable(schema: QueryRunTests.schema, [])
        let query = try MicroBatchQuery(
            QueryRunTests.query(
                "SELECT c0, name FROM scan_0 JOIN local.names ON id = c0", QueryRunTests.schema.columns, over: table),
            local: database)
        func rows(_ ids: Range<Int64>) throws -> [[Value]] {
            var rows: [[Value]] = []
            try query.run(over: { try BatchListSupply([QueryRunTests.batch(ids)], $0.request) }) { batch in
                rows += batch.map(\.values)
            }
            return rows
        }
        #expect(try rows(0..<2) == [[.bigint(1), .text("one")]])
        try database.use { connection in
            _ = try connection.transaction { try connection.run("INSERT INTO names VALUES (?, ?)", 2, "two") }
        }
        #expect(try rows(1..<4) == [[.bigint(1), .text("one")], [.bigint(2), .text("two")]])
        #expect(try rows(5..<6) == [])
    }

    @Test("an error leaves the query as good as new")
    func afterAnError() throws {
        let query = try MicroBatchQuery(
            QueryRunTests.query(
                "SELECT laminar_divide_bigint_bigint(6, c0) FROM scan_0", [ColumnSchema("q", .bigint)],
                over: BatchListTable(schema: QueryRunTests.schema, [])))
        func run(_ ids: Range<Int64>) throws -> Int {
            var count = 0
            try query.run(over: { try BatchListSupply([QueryRunTests.batch(ids)], $0.request) }) { count += $0.count }
            return count
        }
        #expect(throws: QueryError.divisionByZero) { try run(0..<5) }
        #expect(try run(1..<5) == 4)
    }

    @Test("a query can't write to the local database")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let database = try SQLiteDatabase(.file(folder.path + "/l.db"))
        try database.use { try $0.execute("CREATE TABLE t (a)") }
        let connection = try SQLiteConnection.scratch()
        try connection.attach(database, as: "local")
        #expect(throws: StoreError.self) { try connection.run("INSERT INTO local.t VALUES (1)") }
        #expect(try connection.first("SELECT count(*) FROM local.t") { $0.int64(0) } == 0)
    }

    @Test("a copy of a database in memory doesn't hold up its writer")
    func copy() throws {
        let database = try SQLiteDatabase(.inMemory)
        try database.use { try $0.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
        let connection = try SQLiteConnection.scratch()
        try connection.attach(database, as: "local", copying: true)
        let statement = try connection.prepare("SELECT a FROM local.t")
        try statement.begin([])
        #expect(try statement.step())
        try database.use { _ = try $0.run("INSERT INTO t VALUES (2)") }
        #expect(try statement.step() == false)
        statement.end()
    }
}
