internal import LaminarKafka

/// `laminar` alone: the interactive shell, or the statements of standard input where that isn't a terminal.
struct ShellCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        guard StandardInput.isTerminal, tool.outputTerminal.isTerminal else {
            return try await SQLCommand(invocation, tool: tool).run()
        }
        let laminar = try await tool.open(invocation)
        try await Shell(laminar, tool: tool).run()
        await laminar.shutdown()
    }
}
