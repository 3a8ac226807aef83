import LaminarSQL
import Testing

/// The error that a text must give.
func sqlError(_ text: String, _ location: SourceLocation = #_sourceLocation) -> SQLError? {
    #expect(throws: SQLError.self, sourceLocation: location) { try SQL.parse(text) }
}

@Suite struct SQLErrorTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let text: String
        let place: String
        let message: String
        let expected: String
        var suggestion: String?
        var testDescription: String { text }

        init(_ text: String, _ place: String, _ message: String, _ expected: String, meant suggestion: String? = nil) {
            self.text = text
            self.place = place
            self.message = message
            self.expected = expected
            self.suggestion = suggestion
        }
    }

    static let mistakes = [
        // Misspelt words
        Mistake("SELCT 1", "1:1", "SELCT can't stand here", "a statement: CREATE, SELECT", meant: "SELECT"),
        Mistake("CRAETE TABLE t (a INT)", "1:1", "CRAETE can't stand here", "a statement", meant: "CREATE"),
        Mistake(
            "CREATE TABEL t (a INT)", "1:8", "TABEL can't stand here", "CONNECTION, TABLE, PIPELINE", meant: "TABLE"),
        Mistake("CREATE CONECTION c TO kafka ()", "1:8", "CONECTION can't", "CONNECTION", meant: "CONNECTION"),
        Mistake("DROP PIPLINE p", "1:6", "PIPLINE can't stand here", "PIPELINE", meant: "PIPELINE"),
        Mistake("SHOW CONECTIONS", "1:6", "CONECTIONS can't", "CONNECTIONS, TABLES", meant: "CONNECTIONS"),
        Mistake(
            "SELECT a FORM t", "1:10", "FORM is read as an alias, which t can't follow", "; or the end", meant: "FROM"),
        Mistake("SELECT a FROM t WERE a = 1", "1:17", "WERE is read as an alias", "; or the end", meant: "WHERE"),
        Mistake("SELECT a FROM t GRUOP BY a", "1:17", "GRUOP is read as an alias", "; or the end", meant: "GROUP"),
        Mistake("SELECT a FROM t WHERE a = 1 ADN b = 2", "1:29", "ADN can't stand here", "; or the end", meant: "AND"),
        Mistake("SELECT a FROM t WHERE b LIEK 'x'", "1:25", "LIEK can't stand here", "; or the end", meant: "LIKE"),
        Mistake("CREATE TABLE t (a BIGNT)", "1:19", "BIGNT is not a type", "a type: BOOLEAN", meant: "BIGINT"),
        Mistake("INSERT INOT t SELECT 1", "1:8", "INOT can't stand here", "INTO", meant: "INTO"),
        Mistake("INSERT INTO t VALEUS (1)", "1:15", "VALEUS can't stand here", "SELECT or VALUES", meant: "VALUES"),
        Mistake("SELECT a FROM t ORDER BT a", "1:23", "BT can't stand here", "BY", meant: "BY"),
        // Punctuation
        Mistake(
            "CREATE CONNECTION c TO kafka (topic = 'x' type = 'source')", "1:43", "type can't stand here", ", or )"),
        Mistake("CREATE CONNECTION c TO kafka (topic 'x')", "1:37", "a string can't stand here", "="),
        Mistake("CREATE CONNECTION c TO kafka (topic == 'x')", "1:37", "== can't stand", "=", meant: "="),
        Mistake(
            "CREATE CONNECTION c TO kafka (topic = orders)", "1:39", "orders can't be the value", "a value",
            meant: "'orders'"),
        Mistake("CREATE CONNECTION c TO kafka (auto-commit = TRUE)", "1:35", "- can't stand here", "needs quotes"),
        Mistake("CREATE CONNECTION c TO kafka (topic = 'x'", "1:42", "the end of the text can't", ", or )"),
        Mistake("CREATE CONNECTION c TO kafka", "1:29", "the end of the text can't stand here", "( and options"),
        Mistake("CREATE CONNECTION c (topic = 'x')", "1:21", "( can't stand here", "TO kafka or TO impulse"),
        Mistake(
            "CREATE CONNECTION 'c' TO kafka ()", "1:19", "a string can't stand here",
            "without quotes or in double quotes"),
        Mistake("CREATE TABLE t (a)", "1:18", ") can't stand here", "a type such as BIGINT"),
        Mistake("CREATE TABLE t", "1:15", "the end of the text", "the columns, or WITH"),
        Mistake("CREATE TABLE t (order BIGINT)", "1:17", "order is a reserved word", "quotes: \"order\""),
        Mistake(
            "SELECT a, FROM t", "1:11", "the keyword FROM can't stand here", "the comma before FROM is one too many"),
        Mistake("SELECT", "1:7", "the end of the text can't stand here", "an expression"),
        Mistake("SELECT (1 + 2", "1:14", "the end of the text can't stand here", ") or an operator"),
        Mistake("SELECT 1 +", "1:11", "the end of the text can't stand here", "an expression"),
        Mistake("SELECT * FROM", "1:14", "the end of the text can't stand here", "the name of a table"),
        Mistake("SELECT 1 SELECT 2", "1:10", "the keyword SELECT can't stand here", "; or the end of the statement"),
        Mistake("SELECT a FROM t WHERE", "1:22", "the end of the text", "an expression"),
        Mistake("SELECT a IN () FROM t", "1:14", "the list of IN is empty", "at least one value"),
        Mistake("SELECT CASE a END", "1:15", "the keyword END can't stand here", "WHEN"),
        Mistake("SELECT CASE WHEN a THEN b", "1:26", "the end of the text", "WHEN, ELSE or END"),
        Mistake("SELECT a < b < c", "1:14", "< can't follow another comparison", "AND between the two"),
        Mistake("SELECT a = NOT b", "1:12", "NOT binds looser", "parentheses: (NOT …)"),
        Mistake("SELECT a == b", "1:10", "the operator == isn't known here", "="),
        Mistake("SELECT a && b", "1:10", "the operator && isn't known here", "AND"),
        Mistake("SELECT a ~ 'x'", "1:10", "the operator ~ isn't known here", "LIKE or ILIKE"),
        Mistake("SELECT :name", "1:8", "named parameters aren't known here", "? or $1"),
        Mistake("SELECT ?, $1", "1:11", "? and $1 can't stand in the same statement", "one of the two"),
        Mistake("SELECT $0", "1:8", "a parameter's number is from 1", "$1"),
        Mistake("SELECT * FROM a JOIN b", "1:23", "the end of the text", "ON condition or USING"),
        Mistake("VALUES (1, 2), (3)", "1:16", "the row has 1 values and the first one has 2", "same length"),
        Mistake("SELECT a FROM t LIMIT 5, 10", "1:24", "LIMIT has one number here", "LIMIT count OFFSET start"),
        Mistake("SELECT INTERVAL 1 HOUR", "1:17", "the length of an INTERVAL is a string", "INTERVAL '1 hour'"),
        Mistake("CREATE TABLE t (a DECIMAL(50))", "1:27", "a DECIMAL has 1 to 38 digits", "DECIMAL(38, 10) or less"),
        Mistake("CREATE TABLE t (a DECIMAL(5, 6))", "1:30", "the scale 6 is greater", "a scale from 0 to 5"),
        Mistake("CREATE TABLE t (a MAP<INT, TEXT>)", "1:23", "the keys of a MAP are TEXT", "MAP<TEXT, …>"),
        // Tokens
        Mistake("SELECT 'abc", "1:8", "string is not closed", "a closing '"),
        Mistake("SELECT \"abc", "1:8", "quoted name is not closed", "a closing \""),
        Mistake("SELECT 1 /* a /* b */", "1:10", "comment is not closed", "*/"),
        Mistake("SELECT \"\"", "1:8", "a quoted name is empty", "a name"),
        Mistake("SELECT 1abc", "1:9", "a number is followed directly by a letter", "a blank"),
        Mistake("SELECT ‘a’", "1:8", "the character ‘ can't stand here", "straight quotes"),
        Mistake("SELECT `a`", "1:8", "the character ` can't stand here", "straight quotes"),
        Mistake("SELECT {a}", "1:8", "the character { can't stand here", "text in quotes"),
        Mistake("SELECT \u{1}", "1:8", "a control character (code 1)", ""),
        Mistake("SELECT $$a$$", "1:8", "strings in $$ aren't known here", "a string in quotes"),
        Mistake("SELECT x'ab'", "1:8", "strings with the prefix x", "bytes as"),
        Mistake(#"SELECT E'\uD800'"#, "1:8", "an escape in the string names no character", "four hexadecimal digits"),
        // Places
        Mistake("SELECT 1;\n\n  SELCT 2", "3:3", "SELCT can't stand here", "a statement", meant: "SELECT"),
        Mistake("SELECT 'é', 'ü' x y", "1:19", "y can't stand here", "; or the end"),
        Mistake("SELECT 'a\nb',, c", "2:4", ", can't stand here", "an expression"),
    ]

    @Test("a mistake is named with its place, what was expected and what was meant", arguments: mistakes)
    func mistake(mistake: Mistake) throws {
        let error = try #require(sqlError(mistake.text))
        #expect("\(error.line):\(error.column)" == mistake.place, "\(error)")
        #expect(error.message.contains(mistake.message), "\(error)")
        #expect((error.expectation ?? "").contains(mistake.expected), "\(error)")
        #expect(error.suggestion == mistake.suggestion, "\(error)")
    }

    @Test("the description draws the line with a caret below") func description() throws {
        let error = try #require(sqlError("SELECT 1;\n\tSELECT a FROM t WHERE a = 1 ADN b"))
        #expect(
            error.description == """
                2:30: ADN can't stand here
                \tSELECT a FROM t WHERE a = 1 ADN b
                \t                            ^
                expected ; or the end of the statement; did you mean AND?
                """)
    }

    @Test("a long line is cut to a window around the mistake") func window() throws {
        let text =
            "SELECT " + String(repeating: "aaaa, ", count: 10_000) + "é, b FRMO c, "
            + String(repeating: "x, ", count: 10_000)
        let error = try #require(sqlError(text))
        #expect(error.line == 1)
        #expect(error.sourceLine.count <= 122)
        #expect(error.sourceLine.hasPrefix("…") && error.sourceLine.hasSuffix("…"))
        let caret = error.sourceLine.index(error.sourceLine.startIndex, offsetBy: error.caretOffset)
        #expect(error.sourceLine[caret...].hasPrefix("FRMO c"))
    }

    @Test("control characters of the text don't reach the terminal") func controlCharacters() throws {
        let error = try #require(sqlError("SELECT '\u{1B}[2J' x y\r\n"))
        #expect(error.sourceLine == "SELECT '\u{FFFD}[2J' x y")
    }

    @Test("an error can be made for any place of a text", arguments: [-5, 0, 3, 4, 5, 9, 10, 11, 1_000_000])
    func anyPlace(offset: Int) {
        let text = "abc\ndéf\ng"
        let error = SQLError(
            code: .semantic, message: "m", at: SQL.Position(line: -1, column: 0, offset: offset), in: text)
        #expect(error.line == 1 && error.column == 1)
        #expect(!error.description.isEmpty)
        #expect(SQLError(code: .semantic, message: "m", at: .start, in: "").description == "1:1: m")
    }

    static let guarded = [
        "CREATE CONNECTION c TO kafka ('auth.password' = 'hunter2' x)",
        "CREATE CONNECTION c TO kafka (x y, 'auth.password' = 'hunter2')",
        "CREATE CONNECTION c TO kafka ('auth.password' 'hunter2')",
        "CREATE CONNECTION c TO kafka ('auth.password' = hunter2)",
        "CREATE CONNECTION c TO kafka (auth.password = \"hunter2\")",
        "CREATE CONNECTION c TO kafka ('auth.password' = 'hunter2",
        "CREATE CONNECTION c TO kafka ('auth.password = 'hunter2', x = 1)",
        "CREATE CONNECTION c TO kafka (auth.password' = 'hunter2')",
        "CREATE CONNECTION c TO kafka (x = 'y, 'auth.password' = 'hunter2')",
        "CREATE CONNECTION c TO kafka ('auth.password' == 'hunter2')",
        "CREATE CONNECTION c TO kafka ('auth.password' := 'hunter2')",
        "CREATE CONNECTION c TO kafka ('sasl.jaas.config' = 'x password=\"hunter2\";' y)",
        "CREATE CONNECTION c TO kafka ('schema_registry.api_secret' = -- here\n 'hunter2' x)",
        "CREATE CONNECTION c TO kafka ('auth.password' hunter2)",
        "CREATE CONNECTION c TO kafka ('auth.password' = 'a''hunter2' x)",
        "CREATE CONNECTION c TO kafka ('ssl.key.pem' = '---\nhunter2\n---' x)",
        "CREATE CONNECTION c TO kafka ('auth.password' = E'hunter2' x)",
        "CREATE CONNECTION c TO kafka ('auth.password' = +hunter2)",
    ]

    @Test("a secret is never shown, however the text is broken", arguments: guarded)
    func secrets(text: String) throws {
        let error = try #require(sqlError(text))
        #expect(!error.description.contains("hunter2"), "\(error)")
        #expect(
            !"\(error.message)\(error.expectation ?? "")\(error.suggestion ?? "")\(error.sourceLine)".contains(
                "hunter2"))
    }

    @Test("other values are shown") func visible() throws {
        let error = try #require(
            sqlError("CREATE CONNECTION c TO kafka (\n'auth.password' = 'hunter2', topic = 'orders' x)"))
        #expect(error.sourceLine == "'auth.password' = ***, topic = 'orders' x)")
        #expect(error.caretOffset == 40)
    }
}
