import Foundation
import Testing

/// A file of hand-picked cases: tables, then statements with what they give.
///
///     CREATE TABLE t (id BIGINT NOT NULL, name TEXT);
///     INSERT INTO t VALUES (1, 'a'), (2, NULL);
///
///     --- NULL is above all values
///     SELECT name FROM t ORDER BY name DESC
///     ->
///     name TEXT
///     NULL
///     a
///
///     --- a name that is nearly right
///     SELECT nmae FROM t
///     ->
///     error 1:8 there is no column nmae
///     did you mean name
///
/// The rows are compared in order where the statement has an ORDER BY, else sorted. Cells are separated by ` | `; a text is
/// written as it is. `? value value` in a line before the statement gives its parameters. Behind `error` stands where the
/// caret is (left out where that says nothing) and what the message holds; each further line stands in the error, too.
struct CaseFile {
    let name: String
    /// CREATE TABLE and INSERT.
    let tables: String
    let cases: [QueryCase]

    init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        let lines = try String(contentsOf: url, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        var sections: [[Substring]] = [[]]
        for line in lines {
            if line.hasPrefix("--- ") { sections.append([]) }
            sections[sections.count - 1].append(line)
        }
        let file = name
        tables = sections[0].joined(separator: "\n")
        cases = sections.dropFirst().map { QueryCase(file: file, lines: $0) }
    }

    /// Every file beside this one.
    static let all: [CaseFile] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "sql" }.sorted { $0.path < $1.path }.compactMap { try? CaseFile($0) }
    }()
}

/// One statement and what it gives.
struct QueryCase: CustomTestStringConvertible, Sendable {
    let file: String
    let name: String
    let sql: String
    let parameters: [String]
    let expected: [String]

    init(file: String, lines: [Substring]) {
        self.file = file
        name = lines[0].dropFirst(4).trimmingCharacters(in: .whitespaces)
        let arrow = lines.firstIndex { $0 == "->" } ?? lines.endIndex
        var statement = Array(lines[1..<arrow])
        var parameters: [String] = []
        if let first = statement.first, first.hasPrefix("? ") {
            parameters = first.dropFirst(2).split(separator: " ").map(String.init)
            statement.removeFirst()
        }
        self.parameters = parameters
        sql = statement.joined(separator: "\n")
        var expected = lines[min(arrow + 1, lines.endIndex)...].map(String.init)
        while expected.last?.isEmpty ?? false { expected.removeLast() }
        self.expected = expected
    }

    var testDescription: String { "\(file): \(name)" }
}
