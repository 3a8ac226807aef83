package import LaminarFormats

/// How an open source stands at one time, for `system.connections` and `system.kafka_partitions`.
package struct SourceStanding: Sendable {
    /// Where it stands.
    package var state: SourceState
    /// When its clients were polled last; nil before.
    package var lastPoll: Timestamp?
    /// The partitions that are its own, each with the next offset to process; nil until something of it was processed.
    package var positions: [TopicPartition: Int64?]
    /// Those of them that wait for something.
    package var paused: Set<TopicPartition>

    package init(
        state: SourceState, lastPoll: Timestamp? = nil, positions: [TopicPartition: Int64?] = [:],
        paused: Set<TopicPartition> = []
    ) {
        self.state = state
        self.lastPoll = lastPoll
        self.positions = positions
        self.paused = paused
    }
}

/// An open source with the table that it was opened for.
struct OpenStanding: Sendable {
    let table: String
    let standing: SourceStanding
}
