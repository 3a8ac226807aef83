import Foundation
import LaminarFormats
import LaminarQuery
import LaminarSQL
import Synchronization
import Testing

/// Bounds of depth and size.
@Suite struct BinderBoundsTests {
    private let catalog: MemoryCatalog

    init() throws { catalog = try MemoryCatalog("CREATE TABLE t (id BIGINT, name TEXT);") }

    /// As deep as the parser lets through.
    private static let deepest: [String] = [
        "SELECT " + String(repeating: "(1 + ", count: 32) + "id" + String(repeating: ")", count: 32) + " FROM t",
        "SELECT " + String(repeating: "abs(", count: 45) + "id" + String(repeating: ")", count: 45) + " FROM t",
        "SELECT " + String(repeating: "CASE WHEN true THEN ", count: 40) + "id" + String(repeating: " END", count: 40)
            + " FROM t",
        "SELECT " + String(repeating: "(SELECT ", count: 20) + "id" + String(repeating: " FROM t)", count: 20),
        "SELECT id FROM " + String(repeating: "(SELECT id FROM ", count: 18) + "t"
            + String(repeating: ") x", count: 18),
        "SELECT id FROM t WHERE " + String(repeating: "id IN (SELECT id FROM t WHERE ", count: 18) + "true"
            + String(repeating: ")", count: 18),
        "SELECT " + String(repeating: "-", count: 60).map { "\($0) " }.joined() + "id FROM t",
        "SELECT " + (0..<90).map { _ in "id" }.joined(separator: " + ") + " FROM t",
    ]

    @Test(
        "what the parser lets through is bound and translated in the stack of a pool's thread (8 MiB on Linux)",
        arguments: deepest)
    func depth(sql: String) throws {
        let query = try Query.parse(sql)
        let outcome = Mutex<(any Error)?>(nil)
        let catalog = catalog
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            defer { done.signal() }
            do {
                _ = try Translator.translate(Binder(catalog: catalog, source: sql).bind(query))
            } catch {
                outcome.withLock { $0 = error }
            }
        }
        thread.stackSize = 8 << 20
        thread.start()
        done.wait()
        #expect(outcome.withLock { $0 } == nil)
    }

    @Test("common tables that double each other are refused, not unfolded")
    func doubling() {
        var tables = ["c0 AS (SELECT id FROM t)"]
        for number in 1..<40 { tables.append("c\(number) AS (SELECT a.id FROM c\(number - 1) a, c\(number - 1) b)") }
        let sql = "WITH \(tables.joined(separator: ", ")) SELECT id FROM c39"
        #expect { try Query.bind(sql, catalog) } throws: { error in
            (error as? SQLError)?.message.contains("use each other") ?? false
        }
    }

    @Test("stars that double each other are refused, not unfolded")
    func stars() {
        var tables = ["c0 AS (SELECT id FROM t)"]
        for number in 1..<40 { tables.append("c\(number) (a) AS (SELECT x.*, x.* FROM c\(number - 1) x)") }
        #expect { try Query.bind("WITH \(tables.joined(separator: ", ")) SELECT 1 FROM c39", catalog) } throws: {
            error in
            (error as? SQLError)?.code == .semantic
        }
    }

    @Test("more tables than SQLite joins are refused")
    func joins() {
        let tables = (0..<70).map { "t a\($0)" }.joined(separator: ", ")
        #expect { try Query.bind("SELECT 1 FROM \(tables)", catalog) } throws: { error in
            (error as? SQLError)?.message.contains("joins 70 tables") ?? false
        }
    }

    @Test("no error holds a text of the statement")
    func secrecy() {
        for sql in ["SELECT id FROM t WHERE id = 'hush'", "SELECT DATE 'hush'", "SELECT id + 'hush' FROM t"] {
            do {
                _ = try Query.bind(sql, catalog)
                Issue.record("\(sql) is fine")
            } catch let error as SQLError {
                #expect(!error.message.contains("hush") && !(error.expectation ?? "").contains("hush"))
            } catch {
                Issue.record("\(error)")
            }
        }
    }
}
