internal import LaminarKafka

/// `laminar sql`: executes a script and prints what each statement gives.
struct SQLCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        var printer = ResultPrinter(format: tool.format(invocation), tool: tool)
        printer.isArrow = invocation.value(Flag.columnFormat.name) == "arrow"
        printer.isFollowed = invocation.has("--follow")
        if printer.isArrow { try ArrowOutput.refuse(tool.outputTerminal, .sql, "sql \"SELECT …\"") }
        let script = try readScript()
        let laminar = try await tool.open(invocation)
        do {
            try await StatementRun(laminar, printer).run(script)
        } catch is CancellationError where printer.isFollowed {
            // That is how one stops following.
        } catch {
            await laminar.shutdown()
            throw error
        }
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
        return try StandardInput.text()
    }
}
