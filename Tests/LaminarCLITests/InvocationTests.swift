import Testing

@testable import LaminarCLI

@Suite struct InvocationTests {
    private func run(_ arguments: String...) throws -> Invocation {
        guard case .run(let invocation) = try Request(parsing: arguments) else {
            throw UsageError("help instead of a command")
        }
        return invocation
    }

    private func failure(_ arguments: [String]) -> String? {
        do throws(UsageError) {
            _ = try Request(parsing: arguments)
            return nil
        } catch { return error.description }
    }

    @Test("flags stand before and after operands, with a space or an equals sign")
    func flags() throws {
        let invocation = try run("--database", "a.db", "consume", "--limit=5", "orders", "--follow", "--format", "json")
        #expect(invocation.command.name == "consume")
        #expect(invocation.operands == ["orders"])
        #expect(invocation.value("--database") == "a.db")
        #expect(try invocation.positiveNumber("--limit") == 5)
        #expect(invocation.value("--format") == "json")
        #expect(invocation.has("--follow"))
        #expect(!invocation.has("--group"))
    }

    @Test("after -- nothing is a flag, and - alone is an operand's or a flag's value")
    func dashes() throws {
        #expect(try run("sql", "--", "-- a comment").operands == ["-- a comment"])
        #expect(try run("sql", "-f", "-").value("--file") == "-")
    }

    @Test(
        "a mistake says what was probably meant",
        arguments: [
            (["consum", "orders"], "There is no command \"consum\". Did you mean consume?"),
            (["consume", "orders", "--folow"], "There is no flag --folow of consume. Did you mean --follow?"),
            (
                ["consume", "orders", "--format", "jsn"],
                "--format takes table, json, csv, arrow, not \"jsn\". Did you mean json?"
            ),
            (["consume"], "consume needs TABLE"),
            (["consume", "a", "b"], "\"b\" is too many"),
            (["demo", "x"], "demo takes no \"x\""),
            (
                ["sql", "x", "--format", "arow"],
                "--format takes table, json, csv, arrow, not \"arow\". Did you mean arrow?"
            ),
            (["sql", "--format"], "--format needs a value: table|json|csv"),
            (["consume", "a", "--follow=yes"], "--follow takes no value"),
            (["consume", "a", "--limit", "1", "--limit", "2"], "--limit is given twice"),
            (["--limit", "1", "consume", "a"], "--limit belongs after its command"),
        ] as [([String], String)])
    func mistakes(arguments: [String], message: String) {
        let text = failure(arguments)
        #expect(text?.contains(message) == true, "\(text ?? "no failure")")
        #expect(text?.contains("--help") == true)
    }

    @Test("a limit is a whole number above zero", arguments: ["0", "-1", "ten", "1.5", "99999999999999999999"])
    func limit(text: String) throws {
        let invocation = try run("consume", "orders", "--limit", text)
        #expect(throws: UsageError.self) { try invocation.positiveNumber("--limit") }
    }

    @Test("help is understood in every usual form", arguments: [["--help"], ["-h"], ["help"]])
    func toolHelp(arguments: [String]) throws {
        guard case .help(nil) = try Request(parsing: arguments) else {
            Issue.record("no help of the tool")
            return
        }
    }

    @Test(
        "help of a command needs none of its operands",
        arguments: [["consume", "--help"], ["--help", "consume"], ["help", "consume"], ["consume", "-h", "x", "y"]])
    func commandHelp(arguments: [String]) throws {
        guard case .help(let command?) = try Request(parsing: arguments) else {
            Issue.record("no help of a command")
            return
        }
        #expect(command.name == "consume")
    }

    @Test("--version is the command version")
    func version() throws {
        #expect(try run("--version").command.name == "version")
    }
}
