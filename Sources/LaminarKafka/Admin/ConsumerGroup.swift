/// A consumer group as its coordinator knows it.
public struct ConsumerGroup: Sendable, Hashable {
    /// Where a group stands, in Kafka's words; open, since brokers bring new ones.
    public struct State: Hashable, Sendable, CustomStringConvertible {
        /// Kafka's word for it.
        public let description: String
        init(_ description: String) { self.description = description }

        /// The broker doesn't say, or this user may not know.
        public static let unknown = State("Unknown")
        /// Members are coming or going.
        public static let preparingRebalance = State("PreparingRebalance")
        /// The partitions are being handed out.
        public static let completingRebalance = State("CompletingRebalance")
        /// Members read.
        public static let stable = State("Stable")
        /// There is no such group.
        public static let dead = State("Dead")
        /// There are offsets and no members.
        public static let empty = State("Empty")
    }

    /// One of those who share the group's partitions.
    public struct Member: Sendable, Hashable {
        /// What the coordinator calls it.
        public let id: String
        /// What it calls itself (`client.id`).
        public let clientID: String
        /// Its name that stays the same over restarts (`group.instance.id`); nil where it has none.
        public let instanceID: String?
        /// Where it connects from, as the broker sees it.
        public let host: String
        /// The partitions that it has now.
        public let partitions: [TopicPartition]
    }

    /// The group's id.
    public let id: String
    /// Where it stands.
    public internal(set) var state: State
    /// How partitions are handed out, `cooperative-sticky` say; nil where nobody is there to hand out to.
    public let assignor: String?
    /// The broker that keeps it; nil where that isn't known.
    public let coordinator: KafkaBroker?
    /// Its members; nil where the broker doesn't tell them to this client (a group of Kafka's next generation, to a
    /// librdkafka that doesn't know it).
    public internal(set) var members: [Member]?

    /// Whether somebody may be reading in it, so that its offsets can't be changed.
    public var isActive: Bool {
        members?.isEmpty == false || ![.empty, .dead, .unknown].contains(state)
    }
}

/// What a listing of groups brought.
public struct ConsumerGroups: Sendable {
    /// The groups that this user may see, by id.
    public var groups: [ConsumerGroup]
    /// What kept others from being listed or described, a sentence each: brokers that are away, rights that are missing.
    public var problems: [KafkaError]
}

/// How far a group has come in a partition.
public struct CommittedOffset: Sendable, Hashable {
    /// The offset of the next record to read.
    public var offset: Int64
    /// What the committer wrote beside it; nil for nothing.
    public var metadata: String?

    /// A position.
    public init(_ offset: Int64, metadata: String? = nil) {
        self.offset = offset
        self.metadata = metadata
    }
}

/// Where a partition begins and ends.
public struct PartitionEnds: Sendable, Hashable {
    /// The first offset that is there.
    public let low: Int64
    /// The offset of the next record that will be written.
    public let high: Int64
}
