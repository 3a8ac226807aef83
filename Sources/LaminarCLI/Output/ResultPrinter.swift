internal import LaminarKafka
internal import Synchronization

/// Prints what statements did: rows to standard output, sentences and notices to standard error.
///
///     let printer = ResultPrinter(format: .table, tool: tool)
///     try printer.print(result)
///     try await printer.print(rows)
struct ResultPrinter: Sendable {
    var format: OutputFormat
    /// Whether rows are an Arrow IPC stream, whatever the format.
    var isArrow = false
    /// Whether a table's rows are printed one below the other.
    var isExpanded = false
    /// Whether a table has its sentence above it, which alone is printed where there are no rows.
    var hasTitles = false
    /// Whether rows come on and on.
    var isFollowed = false
    let tool: CommandLineTool

    /// How long a table's first page may take where somebody looks on.
    private static let pagePatience = Duration.milliseconds(200)

    /// Prints what a statement did, all of it at once.
    func print(_ result: StatementResult) throws {
        for notice in result.notices { tool.say("Notice: \(notice)") }
        guard let table = result.table else {
            tool.say(result.message)
            return
        }
        if isArrow { return try printColumns(of: table) }
        if format == .table, let text = table.definition {
            // A statement to copy, not a cell to look at.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                try tool.output.line(TerminalText.visible(String(line)))
            }
            return try tool.output.flush()
        }
        if hasTitles, format == .table {
            try tool.output.line(result.message)
            if table.rows.isEmpty { return try tool.output.flush() }
        }
        var printer = rows(table.columns)
        for row in table.rows { try printer.print(row) }
        try printer.finish()
    }

    /// Prints a query's rows as they come, and how many there were.
    func print(_ rows: QueryRows) async throws {
        var notices = Notices(tool)
        notices.say(rows.notices)
        let reading = ReadingProgress(of: rows, tool)
        defer { reading.stop() }
        let count: Int
        if isArrow {
            try await printColumns(of: rows)
            count = 0
        } else {
            count = try await printText(of: rows, reading)
        }
        reading.stop()
        notices.say(rows.notices)
        if format == .table, !isArrow { tool.say("\(count.grouped) row\(count == 1 ? "" : "s").") }
    }

    /// What prints rows of these columns as text.
    private func rows(_ columns: [ColumnSchema]) -> RowPrinter {
        RowPrinter(format, columns: columns, to: tool.output, on: tool.outputTerminal.now, isExpanded: isExpanded)
    }

    private func printText(of rows: QueryRows, _ reading: ReadingProgress) async throws -> Int {
        let page = Page(self.rows(rows.columns))
        defer { page.close() }
        do {
            for try await batch in rows.batches {
                try Task.checkCancellation()
                // Where both are one terminal, rows would be written into the line.
                if tool.outputTerminal.isTerminal { reading.stop() }
                let isGathering = try page.print(batch)
                if isGathering, isFollowed || tool.outputTerminal.isTerminal { page.turn(within: Self.pagePatience) }
            }
            return try page.finish()
        } catch let error where !(error is BrokenPipe) {
            reading.stop()
            // What came before is the reader's all the same.
            let count = try page.flush()
            if error is CancellationError, format == .table, count > 0 {
                tool.say("\(count.grouped) row\(count == 1 ? "" : "s") up to here.")
            }
            throw error
        }
    }

    /// A reader of the stream needs its end, so an interruption writes it too.
    private func printColumns(of rows: QueryRows) async throws {
        var output = try ArrowOutput(try RowSchema(rows.columns), limit: nil, to: tool.output)
        do {
            for try await batch in rows.batches { _ = try output.print(batch) }
        } catch let error as CancellationError {
            try output.finish()
            throw error
        }
        try output.finish()
    }

    private func printColumns(of table: ResultTable) throws {
        let schema = try RowSchema(table.columns)
        let columns = try table.columns.enumerated().map { place, column in
            try Column.values(column.type, table.rows.map { $0[place] })
        }
        var output = try ArrowOutput(schema, limit: nil, to: tool.output)
        _ = try output.print(RecordBatch(schema: schema, columns: columns, count: table.rows.count))
        try output.finish()
    }
}

/// Says each notice once.
private struct Notices {
    private let tool: CommandLineTool
    private var said: Set<String> = []

    init(_ tool: CommandLineTool) { self.tool = tool }

    mutating func say(_ notices: [String]) {
        for notice in notices where said.insert(notice).inserted { tool.say("Notice: \(notice)") }
    }
}

/// A printer that is also told to settle a table's first page when rows are slow to come.
private final class Page: Sendable {
    private let printer: Mutex<RowPrinter>
    private let turning = Mutex<Task<Void, Never>?>(nil)

    init(_ printer: RowPrinter) { self.printer = Mutex(printer) }

    /// - Returns: whether rows wait for a table's first page to be whole.
    func print(_ batch: RecordBatch) throws -> Bool {
        try printer.withLock { printer in
            for row in batch { try printer.print(row.values) }
            if printer.isGathering { return true }
            try printer.flush()
            return false
        }
    }

    /// Settles the first page when that time has passed.
    func turn(within time: Duration) {
        turning.withLock { turning in
            guard turning == nil else { return }
            turning = Task { [weak self] in
                guard (try? await Task.sleep(for: time)) != nil else { return }
                // What can't be written now is told by the next rows, or by the end.
                _ = try? self?.flush()
            }
        }
    }

    func flush() throws -> Int {
        try printer.withLock {
            try $0.flush()
            return $0.count
        }
    }

    func finish() throws -> Int {
        try printer.withLock {
            try $0.finish()
            return $0.count
        }
    }

    func close() { turning.withLock { $0 }?.cancel() }
}

extension ResultTable {
    /// The statement of a SHOW CREATE.
    fileprivate var definition: String? {
        guard columns.map(\.name) == ["definition"], rows.count == 1, case .text(let text)? = rows.first?.first else {
            return nil
        }
        return text + ";"
    }
}
