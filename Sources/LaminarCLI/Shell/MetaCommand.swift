internal import LaminarSQL

/// A line that begins with a backslash: a command to the shell itself.
///
///     try MetaCommand(parsing: "\\d orders")      // .describe("orders")
enum MetaCommand: Equatable {
    /// `\d`: everything that there is.
    case list
    /// `\d NAME`.
    case describe(String)
    /// `\timing [on|off]`; nil turns it over.
    case timing(Bool?)
    /// `\x [on|off]`: rows one below the other.
    case expanded(Bool?)
    /// `\format table|json|csv`.
    case format(OutputFormat)
    /// `\follow SELECT …`: on and on, until Ctrl-C.
    case follow(String)
    /// `\i FILE`.
    case include(String)
    /// `\?`.
    case help
    /// `\q`.
    case quit

    /// Name, operand and meaning, as the help prints them.
    static let table: [(name: String, operand: String, summary: String)] = [
        ("\\d", "[NAME]", "list connections, tables and pipelines, or describe one"),
        ("\\x", "[on|off]", "print rows one below the other"),
        ("\\timing", "[on|off]", "print how long a statement takes"),
        ("\\format", "table|json|csv", "how rows are printed"),
        ("\\follow", "SELECT …", "print rows of a Kafka table as they come, until Ctrl-C"),
        ("\\i", "FILE", "execute the statements of a file"),
        ("\\?", "", "this list"),
        ("\\q", "", "leave; Ctrl-D does so too"),
    ]

    static let words = table.map(\.name)

    /// - Throws: ``UsageError`` with what was probably meant.
    init(parsing line: String) throws(UsageError) {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let name = parts.first ?? "\\"
        let operand = parts.count > 1 ? Self.trimmed(parts[1]) : nil
        switch name {
        case "\\d", "\\dt", "\\dc", "\\dp": self = operand.map { .describe($0) } ?? .list
        case "\\timing": self = .timing(try Self.choice(operand, name))
        case "\\x": self = .expanded(try Self.choice(operand, name))
        case "\\format":
            guard let format = operand.flatMap(OutputFormat.init) else {
                throw UsageError("\\format takes table, json or csv.")
            }
            self = .format(format)
        case "\\follow":
            guard let operand, !operand.isEmpty else { throw UsageError("\\follow needs a SELECT, on the same line.") }
            self = .follow(operand)
        case "\\i":
            guard let operand else { throw UsageError("\\i needs a file's name.") }
            self = .include(operand)
        case "\\?", "\\h", "\\help": self = .help
        case "\\q", "\\quit": self = .quit
        default:
            let suggestion = SQL.suggestion(for: name, among: Self.words).map { " Did you mean \($0)?" } ?? ""
            throw UsageError("There is no \(TerminalText.visible(name)).\(suggestion) \\? lists what there is.")
        }
    }

    private static func choice(_ operand: String?, _ name: String) throws(UsageError) -> Bool? {
        switch operand {
        case nil: return nil
        case "on": return true
        case "off": return false
        default: throw UsageError("\(name) takes on or off, or nothing to turn it over.")
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.last == " " || text.last == ";" { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return String(text)
    }

    /// What `\?` prints.
    static var helpText: String {
        let first = table.map { "\($0.name) \($0.operand)".count }.max() ?? 0
        let lines = table.map { command in
            let left = "\(command.name) \(command.operand)"
            return "  " + left + String(repeating: " ", count: first - left.count + 2) + command.summary
        }
        return
            (["A statement ends with a semicolon and may take several lines. Tab completes, Ctrl-C gives up."]
            + lines).joined(separator: "\n")
    }
}
