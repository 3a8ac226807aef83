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
        let isArrow = invocation.value(Flag.columnFormat.name) == "arrow"
        if isArrow {
            try ArrowOutput.refuse(tool.outputTerminal, .consume, "consume \(invocation.operands[0])")
        }
        let laminar = try await tool.open(invocation)
        let joins = invocation.has("--group")
        let follows = invocation.has("--follow")
        let table = invocation.operands[0]
        let source = try laminar.rows(
            table, acknowledgement: .explicit, extent: joins ? .group : follows ? .everything : .snapshot)
        let schema = try laminar.resolveTable(table).schema
        do {
            if isArrow {
                try await printColumns(
                    of: source, ArrowOutput(schema, limit: limit, to: tool.output), quietEnd: joins && !follows)
            } else {
                let printer = RowPrinter(
                    tool.format(invocation), columns: schema.columns, to: tool.output, on: tool.outputTerminal)
                try await printRows(
                    of: source, limit: limit, printer, quietEnd: joins && !follows, isEndless: joins || follows)
            }
        } catch is CancellationError where follows {
            // That is how one stops following.
        } catch {
            await laminar.shutdown()
            throw error
        }
        await laminar.shutdown()
    }

    /// Prints up to the limit or the end; what is printed is acknowledged.
    ///
    /// - Parameter isEndless: whether a pause may be long, so that no table waits for its first page to be whole.
    private func printRows(
        of source: KafkaSource<Row>, limit: Int?, _ printer: RowPrinter, quietEnd: Bool, isEndless: Bool
    ) async throws {
        var printer = printer
        do {
            try await read(source, quietEnd: quietEnd) { batch in
                for record in batch.records {
                    if let row = record.value { try printer.print(row.values) }
                    source.acknowledge(record)
                    if let limit, printer.count >= limit { return false }
                }
                if isEndless || !printer.isGathering { try printer.flush() }
                return true
            }
        } catch let error where !(error is BrokenPipe) {
            // What came before is the reader's all the same.
            try printer.flush()
            throw error
        }
        try printer.finish()
        try Task.checkCancellation()
    }

    /// The same batch by batch. A reader of the stream needs its end, so an interruption writes it too.
    private func printColumns(of source: KafkaSource<Row>, _ output: ArrowOutput, quietEnd: Bool) async throws {
        var output = output
        do {
            try await read(source, quietEnd: quietEnd) { batch in
                var printed = try batch.columns.map { try output.print($0) } ?? 0
                for record in batch.records {
                    if record.value != nil { printed -= 1 }
                    if printed < 0 { break }
                    source.acknowledge(record)
                }
                return !output.isFull
            }
        } catch let error as CancellationError {
            try output.finish()
            throw error
        }
        try output.finish()
        try Task.checkCancellation()
    }

    /// Hands over batch after batch, until `body` has enough or the source ends.
    private func read(
        _ source: KafkaSource<Row>, quietEnd: Bool, _ body: (KafkaBatch<Row>) throws -> Bool
    ) async throws {
        let watch = QuietWatch()
        let closer = quietEnd ? Task { await watch.closeWhenQuiet(source) } : nil
        defer { closer?.cancel() }
        for try await batch in source.batches {
            watch.noteRecords()
            guard try body(batch) else { break }
        }
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
