internal import LaminarFormats
internal import LaminarKafka

/// `laminar kafka …`: looks at the cluster of a connection, and moves a group's offsets.
struct KafkaCommand {
    let invocation: Invocation
    let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        // What can be said without the catalog is said before it is opened.
        let target = invocation.command.name == Command.resetOffset.name ? try resetTarget() : nil
        let laminar = try await tool.open(invocation)
        do {
            switch invocation.command.name {
            case Command.listGroups.name: try await listGroups(laminar)
            case Command.describeGroup.name: try await describeGroup(laminar)
            case Command.lag.name: try await lag(laminar)
            case Command.topics.name: try await topics(laminar)
            default: if let target { try await resetOffset(laminar, to: target) }
            }
        } catch {
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }

    var connection: String { invocation.value("--connection") ?? "" }

    /// Prints rows whose columns have these names and types.
    func show(_ columns: [(name: String, type: ColumnType)], _ rows: [[Value]]) throws {
        var printer = RowPrinter(
            tool.format(invocation), columns: columns.map { ColumnSchema($0.name, $0.type) }, to: tool.output,
            on: tool.outputTerminal)
        for row in rows { try printer.print(row) }
        try printer.finish()
    }

    func notice(_ texts: [String]) { for text in texts { tool.say("Notice: \(text)") } }
}

extension Value {
    init(_ text: String?) { self = text.map(Value.text) ?? .null }
    init(_ number: Int64?) { self = number.map(Value.bigint) ?? .null }
    init(_ number: Int32?) { self = number.map(Value.int) ?? .null }
    /// A count of things.
    init(counting count: Int?) { self = count.map { .int(Int32(clamping: $0)) } ?? .null }
}
