import Foundation
import Testing

@testable import LaminarCLI

@Suite struct SQLCommandTests {
    @Test("a statement's rows go to standard output, what it did to standard error")
    func streams() async throws {
        let run = try await Run(["sql", Run.script + "SHOW TABLES; DESCRIBE orders", "--format", "csv"])
        #expect(run.code == .done)
        #expect(run.errors == ["Connection shop is created.", "Table orders is created."])
        #expect(run.output.first == "name,connection,columns,created_at")
        #expect(run.output.suffix(2) == ["column,type,nullable,filled_from", "id,BIGINT,false,payload"])
    }

    @Test("SHOW CREATE prints a statement to copy")
    func showCreate() async throws {
        let run = try await Run(["sql", Run.script + "SHOW CREATE orders"])
        #expect(run.output.first == "CREATE TABLE orders (")
        #expect(run.output.last?.hasSuffix(";") == true)
    }

    @Test("a failing statement gives exit code 1, its place, and the results before it")
    func failure() async throws {
        let run = try await Run(["sql", "SHOW TABLES; DROP TABLE nothing; SHOW TABLES"])
        #expect(run.code == .failed)
        #expect(run.output.count == 2)
        #expect(run.errors.joined(separator: "\n").contains("Statement 2 (DROP TABLE nothing) failed."))
    }

    @Test("a script comes from a file")
    func file() async throws {
        let path = NSTemporaryDirectory() + "laminar-script-" + UUID().uuidString + ".sql"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Run.script.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try await Run(["sql", "-f", path]).code == .done)
        let missing = try await Run(["sql", "-f", path + "x"])
        #expect(missing.code == .failed)
        #expect(missing.errors.first?.contains("There is no file") == true)
        #expect(try await Run(["sql", "-f", path, "SHOW TABLES"]).code == .usage)
    }

    @Test("a usage error gives exit code 2 and nothing on standard output")
    func usage() async throws {
        let run = try await Run(["sql", "--fromat", "json"])
        #expect(run.code == .usage)
        #expect(run.output.isEmpty)
        #expect(run.errors.joined().contains("Did you mean --format?"))
    }

    @Test(
        "help goes to standard output, with exit code 0",
        arguments: [["--help"], ["sql", "--help"], ["help", "demo"]])
    func help(arguments: [String]) async throws {
        let run = try await Run(arguments)
        #expect(run.code == .done)
        #expect(run.output.joined(separator: "\n").contains("laminar"))
        #expect(run.errors.isEmpty)
    }

    @Test("the database is the flag's, else the environment's, else laminar.db")
    func database() throws {
        func location(_ arguments: [String], _ environment: [String: String]) throws -> String {
            let tool = CommandLineTool(
                environment: environment, output: CollectedOutput(), errors: CollectedOutput(), outputTerminal: .none,
                errorTerminal: .none)
            guard case .run(let invocation) = try Request(parsing: arguments) else { return "" }
            return "\(tool.database(invocation))"
        }
        #expect(try location(["sql", "--database", "a.db"], ["LAMINAR_DATABASE": "b.db"]).contains("a.db"))
        #expect(try location(["sql"], ["LAMINAR_DATABASE": "b.db"]).contains("b.db"))
        #expect(try location(["sql"], [:]).contains("laminar.db"))
    }
}

/// A command line that was run in this process, with a catalog of its own.
struct Run {
    static let script = """
        CREATE CONNECTION shop TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
        CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'shop');

        """

    let code: ExitCode
    let output: [String]
    let errors: [String]

    /// - Parameter setUp: a script that is executed before.
    init(_ arguments: [String], setUp: String? = nil) async throws {
        let folder = NSTemporaryDirectory() + "laminar-cli-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = ["LAMINAR_DATABASE": folder + "/laminar.db"]
        let (output, errors) = (CollectedOutput(), CollectedOutput())
        if let setUp {
            _ = await CommandLineTool(
                environment: environment, output: CollectedOutput(), errors: CollectedOutput(), outputTerminal: .none,
                errorTerminal: .none
            ).run(["sql", setUp])
        }
        code = await CommandLineTool(
            environment: environment, output: output, errors: errors, outputTerminal: .none, errorTerminal: .none
        ).run(arguments)
        self.output = output.lines
        self.errors = errors.lines
    }
}
