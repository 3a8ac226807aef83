internal import LaminarKafka

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `laminar sql`: executes a script and prints one result a statement.
struct SQLCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        let script = try readScript()
        let laminar = try await tool.open(invocation)
        do {
            for result in try await laminar.execute(script) { try show(result) }
        } catch let error as StatementError {
            for result in error.completed { try show(result) }
            throw error
        }
        await laminar.shutdown()
    }

    private func show(_ result: StatementResult) throws {
        for notice in result.notices { tool.say("Notice: \(notice)") }
        guard let table = result.table else {
            tool.say(result.message)
            return
        }
        let format = tool.format(invocation)
        if format == .table, let text = table.definition {
            // A statement to copy, not a cell to look at.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                try tool.output.line(TerminalText.visible(String(line)))
            }
            return
        }
        var printer = RowPrinter(
            format, columns: table.columns, to: tool.output, on: tool.outputTerminal)
        for row in table.rows { try printer.print(row) }
        try printer.finish()
    }

    /// The operand, the file of `-f`, or standard input.
    private func readScript() throws -> String {
        let path = invocation.value("--file")
        if let sql = invocation.operands.first {
            guard path == nil else {
                throw UsageError("sql takes statements or -f FILE, not both.", command: .sql)
            }
            return sql
        }
        if let path, path != "-" { return try Self.text(of: path) }
        if path == nil, StandardInput.isTerminal {
            throw UsageError(
                "sql needs statements: as one argument in quotes, from a file with -f FILE, or on standard input.",
                command: .sql)
        }
        guard let text = String(validating: try StandardInput.readAll(), as: UTF8.self) else {
            throw InputError(description: "Standard input isn't UTF-8 text.")
        }
        return text
    }

    private static func text(of path: String) throws -> String {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError(description: "There is no file \(path).")
        }
        guard !isFolder, let data = FileManager.default.contents(atPath: path) else {
            throw InputError(description: "The file \(path) can't be read.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw InputError(description: "The file \(path) isn't UTF-8 text.")
        }
        return text
    }
}

extension ResultTable {
    /// The statement of a SHOW CREATE.
    fileprivate var definition: String? {
        guard columns.map(\.name) == ["definition"], rows.count == 1, case .text(let text)? = rows.first?.first else {
            return nil
        }
        return text + ";"
    }
}
