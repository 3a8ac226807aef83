internal import CRdKafka
import Synchronization

/// Tells whether a broker has answered since there was trouble: librdkafka reports that brokers are away and never that
/// they are back.
///
/// Every response is seen. What a broker says before and while it learns who we are doesn't count: a broker
/// that refuses us says that much, too.
final class BrokerContact: Sendable {
    private static let saslHandshake: Int16 = 17
    private static let apiVersions: Int16 = 18
    private static let saslAuthenticate: Int16 = 36

    private let answered = Atomic<Bool>(true)

    /// Whether a broker has answered since ``lose()``.
    var isThere: Bool { answered.load(ordering: .acquiring) }

    /// There is trouble: what was answered so far doesn't count.
    func lose() { answered.store(false, ordering: .releasing) }

    /// A response came, or an error in its place.
    func received(_ key: Int16, _ response: rd_kafka_resp_err_t) {
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        switch key {
        case Self.saslHandshake, Self.apiVersions, Self.saslAuthenticate: break
        default: if !answered.load(ordering: .relaxed) { answered.store(true, ordering: .releasing) }
        }
    }
}

extension BrokerContact: RequestObserver {
    func sent(_ key: Int16, to broker: Int32) {}
    func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t) { received(key, response) }
}
