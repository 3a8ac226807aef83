/// Options: `(key = value, …)`.
extension Parser {
    /// A list in parentheses; a trailing comma is accepted.
    mutating func options(canBeEmpty: Bool) throws(SQLError) -> [SQL.Option] {
        try expect(.leftParenthesis, "( and options: (topic = 'orders', …)")
        var options: [SQL.Option] = []
        if canBeEmpty, try take(.rightParenthesis) { return options }
        repeat {
            if token.is(.rightParenthesis), !options.isEmpty { break }
            options.append(try option())
        } while try take(.comma)
        try expect(.rightParenthesis, ", or ) behind the option")
        return options
    }

    private mutating func option() throws(SQLError) -> SQL.Option {
        let place = token.position
        let key = try optionKey()
        guard try take(.equal) else {
            if token.is(.unknownOperator) {
                throw fail(
                    .syntax, "\(found(token)) can't stand behind the option's key", at: token.position, expected: "=",
                    suggestion: "=")
            }
            if token.is(.minus) || token.is(.word) && !SQL.looksSecret(key) {
                throw unexpected("=; a key with other characters than letters, digits, _ and dots needs quotes")
            }
            throw hidden(key) ?? unexpected("=")
        }
        let valuePlace = token.position
        let value = try optionValue(of: key)
        return SQL.Option(key: key, value: value, keyPosition: place, valuePosition: valuePlace)
    }

    private mutating func optionKey() throws(SQLError) -> String {
        let place = token
        if token.is(.quotedString) || token.is(.escapedString) {
            let key = try string(token)
            try advance()
            guard !key.isEmpty else {
                throw fail(.syntax, "the key of an option is empty", at: place.position, expected: "a key")
            }
            return key
        }
        guard token.kind == .word || token.kind == .quotedName else {
            throw unexpected("the key of an option, such as topic or 'auth.type'")
        }
        var key = token.kind == .quotedName ? try string(token) : folded(token)
        try advance()
        while token.is(.dot) {
            try advance()
            guard token.kind == .word else { throw unexpected("the rest of the key") }
            key += "." + folded(token)
            try advance()
        }
        return key
    }

    private mutating func optionValue(of key: String) throws(SQLError) -> SQL.OptionValue {
        var sign = ""
        if token.is(.minus) || token.is(.plus) {
            guard try peek().is(.number) else { throw hidden(key) ?? unexpected(Parser.optionValues) }
            sign = token.is(.minus) ? "-" : ""
            try advance()
        }
        let value: SQL.OptionValue
        switch token.kind {
        case .quotedString, .escapedString: value = .string(try string(token))
        case .number: value = .number(sign + text(token).lowercased())
        case .word where token.is(.true) || token.is(.false): value = .boolean(token.is(.true))
        case .word, .quotedName:
            if let error = hidden(key) { throw error }
            let word = token.kind == .word ? text(token) : try string(token)
            throw fail(
                .syntax, "\(found(token)) can't be the value of an option", at: token.position,
                expected: Parser.optionValues, suggestion: SQL.OptionValue.string(word).sql())
        default: throw hidden(key) ?? unexpected(Parser.optionValues)
        }
        try advance()
        return value
    }

    /// The error for a secret that isn't a string: it doesn't say what was found.
    private func hidden(_ key: String) -> SQLError? {
        guard SQL.looksSecret(key), token.kind == .word || token.kind == .quotedName else { return nil }
        return fail(
            .syntax, "what follows the key \(key) is not a value", at: token.position,
            expected: "= and a string: '${secret:name}'")
    }

    private static let optionValues = "a value: a string in quotes, a number, TRUE or FALSE"
}

extension SQL {
    /// Whether an option of this key may hold a secret, by the words in it: `auth.password`, `sasl.jaas.config`.
    ///
    /// It is a guess for messages that must not show too much, and rather says yes.
    public static func looksSecret(_ key: String) -> Bool { SecretRanges.looksSecret(key.utf8) }
}
