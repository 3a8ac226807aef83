internal import LaminarFormats

/// One value as text, for the three output formats.
///
/// In tables and CSV, BYTEA is `\x` and hexadecimal digits, as PostgreSQL prints it; in JSON it is base64, so that the
/// json format reads it back. TIMESTAMP is RFC 3339 in UTC; DECIMAL and BIGINT keep every digit in JSON too.
enum ValueText {
    /// For CSV and for the cells of a table; NULL is empty.
    static func plain(_ value: Value) -> String { value.isNull ? "" : value.description }

    /// A JSON object with its members in order, on one line.
    static func object(_ members: [(String, Value)]) -> String {
        "{" + members.map { Value.text($0.0).json + ":" + $0.1.json }.joined(separator: ",") + "}"
    }

    /// A line of CSV (RFC 4180). NULL is an empty field, an empty text is `""`.
    static func csv(_ values: [Value]) -> String {
        values.map { value in value.isNull ? "" : csvField(plain(value)) }.joined(separator: ",")
    }

    /// A field of CSV, in quotes where it has to be.
    static func csvField(_ text: String) -> String {
        let needsQuotes =
            text.isEmpty || text.first == " " || text.last == " "
            || text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A cell of a drawn table. An empty text, and one that reads NULL, are in quotes, so that NULL is only ever NULL.
    static func cell(_ value: Value) -> TableDrawing.Cell {
        switch value {
        case .null: return TableDrawing.Cell(text: "NULL", isNull: true)
        case .text(let text) where text.isEmpty || text == "NULL": return TableDrawing.Cell(text: "'\(text)'")
        default: return TableDrawing.Cell(text: TerminalText.visible(plain(value)))
        }
    }

    /// Numbers stand at the right, so that their digits line up.
    static func alignment(_ type: ColumnType) -> TableDrawing.Alignment {
        switch type {
        case .smallint, .int, .bigint, .real, .double, .decimal: .right
        default: .left
        }
    }

    /// How wide a column of a drawn table is at least whose values aren't all known yet.
    static func usualWidth(_ type: ColumnType) -> Int {
        switch type {
        case .smallint: 6
        case .int, .bigint, .real, .double, .decimal: 10
        case .text, .json: 12
        default: 0
        }
    }
}
