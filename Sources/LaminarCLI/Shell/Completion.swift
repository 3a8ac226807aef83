internal import LaminarSQL

/// What Tab may add to what stands before the cursor.
///
///     Completion(names).result(for: "SELECT * FROM ord")      // insertion "ers "
///
/// Pure: takes the text from the statement's beginning and the names that there are. Names come where names may stand,
/// options inside the parentheses of CREATE CONNECTION and WITH, and keywords everywhere.
struct Completion: Sendable, Equatable {
    /// What the catalog holds.
    struct Names: Sendable, Equatable {
        var tables: [String] = []
        var connections: [String] = []
        var pipelines: [String] = []
        var columns: [String: [String]] = [:]
    }

    struct Result: Sendable, Equatable {
        /// What goes in at the cursor: all candidates begin with it.
        var insertion = ""
        /// The whole words, where there is a choice.
        var candidates: [String] = []

        /// The candidates in columns of equal width, for a terminal of 80.
        var list: String {
            let width = (candidates.map(\.count).max() ?? 0) + 2
            let perLine = max(1, 80 / width)
            var text = ""
            for (index, word) in candidates.enumerated() {
                let isLast = index == candidates.count - 1 || index % perLine == perLine - 1
                text += isLast ? word : word.padded(to: width)
                if index % perLine == perLine - 1, index < candidates.count - 1 { text += "\n" }
            }
            return text
        }
    }

    private let names: Names
    private let options: [String]

    init(_ names: Names, options: [String] = []) {
        self.names = names
        self.options = options
    }

    /// - Parameter text: everything of the statement that stands before the cursor.
    func result(for text: String) -> Result {
        let word = Self.lastWord(of: text)
        let candidates = self.candidates(before: text.dropLast(word.count), word)
        guard let first = candidates.first else { return Result() }
        guard candidates.count > 1 else {
            return Result(insertion: String(first.dropFirst(word.count)) + " ", candidates: candidates)
        }
        return Result(
            insertion: String(Self.commonStart(candidates).dropFirst(word.count)), candidates: candidates)
    }

    private func candidates(before text: Substring, _ word: String) -> [String] {
        if word.hasPrefix("\\") { return MetaCommand.words.filter { $0.hasPrefix(word) } }
        let words = Self.words(of: text)
        let previous = words.last?.lowercased() ?? ""
        if text.first == "\\", !text.hasPrefix("\\follow ") {
            return matching(names.tables + names.connections + names.pipelines, word)
        }
        switch previous {
        case "from", "join", "into", "describe", "consume": return matching(readable, word)
        case "table": return matching(names.tables, word)
        case "connection": return matching(names.connections, word)
        case "pipeline": return matching(names.pipelines, word)
        default: break
        }
        if Self.isInsideOptions(text) { return matching(options, word) }
        let columns = words.flatMap { names.columns[$0.lowercased()] ?? [] }
        let found = matching(columns + readable, word)
        if word.isEmpty { return found }
        return found + keywords(word)
    }

    private var readable: [String] { names.tables + names.pipelines + Self.systemTables }

    private static let systemTables = [
        "system.connections", "system.kafka_brokers", "system.kafka_consumer_groups", "system.kafka_errors",
        "system.kafka_partitions", "system.pipelines",
    ]

    /// Keywords in the case in which the word was begun.
    private func keywords(_ word: String) -> [String] {
        let isLower = word.allSatisfy { !$0.isUppercase }
        let upper = word.uppercased()
        return SQL.keywords.filter { $0.hasPrefix(upper) }.map { isLower ? $0.lowercased() : $0 }
    }

    private func matching(_ all: [String], _ word: String) -> [String] {
        Set(all.filter { $0.hasPrefix(word) }).sorted()
    }

    private static func isInsideOptions(_ text: Substring) -> Bool {
        guard let open = text.lastIndex(of: "("), !text[open...].contains(")") else { return false }
        let before = words(of: text[..<open]).suffix(2).map { $0.lowercased() }
        return before.last == "with" || before.first == "to" && before.count == 2
    }

    private static func words(of text: Substring) -> [String] {
        text.split { !isWordCharacter($0) }.map(String.init)
    }

    private static func lastWord(of text: String) -> String {
        let word = text.reversed().prefix { isWordCharacter($0) || $0 == "\\" }
        return String(word.reversed())
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "."
    }

    private static func commonStart(_ words: [String]) -> String {
        guard let first = words.first else { return "" }
        return words.dropFirst().reduce(first) { common, word in
            String(zip(common, word).prefix { $0 == $1 }.map(\.0))
        }
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
