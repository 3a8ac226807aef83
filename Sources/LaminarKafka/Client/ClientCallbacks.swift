internal import CRdKafka
import LaminarCore

/// Who acts on librdkafka's callbacks. All but the log are called on the thread that polls.
protocol ClientDelegate: AnyObject, Sendable {
    /// The group's assignment changes; the delegate must assign or unassign before it returns.
    func rebalance(_ response: rd_kafka_resp_err_t, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>)
    /// Trouble that concerns the whole client: brokers away, credentials refused, a fatal error.
    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String)
    /// An asynchronous commit ended.
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?)
    /// A produced message was taken or given up; `opaque` is what was handed to produce.
    func delivered(_ message: UnsafePointer<rd_kafka_message_t>)
}

extension ClientDelegate {
    func rebalance(
        _ response: rd_kafka_resp_err_t, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {}
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {}
    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {}
}

/// librdkafka's callbacks turned into calls of a delegate, through the client's one opaque pointer.
///
/// Outlives the client (``ClientHandle`` sees to it), while the delegate may go earlier.
final class ClientCallbacks: Sendable {
    private let log: any LogSink
    private weak let delegate: (any ClientDelegate)?

    init(log: any LogSink, delegate: any ClientDelegate) {
        self.log = log
        self.delegate = delegate
    }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientCallbacks? {
        opaque.map { Unmanaged<ClientCallbacks>.fromOpaque($0).takeUnretainedValue() }
    }

    func install(on configuration: OpaquePointer?, _ kind: ClientHandle.Kind) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set(configuration, "log_level", "\(ClientLog.syslogLevel(log.level))", nil, 0)
        rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let client, let me = ClientCallbacks.of(rd_kafka_opaque(client)) else { return }
            ClientLog.deliver(to: me.log, level: level, facility: facility, text: text)
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
            me.delegate?.clientFailed(response, text)
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
        case .producer:
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let me = ClientCallbacks.of(opaque), let message else { return }
                me.delegate?.delivered(message)
            }
        }
    }
}
