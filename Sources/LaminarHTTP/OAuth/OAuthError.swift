/// Why no token came. Names the endpoint and the RFC's code, never a secret, a token or a description that the server wrote.
public struct OAuthError: Error, Sendable, CustomStringConvertible {
    /// Which kind; open, so that a later version can add one.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// The endpoint isn't a URL, or the client's id is empty.
        public static let configuration = Code("configuration")
        /// `invalid_client`: the id or the secret is wrong.
        public static let invalidClient = Code("invalid_client")
        /// `invalid_scope`: the scope isn't known, or isn't this client's.
        public static let invalidScope = Code("invalid_scope")
        /// `unauthorized_client`, `unsupported_grant_type`: the client may not use client credentials there.
        public static let notAllowed = Code("not_allowed")
        /// Any other refusal.
        public static let refused = Code("refused")
        /// No answer, or one that says that there is none now.
        public static let unavailable = Code("unavailable")
        /// An answer that isn't a token's.
        public static let malformedAnswer = Code("malformed_answer")
    }

    /// Which kind.
    public let code: Code
    /// What, where and the cure, in a sentence.
    public let message: String
    /// What lies below, if anything does.
    public let underlying: HTTPError?

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: without secrets.
    ///   - underlying: what lies below.
    public init(_ code: Code, _ message: String, underlying: HTTPError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }

    /// Whether the same may succeed a little later.
    public var isTransient: Bool { code == .unavailable }
}
