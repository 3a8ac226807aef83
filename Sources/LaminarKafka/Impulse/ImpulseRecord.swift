public import LaminarFormats

/// What an impulse makes: a number, the part of the source that made it, and a time.
public struct ImpulseRecord: Sendable, Hashable, Codable {
    /// From 0, without a gap.
    public let counter: Int64
    /// Always 0: there is one part.
    public let subtaskIndex: Int32
    /// The time of making; with `event_time_interval` the start and that many intervals.
    public let timestamp: Timestamp

    enum CodingKeys: String, CodingKey {
        case counter
        case subtaskIndex = "subtask_index"
        case timestamp
    }

    /// The columns that every impulse has.
    package static let columns = [
        ColumnSchema("counter", .bigint, isNullable: false), ColumnSchema("subtask_index", .int, isNullable: false),
        ColumnSchema("timestamp", .timestamp, isNullable: false),
    ]
}
