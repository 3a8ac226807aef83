import Foundation
import LaminarKafka
import LaminarTesting

/// MariaDB in a process of its own, and its command-line client as the driver: what a host of MySQL's dialect has.
struct MariaDB: Sendable {
    private let keeper: ExternalProcess
    private let socket: String

    /// Starts a server, which takes some seconds.
    ///
    /// - Throws: ``FixtureError`` with code `start` or `unavailable`.
    static func start() async throws -> MariaDB {
        let script = URL(filePath: #filePath).appending(path: "../../../../scripts/mariadb").standardizedFileURL
        let keeper = try ExternalProcess("bash", [script.path(percentEncoded: false), "serve"])
        var socket: String?
        while let line = try await keeper.nextLine(within: .seconds(120)), line != "ready" {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.first == "socket", let path = words.last else {
                throw FixtureError(
                    code: words.first == "unavailable" ? .unavailable : .start, message: "MariaDB: \(line).")
            }
            socket = path
        }
        guard let socket else { throw FixtureError(code: .start, message: "MariaDB: \(keeper.errorsSoFar)") }
        return MariaDB(keeper: keeper, socket: socket)
    }

    func stop() async throws { _ = try await keeper.result(within: .seconds(60)) }

    private func session() throws -> ExternalProcess {
        try ExternalProcess(
            "mariadb",
            [
                "--no-defaults", "--socket", socket, "--user", "root", "--batch", "--skip-column-names", "--unbuffered",
                "--default-character-set=utf8mb4", "laminar",
            ])
    }

    /// Runs a script in a session of its own.
    ///
    /// - Returns: all rows of all answers.
    @discardableResult
    func run(_ script: String) async throws -> [[CheckpointValue]] {
        let client = try session()
        try await client.send(script)
        return try await client.success(within: .seconds(60)).output.split(separator: "\n").map(Self.row)
    }

    /// A transaction with rows of the host's own: commits where each statement changes as many rows as it must, else rolls
    /// back.
    ///
    /// - Returns: how many rows the statements changed.
    func transaction(_ own: String, _ statements: [CheckpointStatement]) async throws -> [Int64] {
        let client = try session()
        try await client.send("START TRANSACTION;\n\(own);")
        var changes: [Int64] = []
        for statement in statements {
            try await client.send(Self.script(statement))
            let line = try await client.line { $0.hasPrefix("changed") }
            guard case .integer(let count) = Self.row(Substring(line)).last else { continue }
            changes.append(count)
        }
        try await client.send(changes == statements.map { Int64($0.expectedRows ?? 0) } ? "COMMIT;" : "ROLLBACK;")
        _ = try await client.success(within: .seconds(60))
        return changes
    }

    private static func row(_ line: Substring) -> [CheckpointValue] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map { value(String($0)) }
    }

    /// The script that prepares a statement, runs it with its parameters, and asks how many rows it changed: a row
    /// `changed`, n.
    static func script(_ statement: CheckpointStatement) -> String {
        let names = statement.parameters.indices.map { "@p\($0)" }
        let sets = zip(names, statement.parameters).map { "SET \($0) = \(literal($1));" }
        let using = names.isEmpty ? "" : " USING " + names.joined(separator: ", ")
        return """
            PREPARE statement FROM \(literal(.text(statement.sql)));
            \(sets.joined(separator: "\n"))
            EXECUTE statement\(using);
            SELECT 'changed', ROW_COUNT();
            """
    }

    private static func literal(_ value: CheckpointValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let number): "\(number)"
        case .text(let text):
            "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
        }
    }

    private static func value(_ text: String) -> CheckpointValue {
        text == "NULL" ? .null : Int64(text).map { .integer($0) } ?? .text(text)
    }
}
