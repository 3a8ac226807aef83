/// What kept a query from giving its next row: a value that a function refuses, a limit, a cancellation.
///
/// The messages are PostgreSQL's where it has one, and never hold a value of the data.
public struct QueryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, stable over versions.
        public let description: String
        init(_ name: String) { description = name }

        /// A text isn't a value of the type that it is cast to.
        public static let invalidText = Code("invalidText")
        /// A number or a time is out of its type's range.
        public static let outOfRange = Code("outOfRange")
        /// A division by zero.
        public static let divisionByZero = Code("divisionByZero")
        /// An argument that the function has no answer for.
        public static let invalidArgument = Code("invalidArgument")
        /// The query was cancelled.
        public static let cancelled = Code("cancelled")
        /// There was no memory, or a value larger than the engine takes.
        public static let outOfMemory = Code("outOfMemory")
        /// The engine did what it shouldn't: a fault of the library's.
        public static let engine = Code("engine")
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence for a person.
    public let message: String

    /// Makes an error; `message` must hold no value of the data.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
