internal import CRdKafka

/// What an answer of librdkafka's transactional calls means.
enum Verdict {
    case done
    /// The same call has to be made again: its outcome isn't known yet.
    case again(KafkaError)
    /// This transaction has to be aborted.
    case refused(KafkaError)
    /// Only a new producer helps, or none.
    case fatal(KafkaError)

    /// Takes the error over.
    init(_ error: OpaquePointer?, _ what: String) {
        guard let error else {
            self = .done
            return
        }
        defer { rd_kafka_error_destroy(error) }
        let response = rd_kafka_error_code(error)
        let detail = String(cString: rd_kafka_error_string(error))
        let made = KafkaError(response, what, detail: detail)
        switch response {
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
            self = .fatal(
                KafkaError(
                    code: .fenced,
                    message: "\(what): another process writes under the same transactional id, or the broker gave this "
                        + "transaction up after 'transaction.timeout.ms' (\(detail)). Give each process its own "
                        + "'sink.transactional_id', and start this one again.",
                    clientCode: response.rawValue))
        case _ where rd_kafka_error_is_fatal(error) != 0: self = .fatal(made)
        case _ where rd_kafka_error_txn_requires_abort(error) != 0: self = .refused(made)
        case _ where rd_kafka_error_is_retriable(error) != 0: self = .again(made)
        case RD_KAFKA_RESP_ERR__TIMED_OUT: self = .again(made)
        default: self = .fatal(made)
        }
    }
}

extension KafkaError {
    /// A call that doesn't come back.
    static func stuck(_ call: CallWatch.Call, allowed: Duration) -> KafkaError {
        let version = rd_kafka_version_str().map { String(cString: $0) } ?? "of an unknown version"
        return KafkaError(
            code: .timedOut,
            message: "\(call.what): librdkafka \(version) hasn't come back from this call for "
                + "\(call.deadline - call.began), though it was allowed \(allowed). After its brokers were away it may "
                + "stay there for good (its issues 5456 and 5511). Nothing is lost or doubled: what wasn't committed is "
                + "done again. Start this process again.")
    }

    /// Whether a record was refused because of the transaction and not of itself.
    var isStateOfTransaction: Bool { clientCode == RD_KAFKA_RESP_ERR__STATE.rawValue }

    /// Whether trying again may help, so that giving up would be wrong.
    var mayPass: Bool {
        if [.timedOut, .unreachable].contains(code) { return true }
        let passing = [
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        ]
        return passing.contains { $0.rawValue == clientCode }
    }
}
