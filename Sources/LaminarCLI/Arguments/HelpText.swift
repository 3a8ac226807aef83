/// The help, made of the declared table.
enum HelpText {
    /// What `laminar --help` prints.
    static func tool(width: Int) -> String {
        var lines = [
            "Laminar reads Kafka topics as typed rows.", "",
            "Usage: laminar [--database FILE] [COMMAND …]", "", "Commands:",
        ]
        lines += columns(Command.all.map { ($0.name, $0.summary) }, width: width)
        lines += ["", "Flags of every command:"]
        lines += columns(Flag.common.map { (label($0), $0.summary) }, width: width)
        lines += ["", "Begin with:"]
        lines += columns(
            [
                ("laminar demo", "the whole way of a record, without a broker of your own"),
                ("laminar", "a shell: statements at a prompt, Tab completes"),
                ("laminar sql --help", "how statements are executed"),
            ], width: width)
        lines += ["", "Exit codes: 0 done, 1 failed, 2 the command line wasn't understood."]
        return lines.joined(separator: "\n")
    }

    /// What `laminar COMMAND --help` prints.
    static func command(_ command: Command, width: Int) -> String {
        var lines = wrap(command.summary + ".", width: width, indent: 0) + [""]
        lines += wrap("Usage: " + command.usage, width: width, indent: 7)
        for paragraph in command.discussion { lines += [""] + wrap(paragraph, width: width, indent: 0) }
        if !command.operands.isEmpty {
            lines += ["", "Operands:"] + columns(command.operands.map { ($0.name, $0.summary) }, width: width)
        }
        lines += ["", "Flags:"] + columns(command.allFlags.map { (label($0), $0.summary) }, width: width)
        if !command.examples.isEmpty {
            lines += ["", "Examples:"]
            for example in command.examples {
                lines += wrap("# " + example.summary, width: width, indent: 2, hanging: 4)
                lines.append("  " + example.line)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func label(_ flag: Flag) -> String {
        (flag.short.map { "\($0), " } ?? "") + flag.usage
    }

    /// Two columns, the second one wrapped; a long entry of the first has a line of its own.
    private static func columns(_ rows: [(String, String)], width: Int) -> [String] {
        let first = min(rows.map(\.0.count).max() ?? 0, 24)
        let indent = first + 4
        return rows.flatMap { left, right in
            var lines = wrap(right, width: width, indent: indent, hanging: indent)
            if left.count <= first, let head = lines.first {
                lines[0] = "  " + left + String(repeating: " ", count: first - left.count + 2) + head.dropFirst(indent)
            } else {
                lines.insert("  " + left, at: 0)
            }
            return lines
        }
    }

    /// Breaks a text at spaces.
    ///
    /// - Parameters:
    ///   - indent: spaces before the first line, unless `hanging` is nil: then only before the others.
    ///   - hanging: spaces before the other lines.
    static func wrap(_ text: String, width: Int, indent: Int, hanging: Int? = nil) -> [String] {
        let others = String(repeating: " ", count: hanging ?? indent)
        var line = hanging == nil ? "" : String(repeating: " ", count: indent)
        var isEmpty = true
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > max(width, 40) {
                lines.append(line)
                line = others
                isEmpty = true
            }
            line += isEmpty ? String(word) : " " + word
            isEmpty = false
        }
        lines.append(line)
        return lines
    }
}
