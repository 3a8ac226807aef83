import Testing

@testable import LaminarCLI

@Suite struct HelpTextTests {
    @Test("the tool's help names every command")
    func tool() {
        let help = HelpText.tool(width: 80)
        for command in Command.all { #expect(help.contains("  \(command.name) ")) }
    }

    @Test(
        "a command's help has its usage, every flag, every operand and an example", arguments: Command.all.map(\.name))
    func command(name: String) throws {
        let command = try #require(Command.all.first { $0.name == name })
        let help = HelpText.command(command, width: 80)
        #expect(help.contains("laminar \(name)"))
        for flag in command.allFlags { #expect(help.contains(flag.name)) }
        for operand in command.operands { #expect(help.contains(operand.name)) }
        #expect(!command.examples.isEmpty)
        for example in command.examples { #expect(help.contains(example.line)) }
    }

    @Test("every example is a command line that is understood")
    func examples() throws {
        for command in Command.all {
            for example in command.examples {
                let line = example.line.split(separator: "|").first { $0.contains("laminar ") } ?? ""
                let words = Self.words(String(line)).drop { $0 != "laminar" }.dropFirst()
                let arguments = Array(words.prefix { $0 != "<" && $0 != ">" })
                #expect(throws: Never.self, "\(example.line)") { _ = try Request(parsing: arguments) }
            }
        }
    }

    @Test("lines stay within the terminal", arguments: [60, 80, 120])
    func width(width: Int) {
        for command in Command.all {
            let examples = Set(command.examples.map { "  " + $0.line })
            for line in HelpText.command(command, width: width).split(separator: "\n") {
                #expect(line.count <= width || examples.contains(String(line)), "\(line)")
            }
        }
    }

    /// A shell's words, as far as the examples need them.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in line {
            switch character {
            case "\"", "'":
                if quote == nil { quote = character } else if quote == character { quote = nil }
            case " " where quote == nil:
                if !word.isEmpty { words.append(word) }
                word = ""
            default: word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
