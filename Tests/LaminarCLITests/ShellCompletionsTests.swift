import Foundation
import LaminarTesting
import Testing

@testable import LaminarCLI

@Suite("Completion scripts and the man page say what the table says") struct ShellCompletionsTests {
    @Test(
        "bash completes commands, their flags and what flags take",
        arguments: [
            ("laminar cons", "consume"), ("laminar consume --fol", "--follow"), ("laminar sql --format j", "json"),
            ("laminar --data", "--database"),
        ])
    func bash(line: String, word: String) async throws {
        let words = line.split(separator: " ").map(String.init)
        let script =
            ShellCompletions.bash.script + """
                COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
                _laminar; printf '%s\\n' "${COMPREPLY[@]}"
                """
        let process = try ExternalProcess("bash", ["-c", script])
        let result = try await process.result(within: .seconds(60))
        #expect(result.output == word + "\n", "\(result.errors)")
    }

    @Test("every command and flag stands in every script and in the man page", arguments: Command.all.map(\.name))
    func everything(name: String) throws {
        let command = try #require(Command.all.first { $0.name == name })
        let manual = ManualPage.text(version: "1").replacing("\\-", with: "-")
        #expect(manual.contains(".SS \(command.usage)"))
        for flag in command.flags {
            #expect(manual.contains(flag.name))
            #expect(ShellCompletions.bash.script.contains(flag.name))
            #expect(ShellCompletions.fish.script.contains("-l \(flag.name.dropFirst(2)) "))
        }
    }
}
