/// Topics and patterns in Flink's words.
enum FlinkTopics {
    /// What keeps Kafka's own topics out of a pattern, and the dead letter topics that Laminar excludes.
    static let hidden = "(?!__)"

    /// The POSIX expression as Java's, for the whole name.
    static func pattern(_ pattern: String) -> String { "\(hidden)(\(java(pattern)))" }

    /// The POSIX expression again; nil where this isn't one that ``pattern(_:)`` made.
    static func posix(_ text: String) -> String? {
        guard text.hasPrefix(hidden + "("), text.hasSuffix(")") else { return nil }
        let inner = text.dropFirst(hidden.count + 1).dropLast()
        return classes.reduce(String(inner)) { $0.replacing("\\p{\($1.java)}", with: "[:\($1.posix):]") }
    }

    private static let classes: [(posix: String, java: String)] = [
        ("alpha", "Alpha"), ("digit", "Digit"), ("alnum", "Alnum"), ("lower", "Lower"), ("upper", "Upper"),
        ("punct", "Punct"), ("space", "Space"), ("xdigit", "XDigit"), ("blank", "Blank"), ("cntrl", "Cntrl"),
        ("graph", "Graph"), ("print", "Print"),
    ]

    private static func java(_ pattern: String) -> String {
        classes.reduce(pattern) { $0.replacing("[:\($1.posix):]", with: "\\p{\($1.java)}") }
    }
}
