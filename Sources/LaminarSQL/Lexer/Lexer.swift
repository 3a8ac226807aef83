/// Cuts a source text into tokens, one at a time and each byte once.
///
/// Copying a lexer is cheap; a copy looks ahead.
struct Lexer {
    let source: String
    let bytes: [UInt8]
    private(set) var offset = 0
    // Line and column of `marked`, which is at most `offset`.
    private var marked = 0
    private var line = 1
    private var column = 1

    init(_ source: String) {
        self.source = source
        self.bytes = Array(source.utf8)
    }

    /// The byte at an index, 0 behind the end: no token contains a NUL, so nothing has to ask for the end.
    func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    /// The next token; at the end of the text, again and again, one of kind `end`.
    mutating func next() throws(SQLError) -> Token {
        try skipBlanks()
        let start = offset
        let position = position(at: start)
        guard start < bytes.count else {
            return Token(kind: .endOfText, keyword: nil, start: start, end: start, position: position)
        }
        let kind = try scan(byte(start), position)
        return Token(
            kind: kind, keyword: kind == .word ? keyword(start, offset) : nil, start: start, end: offset,
            position: position)
    }

    /// The text of a word as it was written.
    func text(_ token: Token) -> String { text(token.start, token.end) }

    func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    func fail(_ code: SQLError.Code, _ message: String, at position: SQL.Position, expected: String? = nil) -> SQLError
    {
        SQLError(code: code, message: message, at: position, in: source, expected: expected)
    }

    // MARK: Positions

    /// The position of an offset that isn't before the last one asked for.
    private mutating func position(at target: Int) -> SQL.Position {
        while marked < target {
            let byte = bytes[marked]
            if byte == Ascii.newline {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            marked += 1
        }
        return SQL.Position(line: line, column: column, offset: target)
    }

    /// Goes back to the end of a token that it gave.
    mutating func rewind(to token: Token) {
        offset = token.end
        marked = token.start
        line = token.position.line
        column = token.position.column
    }

    // MARK: Blanks

    private mutating func skipBlanks() throws(SQLError) {
        while offset < bytes.count {
            let byte = bytes[offset]
            if Ascii.isBlank(byte) {
                offset += 1
            } else if byte == Ascii.minus, self.byte(offset + 1) == Ascii.minus {
                while offset < bytes.count, bytes[offset] != Ascii.newline { offset += 1 }
            } else if byte == Ascii.slash, self.byte(offset + 1) == Ascii.star {
                try skipComment()
            } else if byte >= 0x80 {
                let (scalar, length) = scalar(offset)
                guard scalar.properties.isWhitespace || scalar.value == 0xFEFF || scalar.value == 0x200B else { return }
                offset += length
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(SQLError) {
        let position = position(at: offset)
        var depth = 0
        repeat {
            guard offset < bytes.count else {
                throw fail(.unterminated, "comment is not closed", at: position, expected: "*/")
            }
            if bytes[offset] == Ascii.slash, byte(offset + 1) == Ascii.star {
                depth += 1
                offset += 2
            } else if bytes[offset] == Ascii.star, byte(offset + 1) == Ascii.slash {
                depth -= 1
                offset += 2
            } else {
                offset += 1
            }
        } while depth > 0
    }

    // MARK: Tokens

    private mutating func scan(_ first: UInt8, _ position: SQL.Position) throws(SQLError) -> Token.Kind {
        if Ascii.beginsWord(first) {
            if byte(offset + 1) == Ascii.quote {
                if first | 0x20 == UInt8(ascii: "e") {
                    offset += 1
                    try scanQuoted(Ascii.quote, position, escapes: true)
                    return .escapedString
                }
                if [UInt8(ascii: "b"), UInt8(ascii: "x"), UInt8(ascii: "n")].contains(first | 0x20) {
                    throw fail(
                        .unsupported, "strings with the prefix \(text(offset, offset + 1)) aren't known here",
                        at: position, expected: #"bytes as '\x0aff'::BYTEA, text as '…'"#)
                }
            }
            scanWord()
            return .word
        }
        if first >= 0x80, scalar(offset).scalar.properties.isXIDStart {
            scanWord()
            return .word
        }
        if Ascii.isDigit(first) || first == Ascii.dot && Ascii.isDigit(byte(offset + 1)) {
            try scanNumber(position)
            return .number
        }
        switch first {
        case Ascii.quote:
            try scanQuoted(Ascii.quote, position, escapes: false)
            return .quotedString
        case Ascii.doubleQuote:
            try scanQuoted(Ascii.doubleQuote, position, escapes: false)
            if offset - position.offset == 2 {
                throw fail(.invalidToken, "a quoted name is empty", at: position, expected: "a name")
            }
            return .quotedName
        case Ascii.dollar:
            return try scanParameter(position)
        default:
            return try scanSymbol(first, position)
        }
    }

    private mutating func scanWord() {
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte >= 0x80 {
                let (scalar, length) = scalar(offset)
                guard scalar.properties.isXIDContinue else { return }
                offset += length
            } else if Ascii.continuesWord(byte) {
                offset += 1
            } else {
                return
            }
        }
    }

    private mutating func scanQuoted(
        _ quote: UInt8, _ position: SQL.Position, escapes: Bool
    ) throws(SQLError) {
        offset += 1
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == quote {
                guard self.byte(offset) == quote else { return }
                offset += 1
            } else if escapes, byte == Ascii.backslash {
                offset += 1
            }
        }
        offset = bytes.count
        throw fail(
            .unterminated, quote == Ascii.quote ? "string is not closed" : "quoted name is not closed", at: position,
            expected: quote == Ascii.quote ? "a closing ' (write '' for a ' inside)" : "a closing \"")
    }

    private mutating func scanNumber(_ position: SQL.Position) throws(SQLError) {
        while Ascii.isDigit(byte(offset)) { offset += 1 }
        if byte(offset) == Ascii.dot {
            offset += 1
            while Ascii.isDigit(byte(offset)) { offset += 1 }
        }
        if byte(offset) | 0x20 == UInt8(ascii: "e") {
            let isSigned = byte(offset + 1) == Ascii.plus || byte(offset + 1) == Ascii.minus
            if Ascii.isDigit(byte(offset + (isSigned ? 2 : 1))) {
                offset += isSigned ? 2 : 1
                while Ascii.isDigit(byte(offset)) { offset += 1 }
            }
        }
        guard Ascii.beginsWord(byte(offset)) else { return }
        throw fail(
            .invalidToken, "a number is followed directly by a letter", at: self.position(at: offset),
            expected: "a blank between them, or quotes around a name that begins with a digit")
    }

    private mutating func scanParameter(_ position: SQL.Position) throws(SQLError) -> Token.Kind {
        offset += 1
        let digits = offset
        while Ascii.isDigit(byte(offset)) { offset += 1 }
        if offset > digits { return .dollarNumber }
        if byte(offset) == Ascii.dollar || Ascii.beginsWord(byte(offset)) {
            throw fail(
                .unsupported, "strings in $$ aren't known here", at: position, expected: "a string in quotes: '…'")
        }
        throw fail(.invalidToken, "$ stands alone", at: position, expected: "a parameter such as $1")
    }

    private mutating func scanSymbol(_ first: UInt8, _ position: SQL.Position) throws(SQLError) -> Token.Kind {
        let (kind, length) = Symbols.match(first, byte(offset + 1), byte(offset + 2))
        if let kind {
            offset += length
            return kind
        }
        if Symbols.isOperator(first) {
            while Symbols.isOperator(byte(offset)) { offset += 1 }
            return .unknownOperator
        }
        let (scalar, _) = scalar(offset)
        throw fail(.invalidToken, Symbols.complaint(about: scalar), at: position, expected: Symbols.cure(for: scalar))
    }

    // MARK: Characters

    /// The scalar that begins at an index of a text that is valid UTF-8, with its length in bytes.
    private func scalar(_ index: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = byte(index)
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        let text = String(decoding: bytes[index..<min(index + length, bytes.count)], as: UTF8.self)
        return (text.unicodeScalars.first ?? "\u{FFFD}", length)
    }

    private func keyword(_ start: Int, _ end: Int) -> Keyword? {
        guard end - start <= Lexer.longestKeyword else { return nil }
        return Keyword.named(folded(start, end))
    }

    private static let longestKeyword = Keyword.allCases.map(\.rawValue.utf8.count).max() ?? 0

    /// A word with its ASCII letters in lower case.
    func folded(_ start: Int, _ end: Int) -> String {
        String(decoding: bytes[start..<end].map(Ascii.lowercased), as: UTF8.self)
    }
}

extension Lexer {
    /// What a string or quoted name means: without its quotes and with its escapes replaced.
    func stringValue(_ token: Token) throws(SQLError) -> String {
        switch token.kind {
        case .quotedString: return unquoted(token.start + 1, token.end - 1, Ascii.quote)
        case .quotedName: return unquoted(token.start + 1, token.end - 1, Ascii.doubleQuote)
        case .escapedString: return try unescaped(token)
        default: return text(token)
        }
    }

    private func unquoted(_ start: Int, _ end: Int, _ quote: UInt8) -> String {
        guard bytes[start..<end].contains(quote) else { return text(start, end) }
        var plain: [UInt8] = []
        plain.reserveCapacity(end - start)
        var index = start
        while index < end {
            plain.append(bytes[index])
            index += bytes[index] == quote ? 2 : 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// `E'…'`: the escapes of C, `\uXXXX` and `\UXXXXXXXX`.
    private func unescaped(_ token: Token) throws(SQLError) -> String {
        var plain: [UInt8] = []
        var index = token.start + 2
        let end = token.end - 1
        while index < end {
            let byte = bytes[index]
            index += 1
            if byte == Ascii.quote {
                plain.append(byte)
                index += 1
            } else if byte != Ascii.backslash {
                plain.append(byte)
            } else {
                let letter = bytes[index]
                index += 1
                switch letter {
                case UInt8(ascii: "n"): plain.append(10)
                case UInt8(ascii: "t"): plain.append(9)
                case UInt8(ascii: "r"): plain.append(13)
                case UInt8(ascii: "b"): plain.append(8)
                case UInt8(ascii: "f"): plain.append(12)
                case UInt8(ascii: "u"), UInt8(ascii: "U"):
                    let length = letter == UInt8(ascii: "u") ? 4 : 8
                    let digits = text(index, min(index + length, end))
                    guard digits.utf8.count == length, digits.first != "+", let code = UInt32(digits, radix: 16),
                        let scalar = Unicode.Scalar(code), code > 0
                    else {
                        throw fail(
                            .invalidToken, "an escape in the string names no character", at: token.position,
                            expected: #"\u and four hexadecimal digits, \U and eight"#)
                    }
                    plain += Array(String(Character(scalar)).utf8)
                    index += length
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "x"):
                    throw fail(
                        .unsupported, "escapes by byte aren't known here", at: token.position,
                        expected: #"\u and four hexadecimal digits, or bytes as '\x0aff'::BYTEA"#)
                default: plain.append(letter)
                }
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
