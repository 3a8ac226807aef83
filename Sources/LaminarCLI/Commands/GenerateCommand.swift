internal import LaminarKafka

/// `laminar generate swift`: prints a Swift type for a table's rows.
struct GenerateCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        guard invocation.operands[0].lowercased() == "swift" else {
            throw UsageError("generate writes swift, not \"\(invocation.operands[0])\".", command: .generate)
        }
        let laminar = try await tool.open(invocation)
        do {
            let table = try laminar.resolveTable(invocation.operands[1])
            try tool.output.text(SwiftSource(table: table.name, table.schema).text)
        } catch {
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }
}
