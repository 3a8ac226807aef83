/// One token of a source text. Its characters stay in the text; the lexer decodes them when they are asked for.
struct Token {
    enum Kind: UInt8 {
        case word, quotedName, quotedString, escapedString, number
        case leftParenthesis, rightParenthesis, leftBracket, rightBracket
        case comma, semicolon, dot, doubleColon
        case plus, minus, star, slash, percent, caret
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case arrow, doubleArrow, concatenate
        case question, dollarNumber
        /// A run of operator characters that means something elsewhere.
        case unknownOperator
        case endOfText
    }

    let kind: Kind
    /// What the word is if it isn't just a name.
    let keyword: Keyword?
    /// UTF-8 offsets.
    let start: Int
    let end: Int
    let position: SQL.Position

    func `is`(_ kind: Kind) -> Bool { self.kind == kind }
    func `is`(_ word: Keyword) -> Bool { keyword == word }
}
