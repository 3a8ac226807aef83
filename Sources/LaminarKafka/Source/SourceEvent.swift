/// What happens to a source apart from its records; see ``KafkaSource/events``.
public enum SourceEvent: Sendable {
    /// These partitions are now read by this process.
    case assigned(Set<TopicPartition>)
    /// These were given back after the host finished what it had of them.
    case revoked(Set<TopicPartition>)
    /// These were taken away: somebody else may have read what wasn't committed.
    case lost(Set<TopicPartition>)
    /// The group took these positions (next offsets to read).
    case committed([TopicPartition: Int64])
    /// A record was skipped because it couldn't be decoded.
    case skipped(DecodeError)
    /// A record that couldn't be decoded was written to the dead letter topic, whose brokers have it.
    case deadLettered(DecodeError)
    /// Trouble that is being retried.
    case trouble(KafkaError)
    /// The state changed.
    case state(SourceState)
}
