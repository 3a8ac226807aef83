/// The rules of `topic_pattern`.
enum TopicPattern {
    /// A topic's name as an expression that matches nothing else.
    static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if "\\^$.|?*+()[]{}".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
