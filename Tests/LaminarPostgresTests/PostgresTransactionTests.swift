import Foundation
import LaminarKafka
import LaminarPostgres
import LaminarTesting
import Testing

@Suite("What the closure of a checkpoint writes and reads with", .timeLimit(.minutes(5)))
struct PostgresTransactionTests {
    /// Runs `body` inside of a checkpoint of its own.
    private func inTransaction<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable (PostgresTransaction) throws -> Result
    ) async throws -> Result {
        let store = try await Database(name).store(connections: 1)
        _ = try await store.claim([orders0], for: "shop")
        let result = try await store.commit(.orders((0, 1, 1)), body)
        await store.close()
        return result
    }

    @Test("every type arrives as it was bound")
    func types() async throws {
        let bytes = (0...255).map { UInt8($0) }
        let uuid = UUID()
        let row = try await inTransaction("types") { db in
            try db.execute(
                """
                CREATE TABLE kinds (a BIGINT, b DOUBLE PRECISION, c TEXT, d BYTEA, e BOOLEAN, f TIMESTAMPTZ, g DATE,
                h TIME, i NUMERIC, j UUID, k SMALLINT, l JSONB, m TEXT, n BYTEA, o DOUBLE PRECISION, p REAL)
                """)
            let insert = try db.prepare(
                "INSERT INTO kinds VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)")
            try insert.run(
                Int64.min, 0.1, "é\"'\\ 😀", bytes, true, Timestamp("2024-06-01T12:00:00.123456Z"),
                CalendarDate("2024-02-29"), TimeOfDay("23:59:59.000001"), ExactDecimal("12345678901234567890.001"),
                uuid,
                Int16(-3), #"{"a": [1]}"#, nil, [UInt8](), -Double.infinity, Float(0.1))
            return try db.first("SELECT * FROM kinds") { row in
                #expect(row.count == 16 && row.name(2) == "c" && row.name(99) == "")
                #expect(row.int64(0) == .min && row.double(1) == 0.1 && row.text(2) == "é\"'\\ 😀")
                #expect(row.bytes(3) == bytes && row.bool(4) == true)
                #expect(
                    row.text(5).flatMap { Timestamp($0.replacing("+00", with: "Z")) }?.microseconds
                        == 1_717_243_200_123_456)
                #expect(row.text(6) == "2024-02-29" && row.text(7) == "23:59:59.000001")
                #expect(row.text(8) == "12345678901234567890.001" && row.text(9) == uuid.uuidString.lowercased())
                #expect(row.int(10) == -3 && row.text(11) == #"{"a": [1]}"#)
                #expect(row.isNull(12) && row.text(12) == nil && !row.isNull(13) && row.bytes(13) == [])
                #expect(row.double(14) == -.infinity && row.double(15) == 0.1)
                #expect(row.isNull(-1) && row.int64(2) == nil)
                return true
            }
        }
        #expect(row == true)
    }

    @Test("10,000 rows go in with few round trips, and each counts")
    func each() async throws {
        let (changed, count, sum) = try await inTransaction("each") { db in
            try db.execute("CREATE TABLE rows (id BIGINT, name TEXT)")
            let insert = try db.prepare("INSERT INTO rows VALUES ($1, $2)")
            let changed = try insert.run(each: 0..<10_000) { (id: Int) in [id, "name \(id)"] }
            let counts = try db.query("SELECT count(*), sum(id) FROM rows") { ($0.int(0), $0.int(1)) }
            return (changed, counts.first?.0, counts.first?.1)
        }
        #expect(changed == 10_000 && count == 10_000 && sum == 49_995_000)
    }

    @Test("rows that come back by the megabyte while more go in don't block the line")
    func largeAnswers() async throws {
        let total = try await inTransaction("large") { db in
            try db.execute("CREATE TABLE rows (text TEXT)")
            let insert = try db.prepare("INSERT INTO rows VALUES ($1) RETURNING repeat(text, 10)")
            return try insert.run(each: 0..<400) { _ in [String(repeating: "x", count: 20_000)] }
        }
        #expect(total == 400)
    }

    @Test("the first failure of many is thrown, with the server's reason, and the connection goes on")
    func failureInMany() async throws {
        let database = try await Database("many")
        let store = try database.store(connections: 1)
        _ = try await database.query("CREATE TABLE rows (id BIGINT PRIMARY KEY)")
        _ = try await store.claim([orders0], for: "shop")
        let error = await #expect(throws: PostgresError.self) {
            try await store.commit(.orders((0, 1, 1))) { db in
                try db.prepare("INSERT INTO rows VALUES ($1)").run(each: [1, 2, 3, 2, 5]) { [$0] }
            }
        }
        #expect(error?.code == .constraint)
        try await store.commit(.orders((0, 1, 1))) { db in
            _ = try db.prepare("INSERT INTO rows VALUES ($1)").run(each: [1, 2, 3]) { [$0] }
        }
        #expect(try await database.query("SELECT count(*) FROM rows") == ["3"])
    }

    @Test("errors name statement and reason, and never a value")
    func errors() async throws {
        func error(_ name: String, _ body: @escaping @Sendable (PostgresTransaction) throws -> Void) async
            -> PostgresError?
        {
            await #expect(throws: PostgresError.self) { try await inTransaction(name, body) }
        }
        let syntax = await error("syntax") { try $0.execute("SELEC 1") }
        #expect(syntax?.code == .statement && syntax?.message.contains("SELEC 1") == true)
        let number = await error("number") { try $0.run("SELECT $1::bigint", "top secret") }
        #expect(number?.code == .binding && number?.message.contains("top secret") == false)
        let count = await error("count") { try $0.run("SELECT $1::bigint + $2", 1) }
        #expect(count != nil)
        let nul = await error("nul") { try $0.run("SELECT $1::text", "a\0b") }
        #expect(nul?.code == .binding)
        let copy = await error("copy") { try $0.execute("COPY pg_class TO STDOUT") }
        #expect(copy != nil)
    }

    @Test("a table that changes between two checkpoints doesn't break a prepared statement")
    func changedPlan() async throws {
        let database = try await Database("plan")
        let store = try database.store(connections: 1)
        _ = try await database.query("CREATE TABLE rows (id INT); INSERT INTO rows VALUES (1)")
        _ = try await store.claim([orders0], for: "shop")
        let read: @Sendable (PostgresTransaction) throws -> Int = { db in
            try db.prepare("SELECT * FROM rows").query { row in row.count }.first ?? 0
        }
        #expect(try await store.commit(.orders((0, 1, 1)), read) == 1)
        _ = try await database.query("ALTER TABLE rows ADD COLUMN name TEXT")
        // The server may refuse the old plan once; then it is compiled anew.
        let second: Int
        do { second = try await store.commit(.orders((0, 2, 2)), read) } catch is PostgresError {
            second = try await store.commit(.orders((0, 2, 2)), read)
        }
        #expect(second == 2)
    }

    @Test("more statements than are kept at the server")
    func manyStatements() async throws {
        let database = try await Database("statements")
        let store = try database.store(connections: 1)
        _ = try await store.claim([orders0], for: "shop")
        for round in 1...3 {
            let sum = try await store.commit(.orders((0, Int64(round), Int64(round)))) { db in
                var sum = 0
                for number in 0..<150 {
                    sum += try db.prepare("SELECT \(number)").query { $0.int(0) ?? 0 }.first ?? 0
                }
                return sum
            }
            #expect(sum == 150 * 149 / 2)
        }
    }
}
