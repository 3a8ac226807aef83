internal import CRdKafka
import LaminarCore

// How a producer goes on when the certificates or keys change that its client was made with.

/// A client that was replaced, with its name of the topic, until nobody can be in a call of it any more.
///
/// `@unchecked Sendable`: held by one owner, which drops it.
final class FormerClient: @unchecked Sendable {
    private let handle: ClientHandle
    private let topic: OpaquePointer
    let since = ContinuousClock.now

    init(_ handle: ClientHandle, _ topic: OpaquePointer) {
        self.handle = handle
        self.topic = topic
    }

    deinit { rd_kafka_topic_destroy(topic) }
}

extension ProducerClient {
    /// How long records may take to leave by the old client, before the new one is given them.
    static let moveBound = Duration.seconds(5)
    /// How long reports of what was given up are waited for: they don't ask any broker.
    private static let purgeBound = Duration.seconds(10)
    static let formerLife = Duration.seconds(60)

    /// Goes on with a new client: what the old one can still write it writes, and what it can't the new one is given, in
    /// order. A record whose acknowledgement was on its way may be written twice. Nothing changes where no client can be
    /// made. Blocks: for threads of the client's.
    ///
    /// - Parameters:
    ///   - changes: properties that are others now.
    ///   - bound: how long the old client may write; nil: it is in a transaction, and its records are given up for good.
    func replaceClient(_ changes: ClientProperties, giving bound: Duration?) {
        outbox.beginMove()
        defer { outbox.endMove() }
        let old = handle
        if let bound { serve(old, until: .now + bound) }
        if bound != nil { outbox.beginTakingBack() }
        if outbox.acceptedCount > 0 {
            rd_kafka_purge(old.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            serve(old, until: .now + Self.purgeBound)
        }
        if outbox.acceptedCount == 0 {
            do throws(KafkaError) { try seatNewClient(changes) } catch {
                log.log(
                    .info, ["component": "producer"], "The new secrets make no client: \(error.message)")
            }
        }
        let client = handle.client
        for record in outbox.takeTakenBack() {
            let response = record.produce(with: client)
            guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            outbox.refuse(record, KafkaError(response, "Writing to topic \(record.topic)"))
        }
    }

    /// Takes reports until all are there.
    private func serve(_ handle: ClientHandle, until deadline: ContinuousClock.Instant) {
        while outbox.acceptedCount > 0, !outbox.isClosed, ContinuousClock.now < deadline {
            rd_kafka_poll(handle.client, 20)
            outbox.delivered(reports.take())
        }
    }
}
