import Foundation

/// PostgreSQL, asked what expressions are: the server of `scripts/postgres`, in a folder of its own.
final class PostgresPeer {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let server = Process()
    private let input = Pipe()
    private let psql: String
    private let folder: String
    private let port: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let output = Pipe()
        server.executableURL = URL(fileURLWithPath: "/bin/bash")
        server.arguments = [root.appendingPathComponent("scripts/postgres").path, "serve"]
        server.standardInput = input
        server.standardOutput = output
        try server.run()
        var lines: [String: String] = [:]
        var text = ""
        while lines["ready"] == nil {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { throw Failure(description: "scripts/postgres has ended: \(text)") }
            text += String(decoding: data, as: UTF8.self)
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                lines[parts[0]] = parts.count > 1 ? parts[1] : ""
            }
        }
        folder = lines["folder"] ?? ""
        port = lines["port"] ?? ""
        psql = (lines["bin"].map { $0 + "/psql" }) ?? "psql"
    }

    deinit {
        try? input.fileHandleForWriting.close()
        server.waitUntilExit()
    }

    /// What each expression is as text: nil for NULL, `ERROR: ` and the message for an error.
    func texts(of expressions: [String]) throws -> [String?] {
        var script = """
            SET timezone = 'UTC'; SET extra_float_digits = 1; SET standard_conforming_strings = on;
            CREATE OR REPLACE FUNCTION pg_temp.evaluated(expression text) RETURNS text LANGUAGE plpgsql AS $f$
            DECLARE answer text;
            BEGIN
                EXECUTE 'SELECT (' || expression || ')::text' INTO answer;
                RETURN coalesce('=' || replace(replace(answer, E'\\\\', E'\\\\\\\\'), E'\\n', E'\\\\n'), 'NULL');
            EXCEPTION WHEN OTHERS THEN RETURN 'ERROR: ' || replace(SQLERRM, E'\\n', ' ');
            END $f$;

            """
        for (index, expression) in expressions.enumerated() {
            script += "SELECT \(index), pg_temp.evaluated($expression$\(expression)$expression$);\n"
        }
        let scratch = try TemporaryFolder()
        defer { withExtendedLifetime(scratch) {} }
        let file = URL(fileURLWithPath: scratch.path + "/questions.sql")
        try Data(script.utf8).write(to: file)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: psql)
        process.arguments = [
            "-h", folder, "-p", port, "-U", "laminar", "-d", "laminar", "-qAtX", "-F", "\t", "-f", file.path,
        ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        var answers = [String?](repeating: "ERROR: no answer", count: expressions.count)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let index = Int(parts[0]), answers.indices.contains(index) else { continue }
            answers[index] = parts[1] == "NULL" ? nil : parts[1].hasPrefix("=") ? Self.unescaped(parts[1]) : parts[1]
        }
        return answers
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var characters = text.dropFirst().makeIterator()
        while let character = characters.next() {
            guard character == "\\" else {
                result.append(character)
                continue
            }
            result.append(characters.next() == "n" ? "\n" : "\\")
        }
        return result
    }
}
