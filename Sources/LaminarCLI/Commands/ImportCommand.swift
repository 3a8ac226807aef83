internal import LaminarKafka

/// `laminar import flink`: makes connections and tables of a Flink script's kafka tables.
struct ImportCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        guard invocation.operands[0].lowercased() == "flink" else {
            throw UsageError("import reads flink, not \"\(invocation.operands[0])\".", command: .import)
        }
        let taken = try FlinkImport(script: try script(invocation.operands[1]))
        for notice in taken.notices { tool.say("Note: \(notice)") }
        guard !invocation.has("--print") else { return try tool.output.text(taken.sql) }
        let laminar = try await tool.open(invocation)
        do {
            for result in try await laminar.execute(taken.sql) { tool.say(result.message) }
        } catch let error as StatementError {
            for result in error.completed { tool.say(result.message) }
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }

    private func script(_ path: String) throws -> String {
        try path == "-" ? StandardInput.text() : TextFile.text(of: path)
    }
}
