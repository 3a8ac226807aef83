/// The symbols of the language, and advice on characters that are none.
enum Symbols {
    /// The token that begins with these bytes, and its length; nil when none does.
    static func match(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> (Token.Kind?, Int) {
        switch (first, second) {
        case (UInt8(ascii: ":"), UInt8(ascii: ":")): return (.doubleColon, 2)
        case (UInt8(ascii: "|"), UInt8(ascii: "|")): return (.concatenate, 2)
        case (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "!"), UInt8(ascii: "=")): return (.notEqual, 2)
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): return (.lessOrEqual, 2)
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): return (.greaterOrEqual, 2)
        case (UInt8(ascii: "-"), UInt8(ascii: ">")):
            return third == UInt8(ascii: ">") ? (.doubleArrow, 3) : (.arrow, 2)
        case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "="), UInt8(ascii: ">")): return (nil, 0)
        default: return (single(first), 1)
        }
    }

    private static func single(_ byte: UInt8) -> Token.Kind? {
        switch byte {
        case UInt8(ascii: "("): .leftParenthesis
        case UInt8(ascii: ")"): .rightParenthesis
        case UInt8(ascii: "["): .leftBracket
        case UInt8(ascii: "]"): .rightBracket
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .star
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "%"): .percent
        case UInt8(ascii: "^"): .caret
        case UInt8(ascii: "="): .equal
        case UInt8(ascii: "<"): .less
        case UInt8(ascii: ">"): .greater
        case UInt8(ascii: "?"): .question
        default: nil
        }
    }

    /// Whether a byte belongs to operators elsewhere: they are read as a whole, to be refused by name.
    static func isOperator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "&"),
            UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// What takes the place of an operator that is known elsewhere.
    static func replacement(for unknown: String) -> String? {
        switch unknown {
        case "==", "=>", ":=": "="
        case "&&": "AND"
        case "!": "NOT"
        case "~", "~*", "!~", "!~*": "LIKE or ILIKE"
        case "~~": "LIKE"
        case "~~*": "ILIKE"
        case "<=>": "IS NOT DISTINCT FROM"
        case "#>", "#>>", "@>", "<@": "-> and ->>"
        default: nil
        }
    }

    static func complaint(about scalar: Unicode.Scalar) -> String {
        if scalar.value < 32 || (127...159).contains(scalar.value) {
            return "a control character (code \(scalar.value)) can't stand here"
        }
        return "the character \(scalar) can't stand here"
    }

    static func cure(for scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "‘", "’", "‚", "‛": "straight quotes: '…'"
        case "“", "”", "„", "‟", "`", "«", "»": "straight quotes: '…' around a string, \"…\" around a name"
        case "–", "—", "−": "a plain minus: -"
        case "{", "}": "text in quotes, if it belongs to one: '${secret:name}'"
        case "\\": "strings in quotes; E'…' knows escapes such as \\n"
        default: nil
        }
    }
}

/// Classes of bytes.
enum Ascii {
    static let newline = UInt8(ascii: "\n")
    static let quote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let dollar = UInt8(ascii: "$")
    static let dot = UInt8(ascii: ".")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    static func beginsWord(_ byte: UInt8) -> Bool { byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte == 95 }
    static func continuesWord(_ byte: UInt8) -> Bool { beginsWord(byte) || isDigit(byte) || byte == dollar }
    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 0x20 : byte }
}
