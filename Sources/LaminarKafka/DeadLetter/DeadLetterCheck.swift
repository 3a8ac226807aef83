internal import CRdKafka
import LaminarCore
import Synchronization

/// Finds out at the start whether the dead letter topic is there and may be written to, without writing to it.
///
/// Existence: the list of all topics is asked for, since a producer's question about one topic makes brokers with
/// `auto.create.topics.enable` create it, and a mistyped name would be a topic.
///
/// Right to write: ``WriteProbe``.
struct DeadLetterCheck {
    let plan: DeadLetterPlan

    private static let timeout: Int32 = 5_000

    /// Blocks until the answer is there; what may pass is tried again, without end, while the source shows why it waits.
    ///
    /// - Parameter isStopped: whether nobody waits for the answer any more.
    /// - Returns: the plan, with certificates and keys that were replaced meanwhile.
    /// - Throws: ``KafkaError`` with code `unknownTopic`, `authorization`, `client`, or `closed`.
    func run(isStopped: () -> Bool) throws(KafkaError) -> DeadLetterPlan {
        var plan = plan
        let answer = ProbeAnswer(log: plan.log)
        var handle = try Self.makeHandle(plan, answer)
        var backoff = Backoff(base: .milliseconds(100), cap: .seconds(2))
        var hasWaited = false
        while !isStopped() {
            guard let obstacle = try obstacle(handle.client, answer, isStopped) else {
                if hasWaited { plan.report(.goingOn) }
                return plan
            }
            if let changes = answer.takeChanges() {
                plan.properties.adopt(changes)
                handle = try Self.makeHandle(plan, answer)
                continue
            }
            hasWaited = true
            plan.report(.waiting("the dead letter topic \(plan.topic) can't be checked: \(obstacle.message)"))
            pause(backoff.next(), isStopped)
        }
        throw DeadLetterClient.closed
    }

    private static func makeHandle(_ plan: DeadLetterPlan, _ answer: ProbeAnswer) throws(KafkaError) -> ClientHandle {
        var properties = plan.properties
        WriteProbe.prepare(&properties, timeout: timeout)
        return try ClientHandle(
            .producer, properties: properties, callbacks: ClientCallbacks(log: plan.log, delegate: answer))
    }

    /// - Returns: what kept the question from being answered; nil where the topic may be written to.
    private func obstacle(
        _ client: OpaquePointer, _ answer: ProbeAnswer, _ isStopped: () -> Bool
    ) throws(KafkaError) -> KafkaError? {
        let topics: [String]
        do throws(KafkaError) { topics = try ClusterMetadata.topics(client: client, timeout: Self.timeout) } catch {
            // Not librdkafka's "timed out" alone: who refuses us is said to the error callback.
            rd_kafka_poll(client, 0)
            return answer.trouble ?? error
        }
        guard topics.contains(plan.topic) else { throw missing }
        answer.forgetTrouble()
        switch WriteProbe(client: client, answer: answer.said).response(of: plan.topic, isStopped: isStopped) {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            throw KafkaError(
                code: .authorization,
                message: "This user may not write to the dead letter topic \(plan.topic): allow Write on it.",
                clientCode: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED.rawValue)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: throw missing
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            return answer.trouble ?? KafkaError(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, "Topic \(plan.topic)")
        // Whatever else a broker finds wrong with such a record, it isn't the right to write.
        default: return nil
        }
    }

    private var missing: KafkaError {
        KafkaError(
            code: .unknownTopic,
            message: "The dead letter topic \(plan.topic) doesn't exist, or this user may not see it: create it "
                + "(one partition will do) or correct 'dlq_topic'. It is never created by itself.",
            clientCode: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue)
    }

    private func pause(_ duration: Duration, _ isStopped: () -> Bool) {
        let signal = WakeSignal()
        let end = ContinuousClock.now + duration
        while !isStopped(), ContinuousClock.now < end { signal.wait(min(.milliseconds(100), end - .now)) }
    }
}

/// What the brokers said to the question, and what was wrong with the connection.
private final class ProbeAnswer: ClientDelegate {
    let said = WriteProbe.Answer()
    private let lastTrouble = Mutex<KafkaError?>(nil)
    private let changes = Mutex<ClientProperties?>(nil)
    private let log: any LogSink

    init(log: any LogSink) { self.log = log }

    /// The last thing that was wrong with the connection.
    var trouble: KafkaError? { lastTrouble.withLock { $0 } }

    func clientIsStale(_ changes: ClientProperties) { self.changes.withLock { $0 = changes } }

    /// What another client would be made with; once.
    func takeChanges() -> ClientProperties? { changes.withLock { $0.take() } }

    func forgetTrouble() { lastTrouble.withLock { $0 = nil } }

    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) { said.take(message.pointee.err) }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Kafka client", detail: reason)
        log.log(.debug, ["component": "dead letters"], error.message)
        lastTrouble.withLock { $0 = error }
    }
}
