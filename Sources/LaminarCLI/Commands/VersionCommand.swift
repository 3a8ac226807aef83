internal import LaminarKafka

/// `laminar version`.
struct VersionCommand {
    private let tool: CommandLineTool

    init(tool: CommandLineTool) { self.tool = tool }

    func run() throws {
        try tool.output.line("laminar \(Laminar.version)")
        for library in Laminar.libraries { try tool.output.line("\(library.name) \(library.version)") }
    }
}
