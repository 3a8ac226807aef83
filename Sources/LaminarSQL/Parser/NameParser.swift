/// Names, quoted or not, and lists of them.
extension Parser {
    /// Whether the token can be a name: a word that isn't reserved, or anything in double quotes.
    var isName: Bool { isName(token) }

    func isName(_ other: Token) -> Bool {
        other.kind == .quotedName || other.kind == .word && other.keyword?.isReserved != true
    }

    /// A name.
    ///
    /// - Parameter expected: What it names, for the error.
    func name(_ expected: String, among candidates: [String] = []) throws(SQLError) -> SQL.Identifier {
        guard isName else {
            if kind == .word {
                throw fail(
                    .syntax, "\(text(token)) is a reserved word", at: token.position,
                    expected: "\(expected); as a name it needs quotes: \"\(folded(token))\"")
            }
            if kind == .quotedString {
                throw unexpected("\(expected), without quotes or in double quotes")
            }
            throw unexpected(expected, among: candidates)
        }
        return try anyName()
    }

    /// A name where every word may stand: behind AS or a dot. A reserved word becomes a quoted name.
    func label(_ expected: String) throws(SQLError) -> SQL.Identifier {
        guard kind == .word || kind == .quotedName else { throw unexpected(expected) }
        return try anyName()
    }

    private func anyName() throws(SQLError) -> SQL.Identifier {
        let taken = token
        let isQuoted = taken.kind == .quotedName
        let name = isQuoted ? try string(taken) : folded(taken)
        try advance()
        return SQL.Identifier(
            name: name, isQuoted: isQuoted || taken.keyword?.isReserved == true, position: taken.position)
    }

    /// A name of one or more parts.
    func objectName(_ expected: String, among candidates: [String] = []) throws(SQLError) -> SQL.ObjectName {
        var parts = [try name(expected, among: candidates)]
        while try take(.dot) { parts.append(try label("a name behind the dot")) }
        return SQL.ObjectName(parts)
    }

    /// `(a, b, …)`, with a trailing comma if you like.
    func nameList(_ expected: String) throws(SQLError) -> [SQL.Identifier] {
        try self.expect(.leftParenthesis, "(")
        var names = [try name(expected)]
        while try take(.comma), !at(.rightParenthesis) { names.append(try name(expected)) }
        try self.expect(.rightParenthesis, ", or )")
        return names
    }

    /// `IF NOT EXISTS`.
    func ifNotExists() throws(SQLError) -> Bool {
        guard at(.if), try nextIs(.not) else { return false }
        try advance()
        try advance()
        try expect(.exists)
        return true
    }
}
