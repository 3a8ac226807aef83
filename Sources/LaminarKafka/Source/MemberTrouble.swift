internal import CRdKafka
import LaminarCore

// Errors that librdkafka tells of: what ends the source, and what it retries by itself.
extension MemberLoop {
    func receiveError(_ message: MessagePointer) {
        let response = message.pointee.err
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) }
        switch response {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            ends?.reached(message.partition, message.pointee.offset)
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            failure = failure ?? outOfRange(message.partition, detail)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            failure = failure ?? .unknownTopic(message.partition.topic, response)
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            failure = failure ?? .forbiddenGroup(plan.group)
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            failure = failure ?? KafkaError(response, "The consumer of \(plan.subscription.summary)", detail: detail)
        default:
            report(KafkaError(response, "Consuming \(plan.subscription.summary)", detail: detail))
        }
    }

    private func outOfRange(_ partition: TopicPartition, _ detail: String?) -> KafkaError {
        var range = ""
        if let client = handle?.client,
            let (low, high) = try? StartPositions(client: client, plan: plan).watermarks(partition)
        {
            range = " The partition now holds offsets \(low) to \(high - 1)."
        }
        // Asked by the leader epoch (librdkafka 2.1 and later); the code is that of an offset which isn't there.
        if detail?.contains("truncation") == true, plan.checkpoint != nil {
            return KafkaError(.truncated(partition, range))
        }
        return KafkaError(
            code: .offsetOutOfRange,
            message: isInGroup
                ? "The offset at which group \(plan.group) would go on in \(partition) isn't there.\(range) "
                    + "What lies between is lost: reset the group's offset, or set 'auto.offset.reset' to earliest "
                    + "or latest."
                : "The offset at which reading \(partition) begins isn't there.\(range) Correct the 'offset', or set "
                    + "'auto.offset.reset' to earliest or latest.",
            clientCode: RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue)
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Kafka client for \(plan.subscription.summary)", detail: reason)
        switch error.code {
        case .fatal: failure = failure ?? error
        default: report(error)
        }
    }

    /// Trouble that librdkafka retries by itself.
    func report(_ error: KafkaError) {
        plan.log.log(.info, ["component": "source", "group": plan.group], error.message)
        outlet.note(.trouble(error))
        guard [.unreachable, .tls, .authentication, .authorization].contains(error.code) else { return }
        trouble = true
        contact.lose()
        outlet.note(SourceLife.Event.trouble(error.message))
    }
}

extension MessagePointer {
    /// Where the message lies.
    var partition: TopicPartition {
        let topic = pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        return TopicPartition(topic, pointee.partition)
    }
}
