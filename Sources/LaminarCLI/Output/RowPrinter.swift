internal import LaminarFormats

/// How rows are printed as text.
enum OutputFormat: String {
    case table, json, csv
}

/// Prints rows as they come, as text.
///
///     var printer = RowPrinter(.json, columns: columns, to: output, on: terminal)
///     try printer.print(rows)
///     try printer.finish()
///
/// A column's width is known only when its values are: a table's first rows, up to a thousand, are kept until the widths are
/// settled by them; the rows after them are drawn in the same widths, one by one, so that a result of any length needs no more
/// memory than its first page.
struct RowPrinter {
    private let format: OutputFormat
    private let columns: [ColumnSchema]
    /// The columns' names as members of a JSON object begin.
    private let keys: [String]
    private let output: any TextOutput
    private let drawing: TableDrawing
    private var page: [[TableDrawing.Cell]] = []
    private var layout: TableDrawing.Layout?
    private(set) var count = 0
    private var hasHead = false

    private static let pageRows = 1000

    /// - Parameter isExpanded: whether a table's rows are drawn one below the other, however wide the terminal is.
    init(
        _ format: OutputFormat, columns: [ColumnSchema], to output: any TextOutput, on terminal: Terminal,
        isExpanded: Bool = false
    ) {
        self.format = format
        self.columns = columns
        keys = columns.map { Value.text($0.name).json + ":" }
        self.output = output
        drawing = TableDrawing(
            columns: columns.map { column in
                TableDrawing.Column(
                    name: column.name, alignment: ValueText.alignment(column.type),
                    usualWidth: ValueText.usualWidth(column.type))
            },
            width: terminal.width, colour: terminal.colour, isExpanded: isExpanded)
    }

    /// Whether rows wait for the widths to be settled.
    var isGathering: Bool { !page.isEmpty }

    /// Prints one row, or keeps it for a table's first page.
    mutating func print(_ row: [Value]) throws {
        count += 1
        switch format {
        case .json: try output.line(object(row))
        case .csv:
            try head()
            try output.line(ValueText.csv(row))
        case .table:
            let cells = row.map(ValueText.cell)
            if let layout {
                for line in drawing.lines(cells, number: count, in: layout) { try output.line(line) }
                return
            }
            page.append(cells)
            if page.count >= Self.pageRows { try settle(isWhole: false) }
        }
    }

    /// Hands on what was kept, at a pause: the widths are settled by the rows that there are.
    mutating func flush() throws {
        if !page.isEmpty { try settle(isWhole: false) }
        try output.flush()
    }

    /// The end. A table without rows, and a CSV, have a head all the same.
    mutating func finish() throws {
        switch format {
        case .json: break
        case .csv: try head()
        case .table: if layout == nil { try settle(isWhole: true) }
        }
        try output.flush()
    }

    private func object(_ row: [Value]) -> String {
        var line = "{"
        for (key, value) in zip(keys, row) {
            if line.utf8.count > 1 { line += "," }
            line += key
            line += value.json
        }
        line += "}"
        return line
    }

    private mutating func head() throws {
        guard !hasHead else { return }
        hasHead = true
        try output.line(columns.map { ValueText.csvField($0.name) }.joined(separator: ","))
    }

    /// Draws the first page; its widths are those of all that follow.
    private mutating func settle(isWhole: Bool) throws {
        let layout = drawing.layout(for: page, isWhole: isWhole)
        self.layout = layout
        let rows = page
        page = []
        for line in drawing.head(in: layout) { try output.line(line) }
        for (index, cells) in rows.enumerated() {
            for line in drawing.lines(cells, number: count - rows.count + index + 1, in: layout) {
                try output.line(line)
            }
        }
    }
}
