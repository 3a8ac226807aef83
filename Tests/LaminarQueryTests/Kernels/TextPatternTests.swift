import Testing

@testable import LaminarQuery

@Suite("A LIKE pattern without _ is matched by bytes")
struct TextPatternTests {
    @Test(
        "whole, beginning, end and anywhere",
        arguments: [
            ("abc", "abc", true), ("abc", "abcd", false), ("abc%", "abcd", true), ("abc%", "ab", false),
            ("%cd", "abcd", true), ("%cd", "cd", true), ("%cd", "c", false), ("%bc%", "abcd", true),
            ("%bc%", "bc", true), ("%bc%", "b", false), ("%", "", true), ("%%", "x", true), ("", "", true),
            ("", "x", false), ("ó%", "óx", true), (#"10\%%"#, "10% off", true), (#"10\%"#, "10% off", false),
            (#"a\_b"#, "a_b", true), (#"a\_b"#, "axb", false),
        ])
    func matching(pattern: String, text: String, matches: Bool) throws {
        let compiled = try #require(TextPattern(pattern, escape: "\\"))
        #expect(Array(text.utf8).withUnsafeBytes { compiled.matches($0) } == matches)
    }

    @Test("what asks for more is left to SQLite", arguments: ["a_b", "a%b", "%a%b%", "a\\"])
    func refused(pattern: String) { #expect(TextPattern(pattern, escape: "\\") == nil) }

    @Test("without an escape character a backslash is itself")
    func withoutEscape() throws {
        let compiled = try #require(TextPattern(#"a\%"#, escape: nil))
        #expect(Array(#"a\b"#.utf8).withUnsafeBytes { compiled.matches($0) })
    }
}
