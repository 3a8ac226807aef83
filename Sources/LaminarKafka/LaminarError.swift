public import LaminarSQL

/// What a ``Laminar`` refuses: a name that isn't there, or is there already, or is in use; a column that can't be;
/// something that this version doesn't do.
///
///     catch let error as LaminarError where error.code == .inUse { … }
public struct LaminarError: Error, Sendable, Hashable {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as it is printed.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// The catalog has nothing of that name.
        public static let unknownName = Code("unknown name")
        /// The name is taken by something with another definition.
        public static let alreadyExists = Code("already exists")
        /// A table and a connection both have the name; the statement must say which is meant.
        public static let ambiguousName = Code("ambiguous name")
        /// It can't go while something uses it.
        public static let inUse = Code("in use")
        /// A name that Laminar or SQLite keeps for itself.
        public static let reservedName = Code("reserved name")
        /// A query that has no continuous meaning; the message says why, and what to do instead.
        public static let notContinuous = Code("not continuous")
        /// An option of a pipeline that there isn't, or a value that it can't have.
        public static let invalidOption = Code("invalid option")
        /// Another process has taken over what this one was doing.
        public static let takenOver = Code("taken over")
        /// Somebody else reads it already.
        public static let alreadyRead = Code("already read")
        /// A column that the table can't have.
        public static let invalidColumn = Code("invalid column")
        /// The table's columns aren't given and can't be found out.
        public static let missingColumns = Code("missing columns")
        /// A connection of the wrong kind: a sink where a source is needed.
        public static let wrongKind = Code("wrong kind")
        /// This version doesn't do it; the message says what it does instead.
        public static let notAvailable = Code("not available")
        /// The catalog holds a definition that this version can't read.
        public static let unreadableDefinition = Code("unreadable definition")
        /// `shutdown()` was called.
        public static let shutDown = Code("shut down")
    }

    /// What went wrong.
    public let code: Code
    /// One or two sentences for a person: what, where and the cure.
    public let message: String
    /// The name that was probably meant.
    public let suggestion: String?
    /// Where it stands in the script; nil where no script is involved.
    public let position: SQL.Position?

    /// Makes an error; `message` must not hold a secret.
    public init(code: Code, message: String, suggestion: String? = nil, position: SQL.Position? = nil) {
        self.code = code
        self.message = message
        self.suggestion = suggestion
        self.position = position
    }
}

extension LaminarError: CustomStringConvertible {
    /// The message, and the suggestion where there is one.
    public var description: String {
        guard let suggestion else { return message }
        return "\(message) Did you mean \(suggestion)?"
    }
}
