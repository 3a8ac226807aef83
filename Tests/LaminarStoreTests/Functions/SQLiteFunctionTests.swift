import LaminarStore
import Testing

@Suite struct SQLiteFunctionTests {
    struct Refusal: Error, Equatable {
        var number: Int64
    }

    @Test("a function of ours gets its arguments as they are stored, and gives any value")
    func values() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(
            SQLiteScalarFunction("echo", arguments: 1, isStrict: false) { $1.set($0.value(0)) })
        let values: [SQLiteValue] = [
            .null, .integer(.min), .real(-0.5), .text("a\0ü"), .text(""), .blob([0, 1]), .blob([]),
        ]
        for value in values {
            #expect(try connection.first("SELECT echo(?)", value) { $0.value(0) } == value)
        }
    }

    @Test("NULL comes to a function only where it asks for it")
    func strict() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(SQLiteScalarFunction("one", arguments: nil) { $1.set(1 as Int64) })
        try connection.register(
            SQLiteScalarFunction("count_null", arguments: nil, isStrict: false) { arguments, result in
                result.set((0..<arguments.count).filter { arguments.isNull($0) }.count)
            })
        #expect(try connection.first("SELECT one(1, NULL)") { $0.isNull(0) } == true)
        #expect(try connection.first("SELECT one()") { $0.int64(0) } == 1)
        #expect(try connection.first("SELECT count_null(1, NULL, NULL)") { $0.int64(0) } == 2)
    }

    @Test("the error of a function is thrown as it is, and the connection goes on")
    func errors() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(
            SQLiteScalarFunction("refuse", arguments: 1) { arguments, _ in
                if arguments.int64(0) > 1 { throw Refusal(number: arguments.int64(0)) }
            })
        let statement = try connection.prepare("SELECT refuse(value) FROM (SELECT 1 AS value UNION ALL SELECT 2)")
        for _ in 0..<2 {
            try statement.begin([])
            #expect(try statement.step())
            #expect(throws: Refusal(number: 2)) { try statement.step() }
            statement.end()
        }
        #expect(try connection.first("SELECT 5") { $0.int64(0) } == 5)
    }

    final class Total: SQLiteAggregate {
        private var sum: Int64 = 0

        func add(_ arguments: SQLiteArguments) throws {
            if arguments.int64(0) == 99 { throw Refusal(number: 99) }
            sum += arguments.int64(0)
        }
        func remove(_ arguments: SQLiteArguments) { sum -= arguments.int64(0) }
        func finish(_ result: SQLiteResult) { result.set(sum) }
    }

    @Test("an aggregate has a state for each group, and one for a frame that moves")
    func aggregates() throws {
        let connection = try SQLiteConnection.scratch()
        try connection.register(SQLiteAggregateFunction("total", arguments: 1, isWindow: true) { Total() })
        try connection.execute("CREATE TABLE t (k, v); INSERT INTO t VALUES (1, 1), (1, 2), (2, 10), (2, 20)")
        #expect(
            try connection.query("SELECT total(v) FROM t GROUP BY k ORDER BY k") { $0.int64(0) } == [3, 30])
        #expect(try connection.query("SELECT total(v) FROM t WHERE false") { $0.int64(0) } == [0])
        #expect(
            try connection.query("SELECT total(v) OVER (ORDER BY v ROWS 1 PRECEDING) FROM t") { $0.int64(0) }
                == [1, 3, 12, 30])
        try connection.run("INSERT INTO t VALUES (3, 99)")
        let statement = try connection.prepare("SELECT k, total(v) FROM t GROUP BY k")
        try statement.begin([])
        #expect(throws: Refusal(number: 99)) { while try statement.step() {} }
        statement.end()
    }

    @Test("a statement that computes is stopped from another thread, before it begins too")
    func interruption() throws {
        let connection = try SQLiteConnection.scratch()
        connection.stop { true }
        let statement = try connection.prepare(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        try statement.begin([])
        do {
            _ = try statement.step()
            Issue.record("it wasn't stopped")
        } catch let error as StoreError {
            #expect(error.code == .interrupted)
        }
        statement.end()
    }
}
