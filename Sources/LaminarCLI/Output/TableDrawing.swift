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
        /// How wide its values usually are: for a table of which only the first rows are known.
        var usualWidth = 0
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

    /// How a table's rows are drawn, settled by its first ones.
    enum Layout: Equatable {
        /// Side by side, in columns of these widths.
        case columns([Int])
        /// One below the other.
        case records
    }

    /// The lines of a head and `rows`.
    ///
    /// - Parameter rows: as many cells in each as there are columns.
    func lines(_ rows: [[Cell]]) -> [String] {
        let layout = layout(for: rows, isWhole: true)
        return head(in: layout) + rows.enumerated().flatMap { lines($1, number: $0 + 1, in: layout) }
    }

    /// How a table is drawn that begins with these rows.
    ///
    /// - Parameter isWhole: whether these are all of its rows; otherwise columns are as wide at least as such columns usually
    ///   are, where the terminal has room for that.
    func layout(for rows: [[Cell]], isWhole: Bool) -> Layout {
        guard !isExpanded else { return .records }
        if !isWhole, let widths = widths(for: rows, atLeast: columns.map(\.usualWidth)), !isCut(rows, widths) {
            return .columns(widths)
        }
        return widths(for: rows, atLeast: []).map { .columns($0) } ?? .records
    }

    /// The lines above the rows.
    func head(in layout: Layout) -> [String] {
        guard case .columns(let widths) = layout, !columns.isEmpty else { return [] }
        return [
            row(columns.map { Cell(text: visible($0.name)) }, widths, style: .head),
            widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+"),
        ]
    }

    /// The lines of one row. A cell that is wider than its column takes what room the terminal still has, which moves the rest
    /// of the row to the right, and is cut beyond that.
    ///
    /// - Parameter number: the row's, from 1.
    func lines(_ cells: [Cell], number: Int, in layout: Layout) -> [String] {
        guard !columns.isEmpty else { return [] }
        return switch layout {
        case .columns(let widths): [row(cells, widths, style: .plain)]
        case .records: record(number, cells)
        }
    }

    /// What stands around the cells of a line.
    private var frame: Int { 2 + (columns.count - 1) * Self.separator.count }

    private func isCut(_ rows: [[Cell]], _ widths: [Int]) -> Bool {
        zip(columns, widths).contains { TextWidth.of(visible($0.name)) > $1 }
            || rows.contains { cells in zip(cells, widths).contains { TextWidth.of($0.text) > $1 } }
    }

    /// The columns' widths; nil where they can't be made narrow enough.
    private func widths(for rows: [[Cell]], atLeast least: [Int]) -> [Int]? {
        var widths = columns.map { max(1, TextWidth.of(visible($0.name))) }
        for (index, width) in least.enumerated() where index < widths.count {
            widths[index] = max(widths[index], width)
        }
        for cells in rows {
            for (index, cell) in cells.prefix(widths.count).enumerated() {
                widths[index] = max(widths[index], TextWidth.of(cell.text))
            }
        }
        guard let width else { return widths }
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
        var room = width.map { max(0, $0 - widths.reduce(frame, +)) } ?? .max
        for (index, (column, width)) in zip(columns, widths).enumerated() {
            let cell = index < cells.count ? cells[index] : Cell(text: "")
            let needed = TextWidth.of(cell.text)
            let added = min(room, max(0, needed - width))
            room -= added
            let text = needed > width + added ? TextWidth.fit(cell.text, width + added) : cell.text
            let taken = needed > width + added ? TextWidth.of(text) : needed
            let padding = String(repeating: " ", count: max(0, width - taken))
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
