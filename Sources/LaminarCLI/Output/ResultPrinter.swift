internal import LaminarKafka

/// Prints what statements did: rows to standard output, sentences and notices to standard error.
///
///     let printer = ResultPrinter(format: .table, tool: tool)
///     try printer.print(result)
struct ResultPrinter: Sendable {
    var format: OutputFormat
    /// Whether a table's rows are printed one below the other.
    var isExpanded = false
    let tool: CommandLineTool

    func print(_ result: StatementResult) throws {
        for notice in result.notices { tool.say("Notice: \(notice)") }
        guard let table = result.table else {
            tool.say(result.message)
            return
        }
        if format == .table, let text = table.definition {
            // A statement to copy, not a cell to look at.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                try tool.output.line(TerminalText.visible(String(line)))
            }
            return try tool.output.flush()
        }
        var printer = rows(table.columns)
        for row in table.rows { try printer.print(row) }
        try printer.finish()
    }

    /// What prints rows of these columns.
    func rows(_ columns: [ColumnSchema]) -> RowPrinter {
        RowPrinter(format, columns: columns, to: tool.output, on: tool.outputTerminal, isExpanded: isExpanded)
    }
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
