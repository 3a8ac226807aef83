/// A table as text, lined up in columns.
///
///      id | customer |  amount
///     ----+----------+--------
///       1 | Ada      |    9.50
///
/// Pure: takes cells, gives lines.
struct TableDrawing {
    enum Alignment { case left, right }

    struct Cell: Equatable {
        let text: String
        /// NULL, which is drawn dim where there is colour.
        var isNull = false
    }

    struct Column {
        let name: String
        let alignment: Alignment
    }

    let columns: [Column]
    /// How many columns the terminal has; nil where the text goes elsewhere and nothing is cut.
    let width: Int?
    let colour: Bool
    /// Whether rows are drawn one below the other even where they fit.
    var isExpanded = false

    private static let separator = " | "
    /// A column isn't cut to less than this; when they don't fit even so, rows are drawn one below the other.
    private static let narrowest = 10

    /// The lines of a head and `rows`.
    ///
    /// - Parameter rows: as many cells in each as there are columns.
    func lines(_ rows: [[Cell]]) -> [String] { piece(rows, after: nil, firstRow: 1).lines }

    /// The lines of some of a table's rows, with a head where none was drawn yet or the columns have grown.
    ///
    /// - Parameters:
    ///   - drawn: the widths of the piece before, nil for the first one.
    ///   - firstRow: the number of the first row, from 1.
    func piece(_ rows: [[Cell]], after drawn: [Int]?, firstRow: Int) -> (lines: [String], widths: [Int]) {
        guard !columns.isEmpty else { return ([], []) }
        guard !isExpanded, let widths = widths(for: rows, atLeast: drawn ?? []) else {
            return (rows.enumerated().flatMap { record(firstRow + $0, $1) }, [])
        }
        var lines: [String] = []
        if widths != drawn {
            lines.append(row(columns.map { Cell(text: visible($0.name)) }, widths, style: .head))
            lines.append(widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+"))
        }
        for cells in rows { lines.append(row(cells, widths, style: .plain)) }
        return (lines, widths)
    }

    /// The columns' widths; nil where they can't be made narrow enough.
    private func widths(for rows: [[Cell]], atLeast drawn: [Int]) -> [Int]? {
        var widths = columns.map { max(1, TextWidth.of(visible($0.name))) }
        for (index, width) in drawn.enumerated() where index < widths.count {
            widths[index] = max(widths[index], width)
        }
        for cells in rows {
            for (index, cell) in cells.prefix(widths.count).enumerated() {
                widths[index] = max(widths[index], TextWidth.of(cell.text))
            }
        }
        guard let width else { return widths }
        let frame = 2 + (widths.count - 1) * Self.separator.count
        let available = width - frame
        guard widths.reduce(0, +) > available else { return widths }
        guard widths.reduce(0, { $0 + min($1, Self.narrowest) }) <= available else { return nil }
        // The widest give way first, until all fit: a cap is lowered to where the sum is right.
        var cap = widths.max() ?? 0
        while widths.reduce(0, { $0 + min($1, max(cap, Self.narrowest)) }) > available { cap -= 1 }
        return widths.map { min($0, max(cap, Self.narrowest)) }
    }

    private enum Style { case head, plain }

    private func row(_ cells: [Cell], _ widths: [Int], style: Style) -> String {
        var line = ""
        for (index, (column, width)) in zip(columns, widths).enumerated() {
            let cell = index < cells.count ? cells[index] : Cell(text: "")
            let text = TextWidth.fit(cell.text, width)
            let padding = String(repeating: " ", count: max(0, width - TextWidth.of(text)))
            let painted = paint(text, cell, style)
            line += index == 0 ? " " : Self.separator
            line += column.alignment == .right ? padding + painted : painted + padding
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// One row as a list of `name | value`.
    private func record(_ number: Int, _ cells: [Cell]) -> [String] {
        let names = columns.map { visible($0.name) }
        let first = names.map(TextWidth.of).max() ?? 0
        var lines = ["-[ row \(number) ]-"]
        for (name, cell) in zip(names, cells) {
            let padding = String(repeating: " ", count: first - TextWidth.of(name))
            let space = width.map { max(1, $0 - first - Self.separator.count - 1) }
            let text = space.map { TextWidth.fit(cell.text, $0) } ?? cell.text
            lines.append(
                " " + paint(name, Cell(text: name), .head) + padding + Self.separator + paint(text, cell, .plain))
        }
        return lines
    }

    private func paint(_ text: String, _ cell: Cell, _ style: Style) -> String {
        guard colour else { return text }
        if style == .head { return "\u{1b}[1m\(text)\u{1b}[0m" }
        return cell.isNull ? "\u{1b}[2m\(text)\u{1b}[0m" : text
    }

    private func visible(_ name: String) -> String { TerminalText.visible(name) }
}

/// Text from outside, made harmless for a terminal.
enum TerminalText {
    /// Control characters as escapes, so that a value can neither break the lines nor move the cursor.
    static func visible(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value) && scalar.value != 0x2028
                && scalar.value != 0x2029 && !isBidirectionalControl(scalar)
        }
        guard !isPlain else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a: shown += "\\n"
            case 0x0d: shown += "\\r"
            case 0x09: shown += "\\t"
            case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: shown += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                if isBidirectionalControl(scalar) {
                    shown += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    shown.unicodeScalars.append(scalar)
                }
            }
        }
        return shown
    }

    private static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
