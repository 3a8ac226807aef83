/// A format or a schema that can't work, found before any record is read.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which mistake; open, so that a later version can add one.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs show it.
        public let name: String
        /// A code of a host's own format.
        public init(_ name: String) { self.name = name }
        /// Two columns of one name, an impossible type.
        public static let schema = Code("schema")
        /// An option that the format doesn't know, or a value that it can't take.
        public static let option = Code("option")
        /// No format of that name.
        public static let unknownFormat = Code("unknown_format")
        /// A format that can be read and not written.
        public static let unwritable = Code("unwritable")
        /// A column that the format can't fill.
        public static let column = Code("column")
    }

    /// Which mistake.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    /// - Parameters:
    ///   - code: which mistake.
    ///   - message: one or two sentences: what, where and the cure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
