import Foundation
import LaminarSQL
import Testing

/// Runs a body on a thread with as little stack as those of Darwin's cooperative pool, and waits for it.
func onSmallStack<Value: Sendable>(
    _ size: Int = 512 << 10, _ body: @escaping @Sendable () -> Value
) async -> Value {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: body()) }
        thread.stackSize = size
        thread.start()
    }
}

@Suite struct NestingTests {
    /// A way to nest: what is repeated before and behind a kernel.
    struct Shape: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let prefix: String
        let kernel: String
        let suffix: String
        var head = "SELECT "
        var tail = ""

        init(
            _ name: String, _ prefix: String, _ kernel: String, _ suffix: String, head: String = "SELECT ",
            tail: String = ""
        ) {
            testDescription = name
            self.prefix = prefix
            self.kernel = kernel
            self.suffix = suffix
            self.head = head
            self.tail = tail
        }

        func sql(_ depth: Int) -> String {
            head + String(repeating: prefix, count: depth) + kernel + String(repeating: suffix, count: depth) + tail
        }

        static let all = [
            Shape("parentheses", "(", "1", ")"),
            Shape("unary minus", "- ", "1", ""),
            Shape("NOT", "NOT ", "a", ""),
            Shape("functions", "f(", "1", ")"),
            Shape(
                "functions with all clauses", "f(DISTINCT 1, ", "1", " ORDER BY 1) FILTER (WHERE a) OVER (ORDER BY b)"),
            Shape("function in OVER", "f(1) OVER (PARTITION BY ", "1", ")"),
            Shape("function in FILTER", "f(1) FILTER (WHERE ", "1", ")"),
            Shape("CASE operand", "CASE ", "1", " WHEN 1 THEN 2 END"),
            Shape("CASE result", "CASE WHEN a THEN ", "1", " ELSE 2 END"),
            Shape("CASE otherwise", "CASE WHEN a THEN 1 ELSE ", "1", " END"),
            Shape("CAST", "CAST(", "1", " AS INT)"),
            Shape("casts behind", "", "1", "::INT"),
            Shape("EXTRACT", "EXTRACT(DAY FROM ", "1", ")"),
            Shape("SUBSTRING", "SUBSTRING(", "1", " FROM 1 FOR 2)"),
            Shape("TRIM", "TRIM(BOTH 'x' FROM ", "1", ")"),
            Shape("sums to the left", "", "1", " + 1"),
            Shape("sums to the right", "1 + (", "1", ")"),
            Shape("sums and differences", "", "1", " + 1 - 1"),
            Shape("members", "", "a", " -> 'b' || 'c'"),
            Shape("AND in OR", "a OR (b AND ", "1", ")"),
            Shape("IS NULL", "(", "1", ") IS NULL"),
            Shape("IS DISTINCT FROM", "(", "1", ") IS DISTINCT FROM 1"),
            Shape("comparisons", "(", "1", ") = 1"),
            Shape("BETWEEN", "1 BETWEEN (", "1", ") AND 2"),
            Shape("LIKE", "a LIKE (", "1", ")"),
            Shape("IN a list", "1 IN (", "1", ")"),
            Shape("IN a query", "1 IN (SELECT ", "1", ")"),
            Shape("ANY", "1 = ANY (SELECT ", "1", ")"),
            Shape("rows", "(1, ", "1", ")"),
            Shape("arrays", "ARRAY[", "1", "]"),
            Shape("subscripts", "a[", "1", "]"),
            Shape("subscripts behind", "", "a", "[1]"),
            Shape("fields", "", "(a)", ".b"),
            Shape("AT TIME ZONE", "", "a", " AT TIME ZONE 'UTC'"),
            Shape("EXISTS", "EXISTS (SELECT ", "1", ")"),
            Shape("scalar subqueries", "(SELECT ", "1", ")"),
            Shape("subqueries in WHERE", "(SELECT 1 FROM t WHERE ", "1", ")"),
            Shape("subqueries in parentheses", "(", "(SELECT 1)", " UNION SELECT 1)"),
            Shape("tables", "(SELECT * FROM ", "t", ") AS a", head: "SELECT * FROM "),
            Shape("joins in parentheses", "(a JOIN ", "t", " ON TRUE)", head: "SELECT * FROM "),
            Shape("joins in conditions", "(a JOIN b ON EXISTS (SELECT * FROM ", "t", "))", head: "SELECT * FROM "),
            Shape("tables in parentheses", "(", "t", ")", head: "SELECT * FROM "),
            Shape("WITH", "WITH a AS (", "SELECT 1", ") SELECT * FROM a", head: ""),
            Shape("queries in parentheses", "(", "SELECT 1", " LIMIT 1)", head: ""),
            Shape("UNION to the right", "SELECT 1 UNION (", "SELECT 1", ")", head: ""),
            Shape("set operations to the left", "", "SELECT 1", " UNION SELECT 2 EXCEPT SELECT 3", head: ""),
            Shape("ORDER BY", "(SELECT 1 ORDER BY ", "1", ")"),
            Shape("LIMIT", "(SELECT 1 LIMIT ", "1", ")"),
            Shape("STRUCT", "STRUCT<a ", "INT", ">", head: "CREATE TABLE t (a ", tail: ")"),
            Shape("MAP", "MAP<TEXT, ", "INT", ">", head: "CREATE TABLE t (a ", tail: ")"),
            Shape("ARRAY<…>", "ARRAY<", "INT", ">", head: "CREATE TABLE t (a ", tail: ")"),
            Shape("T[]", "", "INT", "[]", head: "CREATE TABLE t (a ", tail: ")"),
        ]
    }

    /// The most levels of a shape that parse.
    private static func deepest(_ shape: Shape) -> Int {
        var low = 1
        var high = 1000
        while low + 1 < high {
            let middle = (low + high) / 2
            if (try? SQL.parse(shape.sql(middle))) != nil { low = middle } else { high = middle }
        }
        return low
    }

    @Test(
        "what is nested as deep as is allowed is parsed, compared, printed and freed on 512 KiB", arguments: Shape.all)
    func deepest(shape: Shape) async throws {
        let depth = await onSmallStack(8 << 20) { NestingTests.deepest(shape) }
        #expect(depth >= 15)
        let isStable = await onSmallStack {
            guard let tree = try? SQL.parse(shape.sql(depth)).map(\.statement),
                let again = try? SQL.parse(tree.map { $0.sql() }.joined(separator: ";")).map(\.statement)
            else { return false }
            return tree == again
        }
        #expect(isStable)
    }

    @Test("10,000 levels are an error with a position", arguments: Shape.all)
    func tooDeep(shape: Shape) async throws {
        let error = await onSmallStack {
            do throws(SQLError) {
                _ = try SQL.parse(shape.sql(10_000))
                return nil as SQLError?
            } catch {
                return error
            }
        }
        #expect(error?.code == .tooDeep)
        #expect(error?.column ?? 0 > 1)
    }

    @Test("chains of AND, OR and || and lists may be as long as you like", arguments: [" AND ", " OR ", " || ", ", "])
    func chains(link: String) async throws {
        let text = "SELECT " + Array(repeating: "a", count: 100_000).joined(separator: link)
        let isStable = await onSmallStack {
            guard let tree = try? SQL.parse(text).map(\.statement),
                let again = try? SQL.parse(tree.map { $0.sql() }.joined(separator: ";")).map(\.statement)
            else { return false }
            return tree == again
        }
        #expect(isStable)
    }

    @Test("so may UNION, joins, WHEN and rows of VALUES") func longLists() async throws {
        let texts = [
            Array(repeating: "SELECT 1", count: 20_000).joined(separator: " UNION ALL "),
            "SELECT * FROM t" + String(repeating: " JOIN t ON a", count: 20_000),
            "SELECT CASE" + String(repeating: " WHEN a THEN b", count: 20_000) + " END",
            "INSERT INTO t VALUES " + Array(repeating: "(1, 2)", count: 20_000).joined(separator: ", "),
            "SELECT a" + String(repeating: ".b", count: 50_000),
        ]
        for text in texts {
            let isStable = await onSmallStack {
                guard let tree = try? SQL.parse(text).map(\.statement),
                    let again = try? SQL.parse(tree.map { $0.sql() }.joined(separator: ";")).map(\.statement)
                else { return false }
                return tree == again
            }
            #expect(isStable, "\(text.prefix(40))")
        }
    }

    @Test("100,000 terms of a sum are an error") func longSum() {
        let text = "SELECT " + Array(repeating: "1", count: 100_000).joined(separator: " + ")
        let error = #expect(throws: SQLError.self) { try SQL.parse(text) }
        #expect(error?.code == .tooDeep)
        #expect(error?.sourceLine.count ?? 0 < 150)
    }
}
