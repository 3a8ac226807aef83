/// How far a connection comes, stage by stage, and what to check where it ends.
///
///     let report = try await laminar.testConnection("shop")
///     guard report.isOK else { print(report); … }
///     // failed at sasl: b1:9093 refuses the user or the password (PLAIN): check 'auth.username' and …
///
/// The columns of `SELECT test_connection('shop')` are ``isOK``, ``stage``, ``message`` and ``latency``.
public struct ConnectionReport: Sendable, CustomStringConvertible {
    /// What is tried, in this order.
    public enum Stage: String, Sendable, CaseIterable {
        /// The names of the bootstrap servers.
        case dns
        /// A connection to one of them.
        case tcp
        /// Encryption, certificates, the host's name.
        case tls
        /// The login.
        case sasl
        /// A broker's answer to who we are now.
        case metadata
        /// The topics are there, and may be read or written; a source's group may be used.
        case topic
        /// The schema registry answers, and lets us in.
        case registry
    }

    /// One stage.
    public struct Check: Sendable, Hashable {
        /// How it ended.
        public enum Outcome: String, Sendable {
            /// It is fine.
            case passed
            /// Here it ends; the message says what to check.
            case failed
            /// This connection has no such stage.
            case notNeeded
            /// An earlier stage failed.
            case notReached
        }

        /// Which one.
        public let stage: Stage
        /// How it ended.
        public let outcome: Outcome
        /// What was found, or what to check; without secrets.
        public let message: String
        /// How long it took; zero where nothing was done.
        public let latency: Duration
    }

    /// All seven, in order.
    public let checks: [Check]
    /// How long everything took: at most 30 s, and a moment.
    public let latency: Duration

    /// The stage that failed; nil where none did.
    public var failure: Check? { checks.first { $0.outcome == .failed } }
    /// Whether no stage failed.
    public var isOK: Bool { failure == nil }
    /// The stage that failed, else the last that was done.
    public var stage: Stage { failure?.stage ?? checks.last { $0.outcome == .passed }?.stage ?? .dns }
    /// What to check, or what was found.
    public var message: String { failure?.message ?? checks.last { $0.outcome == .passed }?.message ?? "" }

    /// One line a stage.
    public var description: String {
        checks.map { check in
            let milliseconds = check.latency / .milliseconds(1)
            let time = check.latency > .zero ? " (\(Int(milliseconds.rounded(.up))) ms)" : ""
            return "\(check.stage.rawValue): \(check.outcome.rawValue)\(time)"
                + (check.message.isEmpty ? "" : ": \(check.message)")
        }
        .joined(separator: "\n")
    }
}
