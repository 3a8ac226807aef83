/// Why no response came. Names the server, never a header or a body.
public struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which kind; open, so that a later version can add one.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// Not a URL that can be asked.
        public static let badURL = Code("bad_url")
        /// The host's name isn't known.
        public static let dns = Code("dns")
        /// Nobody answers there, or the connection broke.
        public static let connection = Code("connection")
        /// No TLS with that server: its certificate, our certificate, or no common version.
        public static let tls = Code("tls")
        /// The time-out passed.
        public static let timeout = Code("timeout")
        /// The response is larger than the client takes.
        public static let tooLarge = Code("too_large")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
        /// A file with certificates or a key can't be used.
        public static let configuration = Code("configuration")
    }

    /// Which kind.
    public let code: Code
    /// What, where and what to check, in a sentence.
    public let message: String

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: without secrets: no header, no body, no user in a URL.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// Whether the same request may succeed a little later.
    public var isTransient: Bool { [.dns, .connection, .timeout].contains(code) }
}
