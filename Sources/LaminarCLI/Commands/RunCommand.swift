internal import LaminarDashboard
internal import LaminarKafka

/// `laminar run`: the pipelines of the catalog, until a signal.
struct RunCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        let laminar = try await tool.open(invocation)
        if let address = invocation.value("--http") {
            let dashboard = try await Dashboard.start(for: laminar, on: address)
            tool.say("The status page is at \(dashboard.url).")
        }
        let pipelines = try await started(laminar)
        tool.say(
            pipelines.isEmpty
                ? "No pipeline is started: CREATE PIPELINE makes one."
                : "Running \(pipelines.map(\.name).joined(separator: ", ")); Ctrl-C ends it.")
        let printed = pipelines.filter(\.deliversRows)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await laminar.run() }
            for pipeline in printed {
                group.addTask { try await print(pipeline, named: printed.count > 1) }
            }
            // A signal cancels all of them; what fails for good ends the others.
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
        tool.say("Everything that was processed is stored.")
    }

    private func started(_ laminar: Laminar) async throws -> [Pipeline] {
        let rows = try await laminar.execute("SHOW PIPELINES").first?.table?.rows ?? []
        return try rows.compactMap { row in
            guard case .text(let name)? = row.first, row.dropFirst().first != .text("stopped") else { return nil }
            return try laminar.pipeline(name)
        }
    }

    /// Prints a pipeline's rows, an object a line.
    private func print(_ pipeline: Pipeline, named: Bool) async throws {
        let columns = pipeline.columns.map(\.name)
        for try await row in pipeline.rows {
            let name: [(String, Value)] = named ? [("pipeline", .text(pipeline.name))] : []
            try tool.output.line(ValueText.object(name + Array(zip(columns, row.values))))
            try tool.output.flush()
        }
    }
}
