internal import LaminarFormats

/// One value as text, for the three output formats.
///
/// BYTEA is `\x` and hexadecimal digits, as PostgreSQL prints it; TIMESTAMP is RFC 3339 in UTC; DECIMAL and BIGINT keep
/// every digit in JSON too.
enum ValueText {
    /// For CSV and for the cells of a table; NULL is empty.
    static func plain(_ value: Value) -> String {
        switch value {
        case .null: ""
        case .boolean(let flag): flag ? "true" : "false"
        case .smallint(let number): String(number)
        case .int(let number): String(number)
        case .bigint(let number): String(number)
        case .real(let number): number.description
        case .double(let number): number.description
        case .decimal(let number): number.description
        case .text(let text): text
        case .bytea(let bytes): hexadecimal(bytes)
        case .date(let date): date.description
        case .time(let time): time.description
        case .timestamp(let timestamp): timestamp.description
        case .interval(let interval): interval.description
        case .uuid(let uuid): "\(uuid)".lowercased()
        case .json(let text): text
        case .array, .structure, .map: json(value)
        }
    }

    /// As a JSON value.
    static func json(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .boolean, .smallint, .int, .bigint, .decimal: plain(value)
        case .real(let number): number.isFinite ? number.description : quoted(number.description)
        case .double(let number): number.isFinite ? number.description : quoted(number.description)
        case .json(let text): text.contains("\n") ? singleLine(text) : text
        case .array(let elements): "[" + elements.map(json).joined(separator: ",") + "]"
        case .structure(let fields), .map(let fields): object(fields.map { ($0.name, $0.value) })
        case .text, .bytea, .date, .time, .timestamp, .interval, .uuid: quoted(plain(value))
        }
    }

    /// A JSON object with its members in order.
    static func object(_ members: [(String, Value)]) -> String {
        "{" + members.map { quoted($0.0) + ":" + json($0.1) }.joined(separator: ",") + "}"
    }

    /// A JSON string (RFC 8259, section 7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
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

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "x")]
        text.reserveCapacity(2 + bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// JSON as it was written, its line ends as spaces: inside of strings JSON has none.
    private static func singleLine(_ json: String) -> String {
        String(json.map { $0.isNewline ? " " : $0 })
    }
}
