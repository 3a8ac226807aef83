/// Kafka's rule for the name of a topic: 1 to 249 letters, digits, `.`, `_` and `-`, and neither `.` nor `..`.
///
/// The rule also keeps a name from being read as an expression: librdkafka takes what begins with `^` for one.
enum TopicName {
    static let longest = 249

    static func check(_ name: String, option: String) throws(ConfigurationError) {
        func refusal(_ reason: String) -> ConfigurationError {
            ConfigurationError(
                code: .invalidValue, option: option, message: "'\(option)': '\(name.shortened)' \(reason).")
        }
        guard !name.isEmpty else {
            throw ConfigurationError(code: .invalidValue, option: option, message: "'\(option)' names no topic.")
        }
        guard name.utf8.count <= longest else { throw refusal("is longer than \(longest) characters") }
        guard name != ".", name != ".." else { throw refusal("can't be a topic's name") }
        if let wrong = name.unicodeScalars.first(where: { !isAllowed($0) }) {
            let cure: String
            switch wrong {
            case ",": cure = "; several topics go into 'topics'"
            case "*", "^", "$", "[", "(", "|", "+", "?": cure = "; an expression goes into 'topic_pattern'"
            default: cure = ""
            }
            throw refusal("holds a character that no topic's name has, \(described(wrong))\(cure)")
        }
    }

    private static func described(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": "a blank"
        case _ where scalar.value < 32 || scalar.value == 127: "a control character"
        default: "'\(scalar)'"
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }
}
