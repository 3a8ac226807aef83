/// Names, strings and options as Flink's SQL writes them.
enum FlinkText {
    /// A name in backquotes, which every name may stand in; Flink tells cases apart.
    static func name(_ name: String) -> String { "`\(name.replacing("`", with: "``"))`" }

    /// A string.
    static func string(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// A comment of one line or several.
    static func comment(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "-- \($0)" }.joined(separator: "\n")
    }
}

/// The WITH clause of a table, in order, each key once.
struct FlinkOptions: Sendable {
    private(set) var entries: [(key: String, value: String)] = []

    subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

    /// Sets a value, instead of the one that was there.
    mutating func set(_ key: String, _ value: String) {
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append((key, value))
        }
    }

    /// A property of Kafka's own clients.
    mutating func property(_ name: String, _ value: String) { set("properties.\(name)", value) }

    /// `WITH ( … )`, a line for each.
    var sql: String {
        let lines = entries.map { "  \(FlinkText.string($0.key)) = \(FlinkText.string($0.value))" }
        return "WITH (\n\(lines.joined(separator: ",\n"))\n)"
    }
}
