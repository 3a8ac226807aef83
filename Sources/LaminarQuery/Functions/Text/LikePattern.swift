import LaminarFormats
import LaminarStore

/// LIKE and ILIKE: `%` stands for any characters, `_` for one, and what follows the escape character for itself.
///
/// Works on UTF-8 in place; a pattern with many `%` takes text × pattern at most, since a `%` never goes back behind the
/// one after it.
struct LikePattern {
    /// Whether the whole text is as the pattern says.
    ///
    /// - Parameter escape: one character, or nil for none.
    /// - Throws: ``QueryError`` with code `invalidArgument` where the pattern ends with the escape character.
    static func matches(
        _ text: UnsafeRawBufferPointer, _ pattern: UnsafeRawBufferPointer, escape: UnsafeRawBufferPointer?
    ) throws(QueryError) -> Bool {
        var at = 0
        var place = 0
        // Where to go on after the last `%`: one character more for it, and the pattern behind it.
        var retryText = -1
        var retryPattern = 0
        while true {
            if place < pattern.count {
                if isEscape(pattern, place, escape) {
                    let literal = place + (escape?.count ?? 0)
                    guard literal < pattern.count else {
                        throw QueryError(.invalidArgument, "LIKE pattern must not end with escape character")
                    }
                    if at < text.count, text[at] == pattern[literal] {
                        // The rest of a character of several bytes is compared as itself.
                        at += 1
                        place = literal + 1
                        continue
                    }
                } else if pattern[place] == 0x25 {
                    place += 1
                    retryText = at
                    retryPattern = place
                    continue
                } else if at < text.count {
                    if pattern[place] == 0x5F {
                        at = next(text, at)
                        place += 1
                        continue
                    }
                    if text[at] == pattern[place] {
                        at += 1
                        place += 1
                        continue
                    }
                }
            } else if at == text.count {
                return true
            }
            guard retryText >= 0, retryText < text.count else {
                try check(pattern, from: place, escape)
                return false
            }
            retryText = next(text, retryText)
            at = retryText
            place = retryPattern
        }
    }

    private static func isEscape(
        _ pattern: UnsafeRawBufferPointer, _ place: Int, _ escape: UnsafeRawBufferPointer?
    ) -> Bool {
        guard let escape, let first = escape.first, pattern[place] == first else { return false }
        return place + escape.count <= pattern.count
            && (escape.count == 1 || pattern[place..<place + escape.count].elementsEqual(escape))
    }

    /// A pattern that ends in the middle of an escape is refused, whether the text gets there or not.
    private static func check(
        _ pattern: UnsafeRawBufferPointer, from start: Int, _ escape: UnsafeRawBufferPointer?
    ) throws(QueryError) {
        guard let escape, !escape.isEmpty else { return }
        var place = start
        while place < pattern.count {
            if isEscape(pattern, place, escape) {
                place += escape.count
                if place >= pattern.count {
                    throw QueryError(.invalidArgument, "LIKE pattern must not end with escape character")
                }
            }
            place += 1
        }
    }

    private static func next(_ text: UnsafeRawBufferPointer, _ at: Int) -> Int {
        var at = at + 1
        while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
        return at
    }
}

extension FunctionCatalog {
    static let likeFunctions: [ScalarFunction] =
        [("~~", "LIKE", false), ("~~*", "ILIKE", true)].flatMap { name, word, ignoresCase in
            let summary =
                "`text \(word) pattern`: `%` stands for any characters, `_` for one"
                + (ignoresCase ? ", upper and lower case are the same." : ".")
            let example = ignoresCase ? ("'Stream' ILIKE 'str%'", "true") : ("'stream' LIKE 's_r%'", "true")
            return [
                ScalarFunction.ours(
                    name, [.text, .text], .boolean, FunctionDocumentation(.patterns, summary, example)
                ) { arguments, result in
                    result.set(try matches(arguments, "\\", ignoresCase))
                },
                .ours(
                    name, [.text, .text, .text], .boolean,
                    FunctionDocumentation(
                        .patterns, "The same with ESCAPE.", ("'50%' \(word) '50!%' ESCAPE '!'", "true"))
                ) { arguments, result in
                    let escape = arguments.text(2)
                    guard escape.unicodeScalars.count <= 1 else {
                        throw QueryError(.invalidArgument, "invalid escape string: it is one character or empty")
                    }
                    result.set(try matches(arguments, escape, ignoresCase))
                },
            ]
        }

    private static func matches(_ arguments: SQLiteArguments, _ escape: String, _ ignoresCase: Bool) throws -> Bool {
        var escape = ignoresCase ? Characters.lowered(escape) : escape
        return try escape.withUTF8 { escape in
            let escape = escape.isEmpty ? nil : UnsafeRawBufferPointer(escape)
            guard ignoresCase else {
                return try LikePattern.matches(arguments.bytes(0), arguments.bytes(1), escape: escape)
            }
            var text = Characters.lowered(arguments.text(0))
            var pattern = Characters.lowered(arguments.text(1))
            return try text.withUTF8 { text in
                try pattern.withUTF8 { pattern in
                    try LikePattern.matches(
                        UnsafeRawBufferPointer(text), UnsafeRawBufferPointer(pattern), escape: escape)
                }
            }
        }
    }
}
