extension SQL {
    /// Parses a script as far as it can be read, so that the statements before a mistake can be executed.
    ///
    ///     let (statements, mistake) = SQL.parseUpToMistake("SHOW TABLES; SELCT 1; SHOW TABLES")
    ///     statements.count        // 1
    ///     mistake?.column         // 14
    ///
    /// - Returns: The statements before the one with the mistake, and the mistake; all statements and nil where there is
    ///   none.
    public static func parseUpToMistake(_ text: String) -> (statements: [ParsedStatement], mistake: SQLError?) {
        do throws(SQLError) {
            return (try parse(text), nil)
        } catch {
            let end = endOfStatement(before: error.position.offset, in: text)
            // What stands before a mistake has none itself, so this parses; the first error is the one to tell.
            let statements = (try? parse(String(decoding: text.utf8.prefix(end), as: UTF8.self))) ?? []
            return (statements, error)
        }
    }

    /// Where the last semicolon before an offset stands that isn't part of a string, a name or a comment; 0 without one.
    private static func endOfStatement(before offset: Int, in text: String) -> Int {
        guard offset > 0 else { return 0 }
        var lexer = Lexer(text)
        var end = 0
        while let token = try? lexer.next(), token.start < token.end, token.start < offset {
            if token.is(.semicolon) { end = token.start }
        }
        return end
    }
}
