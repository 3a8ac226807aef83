internal import CRdKafka
import LaminarCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who acts on librdkafka's callbacks. All but the log are called on the thread that polls.
protocol ClientDelegate: AnyObject, Sendable {
    /// The group's assignment changes; the delegate must assign or unassign before it returns.
    func rebalance(_ response: rd_kafka_resp_err_t, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>)
    /// Trouble that concerns the whole client: brokers away, credentials refused, a fatal error.
    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String)
    /// The same as a value, before ``clientFailed(_:_:)``: how far the connection came.
    func connectionFailed(_ fault: ConnectionFault)
    /// An asynchronous commit ended.
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?)
    /// A produced message was taken or given up; `opaque` is what was handed to produce.
    func delivered(_ message: UnsafePointer<rd_kafka_message_t>)
    /// What the client tells of itself, in JSON, for the time of the call.
    func statistics(_ json: UnsafeRawBufferPointer, of client: OpaquePointer)
    /// Certificates or keys have changed since the client was made: only a new one, with these properties over its own,
    /// uses them. Called on any thread.
    func clientIsStale(_ changes: ClientProperties)
}

extension ClientDelegate {
    func rebalance(
        _ response: rd_kafka_resp_err_t, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {}
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {}
    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {}
    func statistics(_ json: UnsafeRawBufferPointer, of client: OpaquePointer) {}
    func clientIsStale(_ changes: ClientProperties) {}
    func connectionFailed(_ fault: ConnectionFault) {}
}

/// librdkafka's callbacks turned into calls of a delegate, through the client's one opaque pointer.
///
/// Outlives the client (``ClientHandle`` sees to it), while the delegate may go earlier.
final class ClientCallbacks: Sendable {
    let log: any LogSink
    let metrics: MetricsRegistry
    private weak let delegate: (any ClientDelegate)?
    /// Takes the reports that need no delegate.
    private let reports: ReportTally?
    private struct Connection {
        var identity: ClientIdentity?
        var renewal: CredentialRenewal?
        /// The last fault whose cause was named.
        var known: (fault: ConnectionFault, time: ContinuousClock.Instant)?
    }
    private let connection = Mutex(Connection())
    private let redaction = Mutex(Redaction())
    private let certificate = CertificateVerdict()

    init(
        log: any LogSink, delegate: any ClientDelegate, metrics: MetricsRegistry = .shared,
        reports: ReportTally? = nil
    ) {
        self.reports = reports
        self.log = log
        self.metrics = metrics
        self.delegate = delegate
    }

    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientCallbacks? {
        opaque.map { Unmanaged<ClientCallbacks>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Before the client is made.
    func install(
        on configuration: OpaquePointer?, _ kind: ClientHandle.Kind, _ properties: ClientProperties,
        _ renewal: CredentialRenewal?
    ) {
        connection.withLock { $0 = Connection(identity: properties.identity, renewal: renewal) }
        redaction.withLock { $0 = Redaction(properties) }
        renewal?.install(on: configuration)
        if properties["enable.ssl.certificate.verification"] != "false" { watchCertificates(configuration) }
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        // At least the lines that tell why a connection failed; the sink gets those of its own level.
        rd_kafka_conf_set(configuration, "log_level", "\(max(6, ClientLog.syslogLevel(log.level)))", nil, 0)
        rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let client, let me = ClientCallbacks.of(rd_kafka_opaque(client)) else { return }
            if let facility, strcmp(facility, "FAIL") == 0, let text { me.overhear(String(cString: text)) }
            let redaction = me.redaction.withLock { $0 }
            ClientLog.deliver(to: me.log, level: level, facility: facility, text: text, redaction)
        }
        rd_kafka_conf_set_error_cb(configuration) { client, code, reason, opaque in
            guard let client, let me = ClientCallbacks.of(opaque) else { return }
            var response = rd_kafka_resp_err_t(rawValue: code)
            var text = reason.map { String(cString: $0) } ?? ""
            if response == RD_KAFKA_RESP_ERR__FATAL {
                var buffer = [CChar](repeating: 0, count: 512)
                response = rd_kafka_fatal_error(client, &buffer, buffer.count)
                text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                me.delegate?.clientFailed(RD_KAFKA_RESP_ERR__FATAL, text)
                return
            }
            let fault = me.explain(response, text)
            me.delegate?.connectionFailed(fault)
            me.delegate?.clientFailed(fault.response, fault.sentence)
        }
        switch kind {
        case .consumer:
            rd_kafka_conf_set_rebalance_cb(configuration) { _, response, partitions, opaque in
                guard let me = ClientCallbacks.of(opaque), let partitions else { return }
                me.delegate?.rebalance(response, partitions)
            }
            rd_kafka_conf_set_offset_commit_cb(configuration) { _, response, offsets, opaque in
                ClientCallbacks.of(opaque)?.delegate?.committed(response, offsets)
            }
            rd_kafka_conf_set_stats_cb(configuration) { client, json, count, opaque in
                if let client, let json, let me = ClientCallbacks.of(opaque) {
                    me.delegate?.statistics(UnsafeRawBufferPointer(start: json, count: count), of: client)
                }
                // librdkafka frees the text.
                return 0
            }
        case .producer:
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let opaque, let message else { return }
                // Once a record: nothing is retained for those that are only counted.
                Unmanaged<ClientCallbacks>.fromOpaque(opaque)._withUnsafeGuaranteedRef { me in
                    if me.reports?.note(message) != true { me.delegate?.delivered(message) }
                }
            }
        }
    }
}

extension ClientCallbacks {
    /// What an error means. That a connection broke, or that none is left, says nothing by itself: a cause that was
    /// named a moment ago does.
    fileprivate func explain(_ response: rd_kafka_resp_err_t, _ words: String) -> ConnectionFault {
        let (fault, renewal) = connection.withLock { state in
            let fault = ConnectionFault(response, words, by: state.identity, verdict: certificate.number)
            if fault.stage != .metadata { state.known = (fault, .now) }
            let isVague =
                fault.stage == .metadata
                && (response == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || response == RD_KAFKA_RESP_ERR__TRANSPORT)
            guard isVague, let known = state.known, .now - known.time < .seconds(10) else {
                return (fault, state.renewal)
            }
            return (known.fault, state.renewal)
        }
        renewal?.failed(at: fault.stage)
        return fault
    }

    /// A line of the log about a connection that failed: some causes, a listener that wants TLS or a login among them,
    /// stand nowhere else. Called on a broker's thread.
    fileprivate func overhear(_ words: String) {
        let fault = connection.withLock { state -> ConnectionFault? in
            let fault = ConnectionFault(
                RD_KAFKA_RESP_ERR__TRANSPORT, words, by: state.identity, verdict: certificate.number)
            guard fault.stage != .metadata else { return nil }
            state.known = (fault, .now)
            return fault
        }
        if let fault { delegate?.connectionFailed(fault) }
    }

    func clientIsStale(_ changes: ClientProperties) { delegate?.clientIsStale(changes) }

    /// librdkafka wants a token, on its background thread.
    func wantsToken() { connection.withLock { $0.renewal }?.tokens?.want() }

    /// Learns why a broker's certificate is refused, and decides nothing.
    private func watchCertificates(_ configuration: OpaquePointer?) {
        rd_kafka_conf_set_ssl_cert_verify_cb(configuration) { _, _, _, number, _, _, _, text, size, opaque in
            guard let number, let me = ClientCallbacks.of(opaque) else { return 0 }
            if me.certificate.note(Int32(number.pointee)) { return 1 }
            if let text, size > 0 { text.pointee = 0 }
            return 0
        }
    }
}
