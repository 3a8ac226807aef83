internal import CRdKafka
import Synchronization

/// Finds out whether a topic may be written to, without writing to it.
///
/// A record is sent with `acks` = 2, which no broker of Apache Kafka accepts. It looks at the user's right first
/// (TOPIC_AUTHORIZATION_FAILED) and only then at `acks` (INVALID_REQUIRED_ACKS), and appends nothing in either case
/// (`DeadLetterCheckTests`, on 3.9 and 4.1). librdkafka's mock cluster would take the record: it has no rights to ask for,
/// so there it isn't sent.
struct WriteProbe {
    let client: OpaquePointer
    let answer: Answer

    /// What the brokers said to the question.
    final class Answer: Sendable {
        private let response = Mutex<rd_kafka_resp_err_t?>(nil)

        func take(_ response: rd_kafka_resp_err_t) { self.response.withLock { $0 = response } }
        func forget() { response.withLock { $0 = nil } }
        var value: rd_kafka_resp_err_t? { response.withLock { $0 } }
    }

    /// Makes a producer's properties those of one that only asks.
    static func prepare(_ properties: inout ClientProperties, timeout: Int32) {
        properties.set("enable.idempotence", "false")
        properties.set("acks", "2")
        properties.set("message.timeout.ms", String(timeout))
    }

    /// Blocks until the brokers have answered, the time is over, or nobody waits for it any more.
    ///
    /// - Returns: what they said; nothing of a record that isn't sent.
    func response(of topic: String, isStopped: () -> Bool) -> rd_kafka_resp_err_t {
        guard !isMock else { return RD_KAFKA_RESP_ERR_NO_ERROR }
        answer.forget()
        let response = laminar_produce(client, topic, Int32(RD_KAFKA_PARTITION_UA), nil, 0, nil, 0, 0, nil, nil)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return response }
        while true {
            rd_kafka_poll(client, 100)
            if let response = answer.value { return response }
            if isStopped() { return RD_KAFKA_RESP_ERR__MSG_TIMED_OUT }
        }
    }

    /// - Throws: ``KafkaError`` with code `authorization`, `unknownTopic` or `timedOut`.
    func ask(_ topic: String, within bound: Duration) throws(KafkaError) {
        let end = ContinuousClock.now + bound
        let response = response(of: topic) { ContinuousClock.now >= end }
        switch response {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            throw KafkaError(
                code: .authorization, message: "This user may not write to topic \(topic): allow Write on it.",
                clientCode: response.rawValue)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            throw .unknownTopic(topic, response)
        // Whatever else a broker finds wrong with such a record, it isn't the right to write.
        default: break
        }
    }

    private var isMock: Bool {
        guard let id = rd_kafka_clusterid(client, 5_000) else { return false }
        defer { rd_kafka_mem_free(client, id) }
        return String(cString: id).hasPrefix("mockCluster")
    }
}
