import Foundation
import LaminarTesting
import Testing

@testable import LaminarCLI

/// `laminar sql --follow`.
@Suite struct FollowTests {
    /// `laminar sql --follow` over a topic that holds `{"id": 1}` and gets more.
    private static func following(
        _ sql: String, _ format: String = "json", _ body: (EmbeddedBroker, ExternalProcess) async throws -> Void
    ) async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        try await broker.produce([TestRecord(value: "{\"id\": 1}")], to: "orders")
        let folder = NSTemporaryDirectory() + "laminar-follow-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = ["--database", folder + "/laminar.db"]
        let script = Run.script.replacing("localhost:9092", with: broker.bootstrapServers)
        try await ExternalProcess(Built.laminar, database + ["sql", script]).success()
        try await body(
            broker, try ExternalProcess(Built.laminar, database + ["sql", "--follow", sql, "--format", format]))
        await broker.close()
    }

    @Test("rows come past the topic's end as they are written, filtered, until it is interrupted")
    func goesOn() async throws {
        try await Self.following("SELECT id * 10 AS tens FROM orders WHERE id <> 2") { broker, process in
            #expect(try await process.nextLine() == "{\"tens\":10}")
            try await broker.produce((2...3).map { TestRecord(value: "{\"id\": \($0)}") }, to: "orders")
            #expect(try await process.nextLine() == "{\"tens\":30}")
            process.terminate()
            let result = try await process.result(within: .seconds(60))
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        }
    }

    @Test("a table is printed row by row, and LIMIT ends it")
    func limit() async throws {
        try await Self.following("SELECT id FROM orders LIMIT 2", "table") { broker, process in
            #expect(try await process.nextLine() == "         id")
            #expect(try await process.nextLine() == "------------")
            #expect(try await process.nextLine() == "          1")
            try await broker.produce((2...3).map { TestRecord(value: "{\"id\": \($0)}") }, to: "orders")
            #expect(try await process.nextLine() == "          2")
            let result = try await process.result(within: .seconds(60))
            #expect(result.status == 0 && result.errors == "2 rows.\n", "\(result.errors)")
        }
    }

    @Test(
        "what can't be followed is refused with what to do instead",
        arguments: [
            ("SELECT COUNT(*) FROM orders", "CREATE PIPELINE"), ("VALUES (1)", "reads none"),
            ("SHOW TABLES", "Only the rows of a SELECT"), ("SELECT id FROM orders; SHOW TABLES", "write it last"),
            ("SELECT id FROM orders; SELCT", "SELCT"),
        ])
    func refused(sql: String, words: String) async throws {
        let run = try await Run(["sql", "--follow", sql, "--format", "json"], setUp: Run.script)
        #expect(run.code == .failed)
        #expect(run.errors.joined(separator: "\n").contains(words), "\(run.errors)")
        #expect(run.output.isEmpty)
    }
}
