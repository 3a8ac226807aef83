internal import LaminarSQL

/// Cuts a Flink script into tokens. Its names stand in backquotes, which SQL's own lexer here doesn't know.
struct FlinkLexer {
    enum Token: Hashable {
        /// In the case in which it was written.
        case word(String)
        /// A name in backquotes.
        case name(String)
        case string(String)
        case number(String)
        case symbol(Character)
        case end
    }

    private let characters: [Character]
    private var index = 0
    private var line = 1
    private var column = 1
    private var offset = 0
    private let source: String
    /// `-- …` comments since they were last taken, without the dashes.
    private(set) var comments: [String] = []

    init(_ source: String) {
        self.source = source
        characters = Array(source)
    }

    var position: SQL.Position { SQL.Position(line: line, column: column, offset: offset) }

    mutating func takeComments() -> [String] {
        defer { comments = [] }
        return comments
    }

    /// The next token; at the end of the text, again and again, ``Token/end``.
    mutating func next() throws(SQLError) -> (token: Token, position: SQL.Position) {
        try skipBlanks()
        let start = position
        guard let first = peek() else { return (.end, start) }
        switch first {
        case "'": return (.string(try quoted("'", start)), start)
        case "`", "\"": return (.name(try quoted(first, start)), start)
        case _ where first.isNumber: return (.number(taking { $0.isNumber || $0 == "." || $0.isLetter }), start)
        case _ where first.isLetter || first == "_":
            return (.word(taking { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }), start)
        default:
            advance()
            return (.symbol(first), start)
        }
    }

    func fail(_ message: String, at position: SQL.Position, expected: String? = nil) -> SQLError {
        SQLError(code: .syntax, message: message, at: position, in: source, expected: expected)
    }

    // MARK: Characters

    private func peek(_ distance: Int = 0) -> Character? {
        index + distance < characters.count ? characters[index + distance] : nil
    }

    private mutating func advance() {
        guard index < characters.count else { return }
        let character = characters[index]
        index += 1
        offset += character.utf8.count
        if character.isNewline {
            line += 1
            column = 1
        } else {
            column += character.unicodeScalars.count
        }
    }

    private mutating func taking(_ belongs: (Character) -> Bool) -> String {
        var text = ""
        while let character = peek(), belongs(character) {
            text.append(character)
            advance()
        }
        return text
    }

    private mutating func quoted(_ quote: Character, _ start: SQL.Position) throws(SQLError) -> String {
        advance()
        var text = ""
        while let character = peek() {
            advance()
            if character == quote {
                guard peek() == quote else { return text }
                advance()
            }
            text.append(character)
        }
        throw SQLError(
            code: .unterminated, message: quote == "'" ? "string is not closed" : "quoted name is not closed",
            at: start,
            in: source, expected: "a closing \(quote)")
    }

    private mutating func skipBlanks() throws(SQLError) {
        while let character = peek() {
            if character.isWhitespace {
                advance()
            } else if character == "-", peek(1) == "-" {
                var text = taking { !$0.isNewline }
                text.removeFirst(2)
                comments.append(text.trimmed)
            } else if character == "/", peek(1) == "*" {
                let start = position
                advance()
                advance()
                while peek() != nil, !(peek() == "*" && peek(1) == "/") { advance() }
                guard peek() != nil else {
                    throw SQLError(
                        code: .unterminated, message: "comment is not closed", at: start, in: source, expected: "*/")
                }
                advance()
                advance()
            } else {
                return
            }
        }
    }
}
