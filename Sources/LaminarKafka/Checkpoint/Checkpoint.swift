/// What one commit stores: how far a source has been processed, partition by partition.
public struct Checkpoint: Sendable, Hashable {
    /// Whose positions: the connection's name, else the consumer group.
    public var source: String
    /// One a partition of the batch.
    public var positions: [CheckpointPosition]

    /// Makes a checkpoint.
    public init(source: String, positions: [CheckpointPosition]) {
        self.source = source
        self.positions = positions
    }
}

/// A partition's new position, and the fence that it must pass.
public struct CheckpointPosition: Sendable, Hashable {
    /// Which partition.
    public var partition: TopicPartition
    /// The epoch that must be the stored one; the commit stores the next.
    public var epoch: Int64
    /// What is stored.
    public var position: StoredPosition

    /// Makes a position.
    public init(partition: TopicPartition, epoch: Int64, position: StoredPosition) {
        self.partition = partition
        self.epoch = epoch
        self.position = position
    }
}

/// How far a partition has been processed, and of which topic it was.
public struct StoredPosition: Sendable, Hashable {
    /// The offset of the next record to read, from 0.
    public var nextOffset: Int64
    /// The topic's id in the broker's words, where the loaded librdkafka can tell (2.3 and later).
    public var topicID: String?
    /// The leader epoch of the last processed record, where the loaded librdkafka can tell (2.1 and later).
    public var leaderEpoch: Int32?
    /// The last processed record, to know it again; nil where none was processed.
    public var lastRecord: RecordFingerprint?

    /// Makes a position.
    public init(
        nextOffset: Int64, topicID: String? = nil, leaderEpoch: Int32? = nil, lastRecord: RecordFingerprint? = nil
    ) {
        self.nextOffset = nextOffset
        self.topicID = topicID
        self.leaderEpoch = leaderEpoch
        self.lastRecord = lastRecord
    }
}

/// What a claim found.
public struct CheckpointClaim: Sendable, Hashable {
    /// Which partition.
    public var partition: TopicPartition
    /// The partition's epoch from now on, 1 or more.
    public var epoch: Int64
    /// What was stored last; nil before the first commit.
    public var stored: StoredPosition?

    /// Makes a claim's result.
    public init(partition: TopicPartition, epoch: Int64, stored: StoredPosition? = nil) {
        self.partition = partition
        self.epoch = epoch
        self.stored = stored
    }
}
