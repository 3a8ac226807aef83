import Foundation

/// DuckDB in a Python process of its own, which answers all queries in one go.
enum DuckDB {
    /// What it says of one query.
    struct Answer: Decodable {
        /// Cells as `n:1.5` (number), `x:text`, `b:true`, `d:date`, `t:timestamp`; nil for NULL.
        var rows: [[String?]]?
        var error: String?
    }

    private struct Request: Encodable {
        var tables: [String]
        var queries: [String]
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func answers(to queries: [String], over tables: [String]) throws -> [Answer] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let project = folder.appending(path: "../../..").standardizedFileURL
        let python =
            ProcessInfo.processInfo.environment["LAMINAR_PYTHON"]
            ?? project.appending(path: ".cache/venv/bin/python").path(percentEncoded: false)
        let question = URL(filePath: NSTemporaryDirectory() + "laminar-duckdb-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: question) }
        try JSONEncoder().encode(Request(tables: tables, queries: queries)).write(to: question)
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [folder.appending(path: "duckdb_answers.py").path(percentEncoded: false)]
        process.standardInput = try FileHandle(forReadingFrom: question)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "duckdb_answers.py ended with \(process.terminationStatus): run make setup")
        }
        let decoder = JSONDecoder()
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(Answer.self, from: Data($0)) }
    }
}
