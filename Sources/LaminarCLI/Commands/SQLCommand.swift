internal import LaminarKafka

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
        try await StatementRun(laminar, ResultPrinter(format: tool.format(invocation), tool: tool)).run(script)
        await laminar.shutdown()
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
        if let path, path != "-" { return try TextFile.text(of: path) }
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
}
