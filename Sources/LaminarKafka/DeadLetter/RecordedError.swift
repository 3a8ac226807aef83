public import LaminarFormats

/// An error that a source met, as ``KafkaSource/recentErrors`` and ``Laminar/errors`` keep it.
///
///     for error in laminar.errors { print(error.time, error.source, error.outcome, error.message) }
///
/// It names places and reasons, never a byte of a payload and never a secret.
public struct RecordedError: Sendable, Hashable, CustomStringConvertible {
    /// What became of it.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// A record was passed over (`bad_data` = `skip`).
        case skipped
        /// A record was written to the dead letter topic (`bad_data` = `dlq`).
        case deadLettered = "dead_lettered"
        /// Trouble that is retried.
        case retried
        /// The source ended.
        case failed
    }

    /// When it was noted, by this machine's clock.
    public let time: Timestamp
    /// The connection's name, or the group's id for a source that was made in code.
    public let source: String
    /// What became of it.
    public let outcome: Outcome
    /// Which kind: the name of a `DecodeFailure.Code` or of a ``KafkaError/Code``; the error's type for any other.
    public let reason: String
    /// The topic of the record; nil where it concerns none.
    public let topic: String?
    /// The partition of the record.
    public let partition: Int32?
    /// The offset of the record.
    public let offset: Int64?
    /// What happened, in words.
    public let message: String

    init(_ error: any Error, _ outcome: Outcome, source: String, time: Timestamp) {
        self.time = time
        self.source = source
        self.outcome = outcome
        switch error {
        case let error as DecodeError:
            reason = error.failure.code.name
            topic = error.topic
            partition = error.partition
            offset = error.offset
            message = error.reason
        case let error as KafkaError:
            reason = error.code.description
            topic = nil
            partition = nil
            offset = nil
            message = error.message
        default:
            reason = "\(type(of: error))"
            topic = nil
            partition = nil
            offset = nil
            message = "\(error)"
        }
    }

    /// One line: time, source, outcome and message.
    public var description: String { "\(time) \(source) \(outcome.rawValue): \(message)" }
}
