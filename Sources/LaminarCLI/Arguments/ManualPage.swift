/// The man page, made of the declared table; `man ./laminar.1` shows it.
///
/// Format: man(7), with the classic macros.
enum ManualPage {
    static func text(version: String) -> String {
        var lines = [
            ".TH LAMINAR 1 \"\" \"Laminar \(version)\" \"User Commands\"", ".SH NAME",
            "laminar \\- Kafka topics as typed rows", ".SH SYNOPSIS", ".B laminar",
            "[\\fB\\-\\-database\\fR \\fIFILE\\fR] [\\fICOMMAND\\fR …]", ".SH DESCRIPTION",
            "Laminar reads Kafka topics as typed rows. Without a command it is a shell.", ".SH FLAGS OF EVERY COMMAND",
        ]
        lines += Flag.common.flatMap(flag)
        lines.append(".SH COMMANDS")
        for command in Command.all { lines += self.command(command) }
        lines += [
            ".SH ENVIRONMENT", ".TP", ".B LAMINAR_DATABASE", "The catalog's file, where \\-\\-database isn't given.",
            ".TP",
            ".B LAMINAR_HISTORY", "The shell's history; empty for none.", ".TP", ".B NO_COLOR", "No colours.",
            ".SH EXIT STATUS", "0 done, 1 failed, 2 the command line wasn't understood.",
        ]
        return lines.joined(separator: "\n")
    }

    private static func command(_ command: Command) -> [String] {
        var lines = [".SS \(escaped(command.usage))", escaped(command.summary) + "."]
        for paragraph in command.discussion { lines += [".PP", escaped(paragraph)] }
        for operand in command.operands { lines += [".TP", ".I \(escaped(operand.name))", escaped(operand.summary)] }
        lines += command.flags.flatMap(flag)
        for example in command.examples {
            lines += [".TP", escaped(example.summary), "\\fB\(escaped(example.line))\\fR"]
        }
        return lines
    }

    private static func flag(_ flag: Flag) -> [String] {
        let names = [flag.short, flag.name].compactMap { $0 }.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
        return [".TP", names + (flag.value.map { " \\fI\(escaped($0))\\fR" } ?? ""), escaped(flag.summary)]
    }

    /// A text on one line, with nothing in it that man takes for its own.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "\n": escaped += " "
            default: escaped.append(character)
            }
        }
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
