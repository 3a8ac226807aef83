import Testing

@testable import LaminarCLI

@Suite("Lines that begin with a backslash are commands to the shell") struct MetaCommandTests {
    @Test(arguments: [
        ("\\d", MetaCommand.list), ("\\d orders;", .describe("orders")), ("\\timing", .timing(nil)),
        ("\\timing off", .timing(false)), ("\\x on", .expanded(true)), ("\\format json", .format(.json)),
        ("\\follow SELECT id FROM orders;", .follow("SELECT id FROM orders")),
        ("\\i a file.sql", .include("a file.sql")), ("\\?", .help), ("\\q", .quit),
    ])
    func understood(line: String, command: MetaCommand) throws {
        #expect(try MetaCommand(parsing: line) == command)
    }

    @Test(arguments: [
        ("\\timimg", "Did you mean \\timing?"), ("\\x maybe", "takes on or off"),
        ("\\format xml", "table, json or csv"),
        ("\\i", "needs a file's name"), ("\\follow", "needs a SELECT"),
    ])
    func refused(line: String, words: String) {
        let error = #expect(throws: UsageError.self) { try MetaCommand(parsing: line) }
        #expect(error?.message.contains(words) == true)
    }

    @Test("the help names every command") func help() {
        for command in MetaCommand.table { #expect(MetaCommand.helpText.contains("  \(command.name) ")) }
    }
}
