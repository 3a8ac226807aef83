/// Why a catalog can't be handed to Apache Flink, or a Flink script not taken over.
///
///     catch let error as FlinkError { for refusal in error.refusals { print(refusal) } }
///
/// Everything that stands in the way is named at once, so that one look tells how far away a script is.
public struct FlinkError: Error, Sendable, Hashable {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as it is printed.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// Something has no equivalent on the other side.
        public static let noEquivalent = Code("no equivalent")
        /// The catalog has nothing of that name.
        public static let unknownName = Code("unknown name")
        /// There is no checkpoint to start from, or it can't be said in Flink's words.
        public static let noCheckpoint = Code("no checkpoint")
    }

    /// One thing that has no equivalent.
    public struct Refusal: Sendable, Hashable, CustomStringConvertible {
        /// What it belongs to: `table orders`, `pipeline spend`, `option bad_data`.
        public let subject: String
        /// What there isn't, and what to do instead.
        public let reason: String

        /// Subject and reason.
        public var description: String { "\(subject): \(reason)" }
    }

    /// What went wrong.
    public let code: Code
    /// What has no equivalent, each with what to do instead; empty with other codes.
    public let refusals: [Refusal]
    /// One sentence for a person; with refusals, a line for each.
    public let message: String

    init(code: Code, message: String) {
        self.code = code
        self.message = message
        refusals = []
    }

    init(refusals: [Refusal]) {
        code = .noEquivalent
        self.refusals = refusals
        message = refusals.map(\.description).joined(separator: "\n")
    }
}

extension FlinkError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

/// What is found on the way: what has no equivalent, and what is a little different on the other side.
struct FlinkFindings: Sendable {
    private(set) var refusals: [FlinkError.Refusal] = []
    private(set) var notices: [String] = []
    /// What is being looked at, for the refusals.
    var subject = ""

    mutating func refuse(_ reason: String) {
        let refusal = FlinkError.Refusal(subject: subject, reason: reason)
        if !refusals.contains(refusal) { refusals.append(refusal) }
    }

    /// A difference that a person should know, once.
    mutating func note(_ notice: String) {
        let text = subject.isEmpty ? notice : "\(subject): \(notice)"
        if !notices.contains(text) { notices.append(text) }
    }

    /// - Throws: ``FlinkError`` where anything was refused.
    func check() throws(FlinkError) {
        if !refusals.isEmpty { throw FlinkError(refusals: refusals) }
    }
}
