/// Why a secret could not be had. Names the secret, never its value.
public struct SecretError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// No provider knows the name.
        public static let missing = Code("missing")
        /// The name is known and its source can't be read.
        public static let unreadable = Code("unreadable")
        /// `${secret:…` without its closing brace, or without a name.
        public static let malformed = Code("malformed")
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for a person.
    public let message: String

    /// Makes an error; `message` must not hold a secret.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
