/// A source that makes its own records, for demos and tests: `CREATE CONNECTION … TO impulse (…)`.
///
///     ImpulseConfiguration(eventRate: 100, messageCount: 1000)
///
/// Its columns are `counter BIGINT, subtask_index INT, timestamp TIMESTAMP`; it has no format.
public struct ImpulseConfiguration: Sendable, Hashable {
    /// Records a second, above zero and at most a billion; nil = as many as are taken (`event_rate`).
    public var eventRate: Double?
    /// Records in all, at least 0; nil = without end (`message_count`).
    public var messageCount: Int64?
    /// The distance between the timestamps of two records, above zero; nil = the time of making
    /// (`event_time_interval`).
    public var eventTimeInterval: Duration?

    /// Without arguments: as many records as are taken, without end.
    public init(eventRate: Double? = nil, messageCount: Int64? = nil, eventTimeInterval: Duration? = nil) {
        self.eventRate = eventRate
        self.messageCount = messageCount
        self.eventTimeInterval = eventTimeInterval
    }
}
