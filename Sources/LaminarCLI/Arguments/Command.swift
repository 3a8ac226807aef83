/// One command of the tool as it is declared: the parser, the help and the documentation all read this.
struct Command: Sendable {
    let name: String
    /// One line, without a full stop: what the list of commands shows.
    let summary: String
    let operands: [Operand]
    let flags: [Flag]
    /// The names of the flags that must be given.
    let required: [String]
    /// Whole paragraphs that teach.
    let discussion: [String]
    let examples: [Example]

    init(
        name: String, summary: String, operands: [Operand] = [], flags: [Flag] = [], required: [String] = [],
        discussion: [String] = [], examples: [Example] = []
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.flags = flags
        self.required = required
        self.discussion = discussion
        self.examples = examples
    }

    /// The command's own flags and those that every command takes.
    var allFlags: [Flag] { flags + Flag.common }

    /// `laminar consume TABLE [--limit N] …`
    var usage: String {
        var words = ["laminar", name]
        words += operands.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        words += flags.map { flag in
            let usage = flag.usage + (flag.isRepeatable ? "…" : "")
            return required.contains(flag.name) ? usage : "[\(usage)]"
        }
        return words.joined(separator: " ")
    }
}

/// What stands on the command line without a flag before it.
struct Operand: Sendable {
    let name: String
    let isRequired: Bool
    let summary: String
}

/// A flag, with or without a value.
struct Flag: Sendable, Hashable {
    /// With its dashes: `--format`.
    let name: String
    /// With its dash: `-f`.
    let short: String?
    /// What the help calls the value; nil for a flag that is only there or not.
    let value: String?
    /// The values that it takes, where there are only a few.
    let choices: [String]
    /// Whether it may be given several times.
    let isRepeatable: Bool
    let summary: String

    init(
        _ name: String, short: String? = nil, value: String? = nil, choices: [String] = [], isRepeatable: Bool = false,
        summary: String
    ) {
        self.name = name
        self.isRepeatable = isRepeatable
        self.short = short
        self.value = choices.isEmpty ? value : choices.joined(separator: "|")
        self.choices = choices
        self.summary = summary
    }

    var usage: String { value.map { "\(name) \($0)" } ?? name }

    static let database = Flag(
        "--database", value: "FILE", summary: "the catalog's file; else $LAMINAR_DATABASE, else ./laminar.db")
    static let help = Flag("--help", short: "-h", summary: "print this and stop")
    static let common = [database, help]
    static let format = Flag(
        "--format", choices: ["table", "json", "csv"],
        summary: "how rows are printed; json is one object a line; table unless told otherwise")
    /// The same where whole columns are at hand.
    static let columnFormat = Flag(
        "--format", choices: ["table", "json", "csv", "arrow"],
        summary: "how rows are printed; json is one object a line; arrow is a binary Arrow IPC stream, for a pipe or a "
            + "file; table unless told otherwise")
}

/// A line to type, and what it does.
struct Example: Sendable {
    let line: String
    let summary: String
}
