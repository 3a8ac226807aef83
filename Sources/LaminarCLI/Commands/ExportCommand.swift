internal import LaminarKafka

/// `laminar export flink`: prints the catalog as a script for Apache Flink.
struct ExportCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        guard invocation.operands[0].lowercased() == "flink" else {
            throw UsageError("export writes flink, not \"\(invocation.operands[0])\".", command: .export)
        }
        let laminar = try await tool.open(invocation)
        do {
            let script = try await laminar.exportFlink(
                pipelines: invocation.values("--pipeline"),
                from: invocation.has("--from-checkpoint") ? .checkpoint : .configured)
            for notice in script.notices { tool.say("Note: \(notice)") }
            try tool.output.text(script.text)
        } catch {
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }
}
