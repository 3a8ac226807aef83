/// Why a broker, a client or a process for tests isn't there, in one sentence for a person.
public struct FixtureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// What it needs (Java, jars, a Python package) can't be had on this machine.
        public static let unavailable = Code("unavailable")
        /// It was there and could not be started.
        public static let start = Code("start")
        /// The broker refused, or did not answer in time.
        public static let broker = Code("broker")
        /// A process ended with a failure.
        public static let process = Code("process")
        /// It was used after its end.
        public static let closed = Code("closed")
    }

    /// What went wrong.
    public let code: Code
    /// What, where and the cure.
    public let message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
