internal import CRdKafka

/// Why talking to Kafka failed, in a sentence that tells what to do.
///
/// Thrown by a source's iteration, by a producer and by the administrative calls. Transient trouble (a broker that is
/// away, a coordinator that moved) is retried and shows in ``KafkaSource/state`` instead.
public struct KafkaError: Error, Sendable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The client could not be made: a property that librdkafka refuses at the last moment.
        public static let client = Code("client")
        /// A topic that doesn't exist, or that this user may not see.
        public static let unknownTopic = Code("unknownTopic")
        /// No broker answered in time.
        public static let unreachable = Code("unreachable")
        /// No encrypted connection: a certificate that isn't trusted, ours or the broker's, or no TLS at that port.
        public static let tls = Code("tls")
        /// The broker refused who we are.
        public static let authentication = Code("authentication")
        /// The broker knows us and forbids this topic, group or operation.
        public static let authorization = Code("authorization")
        /// The offset to read from is no longer, or not yet, in the partition.
        public static let offsetOutOfRange = Code("offsetOutOfRange")
        /// A fatal state of the client; only a new one helps.
        public static let fatal = Code("fatal")
        /// A call that took too long.
        public static let timedOut = Code("timedOut")
        /// The source, producer or library was closed before.
        public static let closed = Code("closed")
        /// A source iterated for a second time.
        public static let alreadyIterated = Code("alreadyIterated")
        /// Another producer of the same transactional id took over.
        public static let fenced = Code("fenced")
        /// A batch that was processed before one that came earlier.
        public static let outOfOrder = Code("outOfOrder")
        /// A call that the way the source was made has no meaning for.
        public static let misuse = Code("misuse")
        /// A group whose offsets can't be moved, since members are in it.
        public static let activeGroup = Code("activeGroup")
        /// A record that the broker did not take.
        public static let delivery = Code("delivery")
        /// The schema registry doesn't answer; records of schemas that aren't known wait.
        public static let schemaRegistry = Code("schemaRegistry")
        /// A checkpoint's error on its way; the source throws the ``CheckpointError`` that is inside.
        static let checkpoint = Code("checkpoint")
        /// Anything else that the broker answered.
        public static let broker = Code("broker")

        /// The code's name.
        public var description: String { name }
    }

    /// What went wrong.
    public let code: Code
    /// What happened, where, and what to do; never a payload or a secret.
    public let message: String
    /// librdkafka's number for it, where there is one.
    public let clientCode: Int32?
    /// What caused it, where something did.
    public let underlying: (any Error)?

    /// Makes an error; `message` must hold neither payload nor secret.
    public init(code: Code, message: String, clientCode: Int32? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.clientCode = clientCode
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}

extension KafkaError {
    /// Turns librdkafka's code into ours; `what` begins the sentence ("Committing offsets of group g").
    init(_ response: rd_kafka_resp_err_t, _ what: String, detail: String? = nil) {
        let reason = detail ?? String(cString: rd_kafka_err2str(response))
        self.init(
            code: Code(response), message: "\(what): \(reason) (\(String(cString: rd_kafka_err2name(response)))).",
            clientCode: response.rawValue)
    }
}

extension KafkaError.Code {
    init(_ response: rd_kafka_resp_err_t) {
        switch response {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            self = .unknownTopic
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE:
            self = .unreachable
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            self = .authentication
        case RD_KAFKA_RESP_ERR__SSL: self = .tls
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            self = .authorization
        case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR__NO_OFFSET:
            self = .offsetOutOfRange
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR__FENCED:
            self = .fatal
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
            self = .timedOut
        default: self = .broker
        }
    }
}
