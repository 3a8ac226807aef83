internal import LaminarFormats

/// Prints batches as an Arrow IPC stream, up to a number of rows.
///
///     var output = try ArrowOutput(schema, limit: 10, to: tool.output)     // readers have the schema now
///     let rows = try output.print(batch)
///     try output.finish()
struct ArrowOutput {
    private var writer: ArrowStreamWriter
    private let output: any TextOutput
    /// Rows that may still be printed; nil without a limit.
    private var left: Int?

    init(_ schema: RowSchema, limit: Int?, to output: any TextOutput) throws {
        self.output = output
        left = limit
        writer = ArrowStreamWriter(schema: schema) { try output.bytes($0) }
        try writer.start()
        try output.flush()
    }

    /// - Parameter arguments: what stands behind `laminar` on a command line that writes such a stream into a file.
    /// - Throws: ``UsageError`` where the stream would go to a terminal.
    static func refuse(_ terminal: Terminal, _ command: Command, _ arguments: String) throws(UsageError) {
        guard terminal.isTerminal else { return }
        throw UsageError(
            "Arrow's stream is binary, and a terminal can't show it: pipe it into a program, or write it to a file, "
                + "as in laminar \(arguments) --format arrow > FILE.", command: command)
    }

    /// Whether the limit is reached.
    var isFull: Bool { left == 0 }

    /// Hands on a batch at once, or as much of it as the limit allows; returns the number of rows printed.
    mutating func print(_ batch: RecordBatch) throws -> Int {
        let rows = min(left ?? batch.count, batch.count)
        if rows > 0 { try writer.write(batch, rows: rows) }
        left = left.map { $0 - rows }
        try output.flush()
        return rows
    }

    /// The end, which readers wait for.
    mutating func finish() throws {
        try writer.finish()
        try output.flush()
    }
}
