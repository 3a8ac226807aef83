internal import CRdKafka

/// A request of Kafka's protocol, by its key, that a fault can be put on.
///
/// Source: Kafka protocol guide, "Api Keys".
public struct KafkaRequest: Hashable, Sendable {
    /// The protocol's number.
    public let key: Int16

    /// Any request by its number.
    public init(key: Int16) { self.key = key }

    /// Records are written.
    public static let produce = KafkaRequest(key: 0)
    /// Records are read.
    public static let fetch = KafkaRequest(key: 1)
    /// The low and high watermarks, offsets by time.
    public static let listOffsets = KafkaRequest(key: 2)
    /// Brokers, topics, leaders.
    public static let metadata = KafkaRequest(key: 3)
    /// A group's offsets are written.
    public static let offsetCommit = KafkaRequest(key: 8)
    /// A group's offsets are read.
    public static let offsetFetch = KafkaRequest(key: 9)
    /// Who coordinates a group or a transaction.
    public static let findCoordinator = KafkaRequest(key: 10)
    /// A member comes, or comes back in a rebalance.
    public static let joinGroup = KafkaRequest(key: 11)
    /// A member is alive.
    public static let heartbeat = KafkaRequest(key: 12)
    /// A member goes.
    public static let leaveGroup = KafkaRequest(key: 13)
    /// The assignment is handed out.
    public static let syncGroup = KafkaRequest(key: 14)
    /// The name of a SASL mechanism.
    public static let saslHandshake = KafkaRequest(key: 17)
    /// Which requests a broker knows.
    public static let apiVersions = KafkaRequest(key: 18)
    /// An idempotent or transactional producer starts.
    public static let initProducerID = KafkaRequest(key: 22)
    /// A partition joins a transaction.
    public static let addPartitionsToTransaction = KafkaRequest(key: 24)
    /// A group's offsets join a transaction.
    public static let addOffsetsToTransaction = KafkaRequest(key: 25)
    /// A transaction commits or aborts.
    public static let endTransaction = KafkaRequest(key: 26)
    /// A group's offsets inside of a transaction.
    public static let transactionOffsetCommit = KafkaRequest(key: 28)
    /// A SASL exchange.
    public static let saslAuthenticate = KafkaRequest(key: 36)
}

/// What a broker answers instead of the truth, once.
///
///     broker.inject([.error(.notLeader), .disconnect, .delay(.milliseconds(200))], on: .fetch)
public struct BrokerFault: Hashable, Sendable {
    /// An error code of Kafka's protocol.
    ///
    /// Source: Kafka protocol guide, "Error Codes".
    public struct Code: Hashable, Sendable {
        /// The protocol's number.
        public let number: Int16

        /// Any error by its number.
        public init(number: Int16) { self.number = number }

        /// 1: the offset is below the low or above the high watermark.
        public static let offsetOutOfRange = Code(number: 1)
        /// 3: no such topic or partition here.
        public static let unknownTopicOrPartition = Code(number: 3)
        /// 5: an election is under way.
        public static let leaderNotAvailable = Code(number: 5)
        /// 6: another broker leads that partition.
        public static let notLeader = Code(number: 6)
        /// 7: the broker gave up waiting.
        public static let requestTimedOut = Code(number: 7)
        /// 14: the coordinator reads its log.
        public static let coordinatorLoading = Code(number: 14)
        /// 15: nobody coordinates the group yet.
        public static let coordinatorNotAvailable = Code(number: 15)
        /// 16: another broker coordinates the group.
        public static let notCoordinator = Code(number: 16)
        /// 22: the group has gone on without this member.
        public static let illegalGeneration = Code(number: 22)
        /// 25: the group doesn't know this member.
        public static let unknownMember = Code(number: 25)
        /// 27: come back for a new assignment.
        public static let rebalanceInProgress = Code(number: 27)
        /// 29: no right to the topic.
        public static let topicAuthorizationFailed = Code(number: 29)
        /// 30: no right to the group.
        public static let groupAuthorizationFailed = Code(number: 30)
        /// 47: a newer producer has the transactional id.
        public static let invalidProducerEpoch = Code(number: 47)
        /// 82: another process has the `group.instance.id`.
        public static let fencedInstance = Code(number: 82)
        /// 90: a newer producer has the transactional id.
        public static let producerFenced = Code(number: 90)
    }

    let error: Int32
    let delay: Duration

    private init(error: Int32, delay: Duration) {
        self.error = error
        self.delay = delay
    }

    /// The request fails with a code, after `delay`.
    ///
    /// - Parameter delay: heeded where the fault is put on one broker, in whole milliseconds.
    public static func error(_ code: Code, after delay: Duration = .zero) -> BrokerFault {
        BrokerFault(error: Int32(code.number), delay: delay)
    }

    /// The connection is closed instead of an answer.
    public static let disconnect = BrokerFault(error: RD_KAFKA_RESP_ERR__TRANSPORT.rawValue, delay: .zero)

    /// The true answer, late; needs a broker's number.
    public static func delay(_ delay: Duration) -> BrokerFault { BrokerFault(error: 0, delay: delay) }
}
