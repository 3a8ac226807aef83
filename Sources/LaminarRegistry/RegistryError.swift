/// Why a registry gave no schema, or took none, in a sentence that says what to do.
///
/// Names the registry's host and the schema's id or subject; never credentials, never a record.
public struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which kind; open, so that new ones break nobody.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// The registry doesn't know the schema, the subject or the version.
        public static let notFound = Code("not_found")
        /// It doesn't let this client in.
        public static let unauthorized = Code("unauthorized")
        /// It can't be reached, or says that it can't answer now.
        public static let unavailable = Code("unavailable")
        /// No TLS with it.
        public static let tls = Code("tls")
        /// What it answered isn't a registry's answer.
        public static let invalidResponse = Code("invalid_response")
        /// It sends the client elsewhere.
        public static let redirected = Code("redirected")
        /// It refuses a schema that isn't compatible with the subject's earlier ones.
        public static let incompatible = Code("incompatible")
        /// It refuses a schema that isn't one.
        public static let invalidSchema = Code("invalid_schema")
        /// The schema is in another language than the table says.
        public static let otherLanguage = Code("other_language")
        /// Fields are encrypted by rules that this library doesn't follow.
        public static let encrypted = Code("encrypted")
        /// A URL, a certificate or an option can't be used.
        public static let configuration = Code("configuration")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
    }

    /// Which kind.
    public let code: Code
    /// What, where and the cure.
    public let message: String

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: without credentials.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// Whether another endpoint of the same registry may do better.
    var isEndpoints: Bool { [.unavailable, .tls, .invalidResponse, .redirected].contains(code) }

    /// Whether the same question may be answered later: an outage, never bad data.
    public var isTransient: Bool { code == .unavailable }
}
