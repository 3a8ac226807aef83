internal import LaminarFormats

/// How rows are printed.
enum OutputFormat: String {
    case table, json, csv
}

/// Prints rows as they come, in one of the three formats.
///
///     var printer = RowPrinter(.json, columns: columns, to: output, on: terminal)
///     try printer.print(rows)
///     try printer.finish()
///
/// JSON and CSV are handed on with each call. A table is drawn in pieces of up to 500 rows: a column's width is known
/// only when its values are, and the head is drawn again where a later piece needs other widths.
struct RowPrinter {
    private let format: OutputFormat
    private let columns: [ColumnSchema]
    private let output: any TextOutput
    private let drawing: TableDrawing
    private var pending: [[TableDrawing.Cell]] = []
    private var widths: [Int]?
    private(set) var count = 0
    private var hasHead = false

    private static let piece = 500

    /// - Parameter isExpanded: whether a table's rows are drawn one below the other, however wide the terminal is.
    init(
        _ format: OutputFormat, columns: [ColumnSchema], to output: any TextOutput, on terminal: Terminal,
        isExpanded: Bool = false
    ) {
        self.format = format
        self.columns = columns
        self.output = output
        drawing = TableDrawing(
            columns: columns.map { TableDrawing.Column(name: $0.name, alignment: ValueText.alignment($0.type)) },
            width: terminal.width, colour: terminal.colour, isExpanded: isExpanded)
    }

    /// Prints one row, or keeps it for the next piece of a table.
    mutating func print(_ row: [Value]) throws {
        count += 1
        switch format {
        case .json: try output.line(ValueText.object(Array(zip(columns.map(\.name), row))))
        case .csv:
            try head()
            try output.line(ValueText.csv(row))
        case .table:
            pending.append(row.map(ValueText.cell))
            if pending.count >= Self.piece { try draw() }
        }
    }

    /// Hands on what was kept: at a pause of a source that is followed.
    mutating func flush() throws {
        if !pending.isEmpty { try draw() }
        try output.flush()
    }

    /// The end. A table without rows, and a CSV, have a head all the same.
    mutating func finish() throws {
        switch format {
        case .json: break
        case .csv: try head()
        case .table: if !pending.isEmpty || !hasHead { try draw() }
        }
        try output.flush()
    }

    private mutating func head() throws {
        guard !hasHead else { return }
        hasHead = true
        try output.line(columns.map { ValueText.csvField($0.name) }.joined(separator: ","))
    }

    private mutating func draw() throws {
        let piece = drawing.piece(pending, after: widths, firstRow: count - pending.count + 1)
        for line in piece.lines { try output.line(line) }
        widths = piece.widths
        pending.removeAll(keepingCapacity: true)
        hasHead = true
    }
}
