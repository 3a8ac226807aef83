/// Why a request couldn't be signed or credentials couldn't be had. Names sources, files and services, never a key, a token
/// or what a service answered with.
public struct AWSError: Error, Sendable, CustomStringConvertible {
    /// Which kind; open, so that a later version can add one.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// No link of the chain had credentials.
        public static let noCredentials = Code("no_credentials")
        /// A variable, a file or a profile is wrong.
        public static let configuration = Code("configuration")
        /// A way to get credentials that isn't taken here: a process, SSO, a second factor.
        public static let unsupported = Code("unsupported")
        /// A service answered, and said no.
        public static let refused = Code("refused")
        /// A service didn't answer, or said that it can't now.
        public static let unavailable = Code("unavailable")
        /// A service answered something that isn't its format.
        public static let malformedAnswer = Code("malformed_answer")
        /// The request has no URL that can be signed, or the system's cryptography refused to work.
        public static let signing = Code("signing")
    }

    /// Which kind.
    public let code: Code
    /// What, where and the cure, in a sentence or two.
    public let message: String
    /// What lies below, if anything does.
    public let underlying: (any Error)?

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: without secrets.
    ///   - underlying: what lies below.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }

    /// Whether the same may succeed a little later.
    public var isTransient: Bool { code == .unavailable }
}
