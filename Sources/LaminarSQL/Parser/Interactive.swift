extension SQL {
    /// Whether a text that is typed line by line can be executed: its last token is a semicolon, outside of strings,
    /// quoted names and comments.
    ///
    ///     SQL.isComplete("SELECT ';'")       // false
    ///     SQL.isComplete("SELECT 1; -- so")  // true
    ///
    /// A text that no token begins with is complete as soon as a line ends with a semicolon, so that its mistake is told.
    package static func isComplete(_ text: String) -> Bool {
        var lexer = Lexer(text)
        var last: Token?
        while true {
            do throws(SQLError) {
                let token = try lexer.next()
                if token.is(.endOfText) { return last?.is(.semicolon) ?? false }
                last = token
            } catch {
                if error.code == .unterminated { return false }
                return text.reversed().first { !$0.isWhitespace } == ";"
            }
        }
    }

    /// Whether a text has only blanks and comments.
    package static func isBlank(_ text: String) -> Bool {
        var lexer = Lexer(text)
        return (try? lexer.next())?.is(.endOfText) ?? false
    }

    /// Whether a secret is written out in a text, rather than named by `${secret:name}`: such a text belongs in no file.
    package static func holdsSecret(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            SecretRanges(in: buffer, overlapping: 0..<buffer.count).ranges.contains { range in
                !String(decoding: buffer[range], as: UTF8.self).contains("${secret:")
            }
        }
    }

    /// The words of the language in upper case, for completion.
    package static let keywords: [String] = Keyword.allCases.map(\.sql).sorted()
}
