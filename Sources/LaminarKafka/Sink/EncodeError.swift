public import LaminarFormats

/// A value that a sink could not write as a record. Names the topic, the field and the reason, never what is in it.
public struct EncodeError: Error, Sendable, CustomStringConvertible {
    /// Where the record would have gone.
    public let topic: String
    /// The format that it should have had.
    public let format: String
    /// The reason and the field's path.
    public let failure: EncodeFailure

    /// Makes an error.
    public init(topic: String, format: String, failure: EncodeFailure) {
        self.topic = topic
        self.format = format
        self.failure = failure
    }

    /// One sentence with place and reason.
    public var description: String {
        "A value can't be written to \(topic) as \(format): \(failure). Nothing was sent."
    }
}
