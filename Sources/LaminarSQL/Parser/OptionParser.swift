/// Options: `(key = value, …)`.
extension Parser {
    /// A list in parentheses; a trailing comma is accepted.
    func options(canBeEmpty: Bool) throws(SQLError) -> [SQL.Option] {
        try expect(.leftParenthesis, "( and options: (topic = 'orders', …)")
        var options: [SQL.Option] = []
        if canBeEmpty, try take(.rightParenthesis) { return options }
        repeat {
            if at(.rightParenthesis), !options.isEmpty { break }
            options.append(try option())
        } while try take(.comma)
        try expect(.rightParenthesis, ", or ) behind the option")
        return options
    }

    private func option() throws(SQLError) -> SQL.Option {
        let place = token.position
        let key = try optionKey()
        guard try take(.equal) else {
            if at(.unknownOperator) {
                throw fail(
                    .syntax, "\(found(token)) can't stand behind the option's key", at: token.position, expected: "=",
                    suggestion: "=")
            }
            if at(.minus) || at(.word) && !SQL.looksSecret(key) {
                throw unexpected("=; a key with other characters than letters, digits, _ and dots needs quotes")
            }
            throw hidden(key) ?? unexpected("=")
        }
        let valuePlace = token.position
        let value = try optionValue(of: key)
        return SQL.Option(key: key, value: value, keyPosition: place, valuePosition: valuePlace)
    }

    private func optionKey() throws(SQLError) -> String {
        let place = token
        if at(.quotedString) || at(.escapedString) {
            let key = try string(token)
            try advance()
            guard !key.isEmpty else {
                throw fail(.syntax, "the key of an option is empty", at: place.position, expected: "a key")
            }
            return key
        }
        guard kind == .word || kind == .quotedName else {
            throw unexpected("the key of an option, such as topic or 'auth.type'")
        }
        var key = kind == .quotedName ? try string(token) : folded(token)
        try advance()
        while at(.dot) {
            try advance()
            guard kind == .word else { throw unexpected("the rest of the key") }
            key += "." + folded(token)
            try advance()
        }
        return key
    }

    private func optionValue(of key: String) throws(SQLError) -> SQL.OptionValue {
        var sign = ""
        if at(.minus) || at(.plus) {
            guard try nextIs(.number) else { throw hidden(key) ?? unexpected(Parser.optionValues) }
            sign = at(.minus) ? "-" : ""
            try advance()
        }
        let value: SQL.OptionValue
        switch kind {
        case .quotedString, .escapedString: value = .string(try string(token))
        case .number: value = .number(sign + text(token).lowercased())
        case .word where at(.true) || at(.false): value = .boolean(at(.true))
        case .word, .quotedName:
            if let error = hidden(key) { throw error }
            let word = kind == .word ? text(token) : try string(token)
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
        guard SQL.looksSecret(key), kind == .word || kind == .quotedName else { return nil }
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
