extension SQL {
    /// Parses a script: statements separated by semicolons.
    ///
    ///     let statements = try SQL.parse("CREATE TABLE t (id BIGINT) WITH (connector = 'shop'); SELECT * FROM t")
    ///
    /// A text is 16 MiB at most, and nesting ``deepestNesting`` levels, in which a subquery counts for three. Time and
    /// memory grow linearly with the text.
    ///
    /// - Returns: The statements in order, none for a text of blanks and comments.
    /// - Throws: ``SQLError`` for the first mistake.
    public static func parse(_ text: String) throws(SQLError) -> [ParsedStatement] {
        guard text.utf8.count <= longestText else {
            throw SQLError(
                code: .tooLong, message: "the text is longer than \(longestText >> 20) MiB", at: .start, in: "",
                expected: "several shorter scripts")
        }
        let parser = try Parser(text)
        return try parser.script()
    }

    /// Parses a text that holds one expression and nothing else.
    ///
    /// - Throws: ``SQLError`` for the first mistake.
    public static func parseExpression(_ text: String) throws(SQLError) -> Expression {
        guard text.utf8.count <= longestText else {
            throw SQLError(
                code: .tooLong, message: "the text is longer than \(longestText >> 20) MiB", at: .start, in: "",
                expected: "a shorter expression")
        }
        let parser = try Parser(text)
        let expression = try parser.expression()
        guard parser.at(.endOfText) else { throw parser.unexpectedAfterExpression("the end of the expression") }
        return expression
    }

    /// The greatest length of a text in UTF-8 bytes.
    public static let longestText = 16 << 20

    /// How many levels deep a tree can be. Threads of the cooperative pool may have no more than 512 KiB of stack, in
    /// which parsing, printing, comparing and freeing such a tree must fit without optimization.
    public static let deepestNesting = 100
}
