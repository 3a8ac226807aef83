/// A recursive-descent parser with one token of its own and one of lookahead; precedence climbing for operators.
///
/// This file moves through the tokens, bounds the depth and words the errors; the grammar is in the extensions.
final class Parser {
    private var lexer: Lexer
    /// The token that is looked at.
    private(set) var token: Token
    /// The offset at which the token before it ended.
    private(set) var previousEnd = 0
    private var ahead: Token?
    /// An alias without AS directly before `token`: it may be a misspelt keyword.
    var aliasWithoutAs: Token?
    /// How many `?` there were, and whether `$1` was seen.
    var questionMarks = 0
    var hasNumberedParameters = false
    // The level that is being parsed, and the height of the highest tree since `enter`.
    private var depth = 0
    var height = 0

    init(_ text: String) throws(SQLError) {
        lexer = Lexer(text)
        token = try lexer.next()
    }

    // MARK: Tokens

    var kind: Token.Kind { token.kind }
    var keyword: Keyword? { token.keyword }

    // Asked in this way no copy of the token is made, for which every question would take room on the stack.
    func at(_ kind: Token.Kind) -> Bool { token.kind == kind }
    func at(_ keyword: Keyword) -> Bool { token.keyword == keyword }
    func nextIs(_ kind: Token.Kind) throws(SQLError) -> Bool { try peek().kind == kind }
    func nextIs(_ keyword: Keyword) throws(SQLError) -> Bool { try peek().keyword == keyword }

    func advance() throws(SQLError) {
        previousEnd = token.end
        if let next = ahead {
            token = next
            ahead = nil
        } else {
            token = try lexer.next()
        }
    }

    /// The token after this one.
    func peek() throws(SQLError) -> Token {
        if let ahead { return ahead }
        let next = try lexer.next()
        ahead = next
        return next
    }

    /// Whether the token after this one is one of these words.
    func isFollowed(by words: Keyword...) throws(SQLError) -> Bool {
        try peek().keyword.map(words.contains) ?? false
    }

    /// A lexer that goes on behind this token, to look further ahead.
    var lexerBehindToken: Lexer {
        var copy = lexer
        copy.rewind(to: token)
        return copy
    }

    func text(_ token: Token) -> String { lexer.text(token) }
    func text(from start: Int, to end: Int) -> String { lexer.text(start, max(start, end)) }
    func folded(_ token: Token) -> String { lexer.folded(token.start, token.end) }

    /// Takes the token if it is of a kind.
    func take(_ kind: Token.Kind) throws(SQLError) -> Bool {
        guard self.kind == kind else { return false }
        try advance()
        return true
    }

    /// Takes the token if it is a keyword.
    func take(_ keyword: Keyword) throws(SQLError) -> Bool {
        guard self.keyword == keyword else { return false }
        try advance()
        return true
    }

    /// Takes two keywords in a row, or none.
    func take(_ first: Keyword, _ second: Keyword) throws(SQLError) -> Bool {
        guard keyword == first, try peek().keyword == second else { return false }
        try advance()
        try advance()
        return true
    }

    func expect(_ kind: Token.Kind, _ expected: String) throws(SQLError) {
        guard try take(kind) else { throw unexpected(expected) }
    }

    func expect(_ keyword: Keyword) throws(SQLError) {
        guard try take(keyword) else { throw unexpected(keyword.sql, among: [keyword.sql]) }
    }

    func expect(_ keyword: Keyword, _ expected: String) throws(SQLError) {
        guard try take(keyword) else { throw unexpected(expected, among: [keyword.sql]) }
    }

    /// The value of a string, number or word token.
    func string(_ token: Token) throws(SQLError) -> String { try lexer.stringValue(token) }

    // MARK: Depth

    /// Begins a node whose children are parsed until ``leave(_:weight:)``, which takes what this returns.
    func enter(weight: Int = 1) throws(SQLError) -> Int {
        depth += weight
        guard depth <= SQL.deepestNesting else { throw tooDeep() }
        let outer = height
        height = 0
        return outer
    }

    func leave(_ outer: Int, weight: Int = 1) throws(SQLError) {
        depth -= weight
        let own = height + weight
        guard own <= SQL.deepestNesting else { throw tooDeep() }
        height = max(outer, own)
    }

    /// Counts a node that was put around what was parsed since `enter`, as `+` is around its left operand.
    func wrap() throws(SQLError) {
        height += 1
        guard height <= SQL.deepestNesting else { throw tooDeep() }
    }

    private func tooDeep() -> SQLError {
        fail(
            .tooDeep, "nested deeper than \(SQL.deepestNesting) levels", at: token.position,
            expected: "parts named in WITH, or a chain of AND, OR or ||, which may be as long as you like")
    }

    // MARK: Errors

    func fail(
        _ code: SQLError.Code, _ message: String, at position: SQL.Position, expected: String? = nil,
        suggestion: String? = nil
    ) -> SQLError {
        SQLError(
            code: code, message: message, at: position, in: lexer.source, expected: expected, suggestion: suggestion)
    }

    /// Something from elsewhere: says what it is and how to do it here.
    func refuse(_ what: String, _ cure: String, at position: SQL.Position? = nil) -> SQLError {
        fail(.unsupported, what, at: position ?? token.position, expected: cure)
    }

    /// The token can't stand where it stands.
    ///
    /// - Parameter candidates: The words that could, for a did-you-mean.
    func unexpected(_ expected: String, among candidates: [String] = []) -> SQLError {
        if let alias = aliasWithoutAs, alias.end == previousEnd,
            let word = suggestion(for: alias, among: Parser.clauses)
        {
            return fail(
                .syntax, "\(text(alias)) is read as an alias, which \(found(token)) can't follow", at: alias.position,
                expected: expected, suggestion: word)
        }
        return fail(
            .syntax, "\(found(token)) can't stand here", at: token.position, expected: expected,
            suggestion: suggestion(for: token, among: candidates))
    }

    /// The token doesn't go on with an expression, nor with what follows one.
    func unexpectedAfterExpression(_ expected: String, among candidates: [String] = []) -> SQLError {
        if at(.unknownOperator) {
            let symbol = text(token)
            if symbol.hasPrefix(":") || symbol.hasPrefix("@") {
                return refuse("named parameters aren't known here", "? or $1")
            }
            return fail(
                .unsupported, "the operator \(symbol) isn't known here", at: token.position,
                expected: Symbols.replacement(for: symbol))
        }
        return unexpected(expected, among: candidates + ["AND", "OR", "LIKE", "ILIKE", "BETWEEN", "IS", "IN", "NOT"])
    }

    private func suggestion(for other: Token, among candidates: [String]) -> String? {
        guard other.is(.word), other.end - other.start > 1 else { return nil }
        let word = text(other)
        guard let found = SQL.suggestion(for: word, among: candidates), found != word.uppercased() else { return nil }
        return found
    }

    /// A token in a sentence. What is in quotes stays there: it may be a secret.
    func found(_ other: Token) -> String {
        switch other.kind {
        case .endOfText: "the end of the text"
        case .quotedString, .escapedString: "a string"
        case .number: "a number"
        case .quotedName: "a quoted name"
        case .word: other.keyword?.isReserved == true ? "the keyword \(text(other).uppercased())" : word(other)
        default: text(other)
        }
    }

    private func word(_ other: Token) -> String {
        let text = text(other)
        return text.utf8.count <= 60 ? text : "a long word"
    }

    private static let clauses = [
        "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW", "UNION", "INTERSECT",
        "EXCEPT", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "NATURAL", "USING",
    ]
}
