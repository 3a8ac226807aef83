internal import LaminarKafka
internal import Synchronization

/// `laminar consume`: prints a table's rows.
struct ConsumeCommand {
    private let invocation: Invocation
    private let tool: CommandLineTool

    init(_ invocation: Invocation, tool: CommandLineTool) {
        self.invocation = invocation
        self.tool = tool
    }

    func run() async throws {
        let limit = try invocation.positiveNumber("--limit")
        let laminar = try await tool.open(invocation)
        let joins = invocation.has("--group")
        let follows = invocation.has("--follow")
        let table = invocation.operands[0]
        let source = try laminar.rows(
            table, acknowledgement: .explicit, extent: joins ? .group : follows ? .everything : .snapshot)
        let columns = try laminar.resolveTable(table).schema.columns
        let printer = RowPrinter(tool.format(invocation), columns: columns, to: tool.output, on: tool.outputTerminal)
        do {
            try await read(source, limit: limit, printer, quietEnd: joins && !follows)
        } catch is CancellationError where follows {
            // That is how one stops following.
        } catch {
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }

    /// Prints up to the limit or the end; what is printed is acknowledged.
    private func read(
        _ source: KafkaSource<Row>, limit: Int?, _ printer: RowPrinter, quietEnd: Bool
    ) async throws {
        var printer = printer
        let watch = QuietWatch()
        let closer = quietEnd ? Task { await watch.closeWhenQuiet(source) } : nil
        defer { closer?.cancel() }
        reading: for try await batch in source.batches {
            watch.noteRecords()
            for record in batch.records {
                if let row = record.value { try printer.print(row.values) }
                source.acknowledge(record)
                if let limit, printer.count >= limit { break reading }
            }
            try printer.flush()
        }
        try printer.finish()
        try Task.checkCancellation()
    }
}

/// Notices when a group's member gets nothing any more: a group has no end of its own.
private final class QuietWatch: Sendable {
    private static let patience = Duration.seconds(3)
    private let last = Mutex(ContinuousClock.now)

    func noteRecords() { last.withLock { $0 = .now } }

    /// Closes the source once it is idle and nothing has come for a while.
    func closeWhenQuiet(_ source: KafkaSource<Row>) async {
        while (try? await Task.sleep(for: .milliseconds(200))) != nil {
            guard source.state == .idle else { continue }
            if ContinuousClock.now - last.withLock({ $0 }) > Self.patience { return await source.close() }
        }
    }
}
