/// Why a dashboard can't be served.
public struct DashboardError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The address can't be read.
        public static let address = Code("address")
        /// The address can be reached from other machines, and nobody allowed that.
        public static let remote = Code("remote")
        /// The system doesn't give the port.
        public static let taken = Code("taken")
    }

    /// What went wrong.
    public let code: Code
    /// What, and what to do.
    public let message: String
    /// The message.
    public var description: String { message }
}
