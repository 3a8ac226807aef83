internal import CRdKafka

/// Finds out whether a topic may be read and a group used, without joining the group or committing anything. Used by one
/// thread.
final class ReadProbe {
    private let client: OpaquePointer
    /// librdkafka asks for the group's coordinator by itself, and tells of a refusal once.
    private var isGroupForbidden = false

    init(client: OpaquePointer) { self.client = client }

    /// Serves the consumer's queue for a while.
    ///
    /// - Returns: the error of what came, or none for a record; nil where nothing came.
    @discardableResult
    func serve(_ milliseconds: Int32) -> rd_kafka_resp_err_t? {
        guard let message = rd_kafka_consumer_poll(client, milliseconds) else { return nil }
        defer { rd_kafka_message_destroy(message) }
        if message.pointee.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED { isGroupForbidden = true }
        return message.pointee.err
    }

    /// Fetches from the end of a partition, which is answered by its end or by a refusal.
    ///
    /// - Throws: ``KafkaError`` with code `authorization` or `timedOut`.
    func ask(_ topic: String, until deadline: ContinuousClock.Instant) throws(KafkaError) {
        let list = PartitionList([TopicPartition(topic, 0): Int64(RD_KAFKA_OFFSET_END)])
        let response = rd_kafka_assign(client, list.list)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(response, "Assigning topic \(topic)") }
        defer { rd_kafka_assign(client, nil) }
        let end = min(deadline, .now + .seconds(6))
        while ContinuousClock.now < end {
            switch serve(100) {
            case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__PARTITION_EOF: return
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
                throw .unknownTopic(topic, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            default: continue
            }
        }
        throw KafkaError(
            code: .timedOut,
            message: "Topic \(topic) gives no answer to a fetch: see to the broker that leads its partition 0.")
    }

    /// Asks for the group's offsets.
    ///
    /// - Throws: ``KafkaError`` with code `authorization`, or what the broker says.
    func askGroup(_ group: String, _ topic: String) throws(KafkaError) {
        if isGroupForbidden { throw .forbiddenGroup(group) }
        let list = PartitionList([TopicPartition(topic, 0): Int64(RD_KAFKA_OFFSET_INVALID)])
        let end = ContinuousClock.now + .seconds(6)
        var response = rd_kafka_committed(client, list.list, 6_000)
        while serve(0) != nil {}
        // A coordinator that is just being chosen, or moves, answers in a moment.
        while AdminClient.passing.contains(response), !isGroupForbidden, ContinuousClock.now < end {
            serve(100)
            response = rd_kafka_committed(client, list.list, 6_000)
        }
        while serve(0) != nil {}
        switch response {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED: throw .forbiddenGroup(group)
        case _ where isGroupForbidden: throw .forbiddenGroup(group)
        default: throw KafkaError(response, "Asking for the offsets of group \(group)")
        }
    }
}

extension KafkaError {
    /// A group that this user may not use, with what to do about it.
    static func forbiddenGroup(_ group: String) -> KafkaError {
        KafkaError(
            code: .authorization,
            message: "This user may not use group \(group): allow Read on it, or choose another group_id.",
            clientCode: RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED.rawValue)
    }
}
