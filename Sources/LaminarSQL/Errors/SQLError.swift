/// What is wrong with a SQL text, and where.
///
///     do { try SQL.parse("SELCT 1") } catch { print(error) }
///
///     1:1: SELCT is not the beginning of a statement
///     SELCT 1
///     ^
///     expected SELECT, CREATE, …; did you mean SELECT?
///
/// The drawn line is windowed where it is long, and the values of options whose keys look like secrets are masked.
/// Other rooms throw it too, to point at an option or a name of a statement that parses but means nothing.
public struct SQLError: Error, Sendable {
    /// The kind of mistake. Open: new codes may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, stable over versions.
        public let name: String

        /// A code of a room's own.
        public init(_ name: String) { self.name = name }

        /// The text is not SQL as it is spoken here.
        public static let syntax = Code("syntax")
        /// A string, quoted name or comment is not closed.
        public static let unterminated = Code("unterminated")
        /// A character, number or escape that no token begins with or contains.
        public static let invalidToken = Code("invalidToken")
        /// Known from other products and absent here; the message tells the way to do it here.
        public static let unsupported = Code("unsupported")
        /// Nested deeper than is allowed.
        public static let tooDeep = Code("tooDeep")
        /// The text is longer than is allowed.
        public static let tooLong = Code("tooLong")
        /// The statement parses but means nothing: an unknown name, a wrong value.
        public static let semantic = Code("semantic")

        /// The code's name.
        public var description: String { name }
    }

    // One word, so that a function that throws it needs no room for it on the stack: the parser is recursive.
    private final class Storage: Sendable {
        let code: Code
        let message: String
        let position: SQL.Position
        let expectation: String?
        let suggestion: String?
        let excerpt: SourceExcerpt

        init(
            _ code: Code, _ message: String, _ position: SQL.Position, _ expectation: String?, _ suggestion: String?,
            _ excerpt: SourceExcerpt
        ) {
            self.code = code
            self.message = message
            self.position = position
            self.expectation = expectation
            self.suggestion = suggestion
            self.excerpt = excerpt
        }
    }

    private let storage: Storage

    /// The kind of mistake.
    public var code: Code { storage.code }
    /// What is wrong, without a final period. It never holds the text of a string.
    public var message: String { storage.message }
    /// Where it is.
    public var position: SQL.Position { storage.position }
    /// What was expected instead.
    public var expectation: String? { storage.expectation }
    /// What was probably meant.
    public var suggestion: String? { storage.suggestion }
    /// The line in which the mistake is, or a window of it; control characters are replaced and secrets masked.
    public var sourceLine: String { storage.excerpt.line }
    /// How many characters of ``sourceLine`` stand before the mistake.
    public var caretOffset: Int { storage.excerpt.caretOffset }
    /// The line, from 1.
    public var line: Int { position.line }
    /// The column in Unicode scalars, from 1.
    public var column: Int { position.column }

    /// An error that points into a text.
    ///
    /// - Parameters:
    ///   - position: A position of the syntax tree that `sourceText` was parsed into.
    ///   - sourceText: The whole script. Only the line around `position` is kept.
    public init(
        code: Code, message: String, at position: SQL.Position, in sourceText: String, expected: String? = nil,
        suggestion: String? = nil
    ) {
        storage = Storage(
            code, message, position, expected, suggestion, SourceExcerpt(of: sourceText, around: position.offset))
    }
}

extension SQLError: CustomStringConvertible {
    /// Position and message, the line with a caret below, expectation and suggestion.
    public var description: String {
        var text = "\(line):\(column): \(message)"
        if !sourceLine.isEmpty {
            text += "\n\(sourceLine)\n"
            for character in sourceLine.prefix(caretOffset) { text.append(character == "\t" ? "\t" : " ") }
            text += "^"
        }
        var advice: [String] = []
        if let expectation { advice.append("expected \(expectation)") }
        if let suggestion { advice.append("did you mean \(suggestion)?") }
        if !advice.isEmpty { text += "\n" + advice.joined(separator: "; ") }
        return text
    }
}
