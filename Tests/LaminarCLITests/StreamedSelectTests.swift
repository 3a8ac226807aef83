import Foundation
import LaminarTesting
import Testing

@testable import LaminarCLI

/// `laminar sql` prints a SELECT's rows as they come.
@Suite struct StreamedSelectTests {
    private static let many = 25_000

    @Test("every row of a SELECT is printed, however many there are", arguments: ["json", "csv", "table"])
    func all(format: String) async throws {
        let sql = "SELECT n, n * 2 AS twice FROM generate_series(1, \(Self.many)) AS s(n)"
        let run = try await Run(["sql", sql, "--format", format])
        #expect(run.code == .done, "\(run.errors)")
        switch format {
        case "json":
            #expect(run.output.count == Self.many && run.output.last == "{\"n\":25000,\"twice\":50000}")
            #expect(run.errors.isEmpty)
        case "csv": #expect(run.output.count == Self.many + 1 && run.output.last == "25000,50000")
        default:
            #expect(run.output.count == Self.many + 2 && run.output.last?.hasSuffix("25000 |      50000") == true)
            #expect(run.errors == ["25,000 rows."])
        }
    }

    @Test("what a script's statements give is printed in their order, up to the one that fails")
    func order() async throws {
        let run = try await Run(["sql", "VALUES (1); SELECT 2 AS b; SELECT nothing; VALUES (4)", "--format", "csv"])
        #expect(run.code == .failed)
        #expect(run.output == ["column1", "1", "b", "2"])
        #expect(run.errors.joined(separator: "\n").contains("Statement 3 (SELECT) failed."))
    }

    @Test("rows that came before a failure are printed")
    func failure() async throws {
        let run = try await Run([
            "sql", "SELECT 10 / (3 - n) AS x FROM generate_series(1, 5) AS s(n)", "--format", "csv",
        ])
        #expect(run.code == .failed)
        #expect(run.output == ["x", "5", "10"])
        #expect(run.errors.joined(separator: "\n").contains("division by zero"), "\(run.errors)")
    }

    @Test("a reader that goes away ends a long SELECT quietly")
    func brokenPipe() async throws {
        let folder = NSTemporaryDirectory() + "laminar-pipe-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let sql = "SELECT n FROM generate_series(1, 5000000) AS s(n)"
        let process = try ExternalProcess(
            "sh",
            ["-c", "cd '\(folder)'; { '\(Built.laminar)' sql \"$0\" --format csv; echo $? > code; } | head -n 3", sql])
        let run = try await process.result(within: .seconds(60))
        #expect(run.output == "n\n1\n2\n" && run.errors.isEmpty)
        #expect(try String(contentsOfFile: folder + "/code", encoding: .utf8) == "0\n")
    }

    @Test("an interrupt ends a SELECT that would go on, with what was printed and exit code 1")
    func interrupt() async throws {
        let folder = NSTemporaryDirectory() + "laminar-interrupt-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The first row is there; the second never comes.
        let sql = "SELECT n FROM generate_series(1, 50000000) AS s(n) WHERE n = 1 OR n < 0"
        let process = try ExternalProcess(
            Built.laminar, ["--database", folder + "/laminar.db", "sql", sql, "--format", "csv"])
        #expect(try await process.nextLine() == "n")
        #expect(try await process.nextLine() == "1")
        process.terminate()
        let run = try await process.result(within: .seconds(60))
        #expect(run.status == 1)
        #expect(run.errors.contains("Interrupted."))
    }
}

/// The built executable beside the tests.
enum Built {
    static let laminar = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "laminar")
        .path
}
