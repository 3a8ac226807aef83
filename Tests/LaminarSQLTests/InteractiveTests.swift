import LaminarSQL
import Testing

@Suite("A statement that is typed line by line") struct InteractiveTests {
    @Test(arguments: [
        ("SELECT 1;", true), ("SELECT 1", false), ("SELECT ';'", false), ("SELECT ';';", true),
        ("SELECT 1; -- so", true),
        ("SELECT 1 -- ;", false), ("SELECT 'a\nb;", false), ("/* ; ", false), ("SELECT \"a;", false), ("", false),
        ("SELECT 1; SELECT 2", false), ("SELECT \u{1};", true), ("-- only;", false),
    ])
    func complete(text: String, isComplete: Bool) { #expect(SQL.isComplete(text) == isComplete) }

    @Test(arguments: [("", true), (" \n-- so", true), ("/* a */", true), ("x", false), ("'", false)])
    func blank(text: String, isBlank: Bool) { #expect(SQL.isBlank(text) == isBlank) }

    @Test(arguments: [
        ("CREATE CONNECTION c TO kafka ('auth.password' = 'hunter2')", true),
        ("CREATE CONNECTION c TO kafka ('auth.password' = '${secret:p}')", false),
        ("SELECT * FROM orders", false),
    ])
    func secret(text: String, holdsSecret: Bool) { #expect(SQL.holdsSecret(text) == holdsSecret) }
}
