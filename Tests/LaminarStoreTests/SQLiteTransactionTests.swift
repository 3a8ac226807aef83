import LaminarStore
import Testing

private struct Stop: Error {}

@Sendable private func values(_ connection: SQLiteConnection) throws -> [Int] {
    try connection.query("SELECT a FROM t ORDER BY a") { $0.int(0) ?? -1 }
}

@Suite struct SQLiteTransactionTests {
    @Test("a failure undoes the whole transaction")
    func rollback() throws {
        let database = try SQLiteDatabase(.inMemory)
        try database.use { try $0.execute("CREATE TABLE t (a)") }
        #expect(throws: Stop.self) {
            try database.transaction { connection in
                try connection.run("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(try database.use(values) == [])
        #expect(try !database.use { $0.isInTransaction })
    }

    @Test("a failure of an inner transaction undoes only that one")
    func nested() throws {
        let database = try SQLiteDatabase(.inMemory)
        try database.transaction { connection in
            try connection.execute("CREATE TABLE t (a)")
            try connection.run("INSERT INTO t VALUES (1)")
            do {
                try connection.transaction {
                    try connection.run("INSERT INTO t VALUES (2)")
                    throw Stop()
                }
            } catch is Stop {}
            #expect(connection.isInTransaction)
            try connection.savepoint {
                try connection.savepoint { _ = try connection.run("INSERT INTO t VALUES (3)") }
            }
        }
        #expect(try database.use(values) == [1, 3])
    }

    @Test("on a lent handle the host's transaction decides, and nothing of ours is left behind")
    func lentHandle() throws {
        try SQLiteDatabase(.inMemory).use { host in
            try host.execute("CREATE TABLE t (a); BEGIN")
            let handle = try #require(host.handle)
            var escaped: SQLiteStatement?
            try SQLiteConnection.withLent(handle) { lent in
                #expect(lent.isInTransaction)
                try lent.transaction { _ = try lent.run("INSERT INTO t VALUES (?)", 1) }
                escaped = try lent.prepare("INSERT INTO t VALUES (2)")
            }
            #expect { try escaped?.run() } throws: { ($0 as? StoreError)?.code == .closed }
            #expect(try values(host) == [1])
            try host.execute("ROLLBACK")
            #expect(try values(host) == [])
        }
    }
}
