/// A login module with its options, as `sasl.jaas.config` has it: `a.b.PlainLoginModule required username="u" …;`.
struct FlinkJAAS {
    /// The class without its package.
    let module: String
    private let options: [String: String]

    subscript(option: String) -> String? { options[option] }

    /// - Returns: nil where the text isn't one.
    init?(_ text: String) {
        var rest = text[...].drop(while: \.isWhitespace)
        let name = rest.prefix { !$0.isWhitespace }
        guard let module = name.split(separator: ".").last else { return nil }
        self.module = String(module)
        rest = rest.dropFirst(name.count)
        var options: [String: String] = [:]
        while let equals = rest.firstIndex(of: "=") {
            guard let key = rest[..<equals].split(whereSeparator: \.isWhitespace).last else { return nil }
            rest = rest[rest.index(after: equals)...]
            let value: String
            (value, rest) = Self.value(rest)
            options[String(key)] = value
        }
        self.options = options
    }

    private static func value(_ text: Substring) -> (String, Substring) {
        guard text.first == "\"" else {
            let word = text.prefix { !$0.isWhitespace && $0 != ";" }
            return (String(word), text.dropFirst(word.count))
        }
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
        }
        return (value, rest)
    }
}
