public import LaminarFormats

/// A record that could not be decoded, under `bad_data = 'fail'`. Names where it lies and why, never what is in it.
///
/// The source has delivered everything before it, and a restart resumes at it.
public struct DecodeError: Error, Sendable, CustomStringConvertible {
    /// The record's topic.
    public let topic: String
    /// The record's partition.
    public let partition: Int32
    /// The record's offset.
    public let offset: Int64
    /// The format that it should have had.
    public let format: String
    /// The reason and the field's path.
    public let failure: DecodeFailure

    /// Makes an error.
    public init(topic: String, partition: Int32, offset: Int64, format: String, failure: DecodeFailure) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.format = format
        self.failure = failure
    }

    /// One sentence with place, reason and cure.
    public var description: String {
        reason + " Mend or skip it (bad_data = 'skip' or 'dlq'); a restart resumes at this record."
    }

    /// The same without the cure, for a record that was passed over.
    var reason: String { "The record at \(topic)[\(partition)]@\(offset) isn't valid \(format): \(failure)." }
}
