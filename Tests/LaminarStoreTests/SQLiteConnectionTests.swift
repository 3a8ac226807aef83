import LaminarStore
import Testing

@Suite struct SQLiteConnectionTests {
    @Test("every type of value comes back as it went in")
    func values() throws {
        let database = try SQLiteDatabase(.inMemory)
        let read = try database.use { connection in
            try connection.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
            try connection.run(
                "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", Int64.min, 7, 1.5, "a\0b ü", [0, 255] as [UInt8], true,
                nil)
            return try connection.query("SELECT * FROM t") { row in (0..<row.count).map { row.value($0) } }
        }
        #expect(
            read == [[.integer(.min), .integer(7), .real(1.5), .text("a\0b ü"), .blob([0, 255]), .integer(1), .null]])
    }

    @Test("empty text and empty bytes aren't NULL")
    func emptyIsNotNull() throws {
        let read = try SQLiteDatabase(.inMemory).use { connection in
            try connection.first("SELECT ?, ?, ?", "", [] as [UInt8], nil) { row in
                [row.value(0), row.value(1), row.value(2)]
            }
        }
        #expect(read == [.text(""), .blob([]), .null])
    }

    @Test("optional values bind as they are")
    func optionals() throws {
        let some: Double? = 2.5
        let none: Int64? = nil
        let read = try SQLiteDatabase(.inMemory).use { connection in
            try connection.first("SELECT ?, ?", some, none) { row in [row.value(0), row.value(1)] }
        }
        #expect(read == [.real(2.5), .null])
    }

    @Test("a column that isn't there reads as nil")
    func missingColumn() throws {
        try SQLiteDatabase(.inMemory).use { connection in
            _ = try connection.first("SELECT 1") { row in
                let (int, text, name, isNull) = (row.int(1), row.text(-1), row.name(9), row.isNull(5))
                #expect(int == nil)
                #expect(text == nil)
                #expect(name == "")
                #expect(isNull)
            }
        }
    }

    @Test(
        "a wrong number of values is an error that gives both numbers",
        arguments: [[], [1], [1, 2, 3]])
    func wrongCount(values: [Int]) throws {
        try SQLiteDatabase(.inMemory).use { connection in
            let statement = try connection.prepare("SELECT ?, ?")
            #expect {
                try statement.run(values)
            } throws: { error in
                (error as? StoreError)?.code == .binding
                    && "\(error)".contains("takes 2 values and got \(values.count)")
            }
        }
    }

    @Test(
        "what isn't one statement is refused",
        arguments: ["", "  ", "-- nothing", "SELEC 1", "SELECT 1; SELECT 2", "SELECT * FROM nowhere"])
    func notOneStatement(sql: String) throws {
        try SQLiteDatabase(.inMemory).use { connection in
            #expect { try connection.prepare(sql) } throws: { ($0 as? StoreError)?.code == .statement }
        }
    }

    @Test("an error never holds a bound value")
    func noValueInErrors() throws {
        try SQLiteDatabase(.inMemory).use { connection in
            try connection.execute("CREATE TABLE t (a TEXT UNIQUE)")
            try connection.run("INSERT INTO t VALUES (?)", "hunter2")
            #expect {
                try connection.run("INSERT INTO t VALUES (?)", "hunter2")
            } throws: { error in
                (error as? StoreError)?.code == .constraint && !"\(error)".contains("hunter2")
            }
        }
    }

    @Test("foreign keys are checked")
    func foreignKeys() throws {
        try SQLiteDatabase(.inMemory).use { connection in
            try connection.execute("CREATE TABLE a (x INTEGER PRIMARY KEY); CREATE TABLE b (x REFERENCES a)")
            #expect { try connection.run("INSERT INTO b VALUES (?)", 1) } throws: {
                ($0 as? StoreError)?.code == .constraint
            }
        }
    }
}

@Suite struct SQLiteStatementTests {
    @Test("a statement runs again with other values and says what it changed")
    func runAgain() throws {
        try SQLiteDatabase(.inMemory).use { connection in
            try connection.execute("CREATE TABLE t (a)")
            let insert = try connection.prepare("INSERT INTO t VALUES (?)")
            for value in 0..<10 { #expect(try insert.run(value) == 1) }
            #expect(try connection.run("DELETE FROM t WHERE a < ?", 4) == 4)
            #expect(try connection.run("SELECT count(*) FROM t") == 0)
        }
    }

    @Test("the same text can be read inside of itself")
    func nestedSameText() throws {
        let pairs = try SQLiteDatabase(.inMemory).use { connection in
            let sql = "SELECT value FROM (SELECT 1 AS value UNION SELECT 2)"
            return try connection.query(sql) { outer in
                try connection.query(sql) { inner in (outer.int(0) ?? 0) * 10 + (inner.int(0) ?? 0) }
            }
        }
        #expect(pairs == [[11, 12], [21, 22]])
    }

    @Test("one statement can't be run while its rows are read")
    func nestedSameStatement() throws {
        try SQLiteDatabase(.inMemory).use { connection in
            let statement = try connection.prepare("SELECT 1")
            #expect {
                try statement.query(as: { _ in try statement.run() })
            } throws: { ($0 as? StoreError)?.code == .misuse }
            #expect(try statement.query(as: { $0.int(0) }) == [1])
        }
    }

    @Test("a failure inside of a row leaves the statement usable")
    func failureInRow() throws {
        struct Stop: Error {}
        try SQLiteDatabase(.inMemory).use { connection in
            let statement = try connection.prepare("SELECT ?")
            #expect(throws: Stop.self) { try statement.query(1) { _ in throw Stop() } }
            #expect(try statement.query(2) { $0.int(0) } == [2])
            #expect(statement.columnNames == ["?"])
            #expect(statement.parameterCount == 1)
        }
    }
}
