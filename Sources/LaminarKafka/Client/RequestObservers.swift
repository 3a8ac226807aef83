internal import CRdKafka

/// Hears of every request that a client sends and every response that it receives.
///
/// Called on librdkafka's broker threads, which must not be blocked.
protocol RequestObserver: AnyObject, Sendable {
    /// A request went out.
    ///
    /// - Parameter key: which one ("Kafka protocol guide › Api Keys").
    func sent(_ key: Int16, to broker: Int32)
    /// A response came, or an error in its place.
    func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t)
    /// How large the response was, before ``received(_:from:_:)``.
    func received(_ key: Int16, bytes: Int)
    /// A connection came to another state: `CONNECT`, `SSL_HANDSHAKE`, `AUTH_REQ`, `UP`, `DOWN`, …
    func connection(to broker: Int32, is state: String)
}

extension RequestObserver {
    func sent(_ key: Int16, to broker: Int32) {}
    func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t) {}
    func received(_ key: Int16, bytes: Int) {}
    func connection(to broker: Int32, is state: String) {}
}

/// A client's observers behind its one pair of interceptors.
final class RequestObservers: Sendable {
    private let observers: [any RequestObserver]

    init(_ observers: [any RequestObserver]) { self.observers = observers }

    /// Registers the interceptors. This object must outlive the client.
    func install(on configuration: OpaquePointer?) {
        guard !observers.isEmpty else { return }
        rd_kafka_conf_interceptor_add_on_new(
            configuration, "laminar",
            { client, _, opaque, _, _ in
                rd_kafka_interceptor_add_on_request_sent(
                    client, "laminar",
                    { _, _, _, broker, key, _, _, _, opaque in
                        RequestObservers.forEach(opaque) { $0.sent(key, to: broker) }
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    }, opaque)
                rd_kafka_interceptor_add_on_broker_state_change(
                    client, "laminar",
                    { _, broker, _, _, _, state, opaque in
                        guard let state else { return RD_KAFKA_RESP_ERR_NO_ERROR }
                        let text = String(cString: state)
                        RequestObservers.forEach(opaque) { $0.connection(to: broker, is: text) }
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    }, opaque)
                return rd_kafka_interceptor_add_on_response_received(
                    client, "laminar",
                    { _, _, _, broker, key, _, _, size, _, response, opaque in
                        RequestObservers.forEach(opaque) {
                            $0.received(key, bytes: size)
                            $0.received(key, from: broker, response)
                        }
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    }, opaque)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func forEach(_ opaque: UnsafeMutableRawPointer?, _ body: (any RequestObserver) -> Void) {
        guard let opaque else { return }
        for observer in Unmanaged<RequestObservers>.fromOpaque(opaque).takeUnretainedValue().observers {
            body(observer)
        }
    }
}
