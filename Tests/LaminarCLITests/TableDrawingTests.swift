import Testing

@testable import LaminarCLI

@Suite struct TableDrawingTests {
    private typealias Cell = TableDrawing.Cell

    private func drawing(width: Int? = nil, colour: Bool = false) -> TableDrawing {
        TableDrawing(
            columns: [.init(name: "id", alignment: .right), .init(name: "name", alignment: .left)], width: width,
            colour: colour)
    }

    @Test("columns line up, numbers at the right, also with wide and combining characters")
    func linesUp() {
        let lines = drawing().lines([
            [Cell(text: "1"), Cell(text: "東京")], [Cell(text: "-200"), Cell(text: "e\u{301}t")],
            [Cell(text: "NULL", isNull: true), Cell(text: "👩‍👩‍👧 x")],
        ])
        #expect(
            lines == [
                "   id | name",
                "------+------",
                "    1 | 東京",
                " -200 | e\u{301}t",
                " NULL | 👩‍👩‍👧 x",
            ])
    }

    @Test("a long cell is cut to fit the terminal, whatever is in it", arguments: [16, 20, 33, 80])
    func fits(width: Int) {
        let text = String(repeating: "東a", count: 40)
        for line in drawing(width: width).lines([[Cell(text: "1"), Cell(text: text)]]) {
            #expect(TextWidth.of(line) <= width)
        }
    }

    @Test("rows that don't fit side by side are drawn one below the other")
    func records() {
        let columns = (0..<12).map { TableDrawing.Column(name: "column\($0)", alignment: .left) }
        let table = TableDrawing(columns: columns, width: 40, colour: false)
        let lines = table.lines([columns.map { _ in Cell(text: "some text that is long enough to be cut") }])
        #expect(lines.count == 13)
        #expect(lines.first == "-[ row 1 ]-")
        #expect(lines.allSatisfy { TextWidth.of($0) <= 40 })
    }

    @Test("without a terminal nothing is cut")
    func uncut() {
        let text = String(repeating: "x", count: 1000)
        #expect(drawing().lines([[Cell(text: "1"), Cell(text: text)]]).last == "  1 | " + text)
    }

    @Test("colour changes no width")
    func colour() {
        let rows = [[Cell(text: "NULL", isNull: true), Cell(text: "a")]]
        let coloured = drawing(colour: true).lines(rows)
        #expect(coloured != drawing().lines(rows))
        let plain = coloured.map { $0.replacing(/\u{1b}\[[0-9]*m/, with: "") }
        #expect(plain == drawing().lines(rows))
    }

    @Test("the rows behind the first page are drawn in its widths; a longer cell takes what room there is")
    func later() {
        let table = drawing(width: 20)
        let layout = table.layout(for: [[Cell(text: "1"), Cell(text: "abcdef")]], isWhole: true)
        #expect(layout == .columns([2, 6]))
        let cells = [("2", "a"), ("300", "abc"), ("4", "a name that is too long"), ("12345", "and this too")]
        let lines = cells.enumerated().flatMap { index, cell in
            table.lines([Cell(text: cell.0), Cell(text: cell.1)], number: index + 2, in: layout)
        }
        #expect(lines == ["  2 | a", " 300 | abc", "  4 | a name that …", " 12345 | and this …"])
        #expect(lines.allSatisfy { TextWidth.of($0) <= 20 })
    }

    @Test("without a terminal a longer cell is whole, whatever the widths were")
    func laterUncut() {
        let text = String(repeating: "x", count: 100)
        #expect(
            drawing().lines([Cell(text: "1"), Cell(text: text)], number: 2, in: .columns([2, 4])) == ["  1 | " + text])
    }

    @Test("where more rows are to come, columns are as wide as such columns usually are, if there is room")
    func usual() {
        func layout(_ width: Int?, isWhole: Bool) -> TableDrawing.Layout {
            TableDrawing(
                columns: [
                    .init(name: "id", alignment: .right, usualWidth: 10),
                    .init(name: "name", alignment: .left, usualWidth: 12),
                ], width: width, colour: false
            ).layout(for: [[Cell(text: "1"), Cell(text: "Ada")]], isWhole: isWhole)
        }
        #expect(layout(nil, isWhole: false) == .columns([10, 12]))
        #expect(layout(80, isWhole: false) == .columns([10, 12]))
        #expect(layout(80, isWhole: true) == .columns([2, 4]))
        #expect(layout(24, isWhole: false) != .columns([10, 12]))
    }

    @Test(
        "control characters can neither break lines nor move the cursor",
        arguments: [("a\nb", "a\\nb"), ("\u{1b}[2J", "\\u{1b}[2J"), ("a\u{202e}b", "a\\u{202e}b"), ("tab\t", "tab\\t")])
    func harmless(text: String, shown: String) {
        #expect(TerminalText.visible(text) == shown)
    }

    @Test(
        "the width of a text is what a terminal gives it",
        arguments: [
            ("", 0), ("abc", 3), ("naïve", 5), ("東京", 4), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("ｱ", 1),
            ("Ａ", 2), ("한국", 4), ("\u{200b}", 0), ("❤️", 2),
        ] as [(String, Int)])
    func width(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }
}
