#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The rules of `topic_pattern`: a POSIX extended regular expression that matches a topic's whole name.
///
/// librdkafka compiles it with the platform's `regcomp`, and so does the check here. What other dialects have and POSIX
/// hasn't is refused by name, since `regcomp` would take it for something else: `\d` is a plain `d` to glibc.
enum TopicPattern {
    /// An expression for the whole name; the form that `rd_kafka_subscribe` takes for a pattern begins with `^`.
    static func anchored(_ pattern: String) -> String { "^(\(pattern))$" }

    /// A topic's name as an expression that matches nothing else.
    static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if "\\^$.|?*+()[]{}".contains(character) { text.append("\\") }
            text.append(character)
        }
    }

    static func check(_ pattern: String) throws(ConfigurationError) {
        guard !pattern.isEmpty else { throw refusal("is empty") }
        guard pattern.utf8.count <= 1000 else { throw refusal("is longer than 1,000 bytes") }
        guard pattern.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else { throw refusal("holds a control character") }
        try refuseOtherDialects(Array(pattern))
        guard repetitions(pattern) <= mostRepetitions else {
            throw refusal("repeats too much: its {…} multiply to more than \(mostRepetitions)")
        }
        if let reason = compilationError(anchored(pattern)) {
            throw refusal("isn't a POSIX extended regular expression: \(reason)")
        }
    }

    /// `regcomp` copies what an interval repeats, so nested intervals of 255 take gigabytes.
    private static let mostRepetitions = 100_000

    /// The intervals' upper bounds multiplied, wherever they stand.
    private static func repetitions(_ pattern: String) -> Int {
        pattern.split(separator: "{").dropFirst().reduce(1) { product, part in
            let bounds = part.prefix { $0 != "}" }.split(separator: ",").compactMap { Int($0) }
            let (result, overflow) = product.multipliedReportingOverflow(by: max(1, bounds.max() ?? 1))
            return overflow ? .max : result
        }
    }

    private static func refusal(_ reason: String, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(
            code: .invalidValue, option: "topic_pattern", message: "'topic_pattern' \(reason).", suggestion: suggestion)
    }

    /// POSIX's words for the classes that other dialects write with a backslash.
    private static let classes: [Character: String] = [
        "d": "[0-9]", "D": "[^0-9]", "w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]", "s": "[[:space:]]",
        "S": "[^[:space:]]",
    ]

    private static func refuseOtherDialects(_ pattern: [Character]) throws(ConfigurationError) {
        var index = 0
        var bracketStart: Int?
        while index < pattern.count {
            let character = pattern[index]
            let next = index + 1 < pattern.count ? pattern[index + 1] : nil
            if let start = bracketStart {
                // Within brackets a backslash is a backslash, but nobody who writes [\d] means that.
                if character == "\\", let next, let words = classes[next] {
                    throw refusal(
                        "has \\\(next) in brackets, which POSIX hasn't: write \(words.dropFirst().dropLast()) there")
                }
                let isFirst = index == start + 1 || (index == start + 2 && pattern[start + 1] == "^")
                if character == "[", next == ":" || next == "." || next == "=" {
                    index += 2
                    while index + 1 < pattern.count, !(pattern[index] == next && pattern[index + 1] == "]") {
                        index += 1
                    }
                    index += 2
                    continue
                }
                if character == "]", !isFirst { bracketStart = nil }
            } else if character == "[" {
                bracketStart = index
            } else if character == "\\" {
                if let next, let words = classes[next] {
                    throw refusal("has \\\(next), which POSIX hasn't: write \(words)")
                }
                if let next, next.isNumber { throw refusal("has \\\(next), a back-reference, which POSIX hasn't") }
                if let next, next.isLetter { throw refusal("has \\\(next), which POSIX hasn't") }
                index += 2
                continue
            } else if character == "(", next == "?" {
                throw refusal(groupAdvice(Array(pattern[index...].prefix(4))))
            } else if "*+?}".contains(character), next == "?" || next == "+" {
                throw refusal(
                    "has \(character)\(next ?? " "), a lazy or possessive quantifier, which POSIX hasn't: write "
                        + "\(character) alone, the whole name is matched anyway")
            }
            index += 1
        }
    }

    private static func groupAdvice(_ group: [Character]) -> String {
        switch String(group) {
        case let text where text.hasPrefix("(?="):
            "has a lookahead (?=…), which POSIX hasn't: spell out the names that match, as (a|b)-.*"
        case let text where text.hasPrefix("(?!"):
            "has a negative lookahead (?!…), which POSIX hasn't: spell out the names that match, as [^_].*, or give the "
                + "topics in 'topics'"
        case let text where text.hasPrefix("(?<=") || text.hasPrefix("(?<!"):
            "has a lookbehind (?<…), which POSIX hasn't: spell out the names that match"
        case let text where text.hasPrefix("(?:"): "has (?:…), which POSIX hasn't: write (…)"
        case let text where text.hasPrefix("(?i"): "has (?i), which POSIX hasn't: write [Aa] for either case"
        default: "has (?…), which POSIX hasn't: write (…)"
        }
    }

    /// What `regcomp` has against an expression; nil when it compiles.
    private static func compilationError(_ expression: String) -> String? {
        var compiled = regex_t()
        let code = regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB)
        guard code != 0 else {
            regfree(&compiled)
            return nil
        }
        var reason = [CChar](repeating: 0, count: 256)
        regerror(code, &compiled, &reason, reason.count)
        return String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
