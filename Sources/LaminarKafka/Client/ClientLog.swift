internal import CRdKafka
import LaminarCore

/// Routes librdkafka's own log into the host's sink.
///
/// librdkafka speaks syslog levels; Laminar logs at info and below, since what a host must act on is an error or a
/// state. The facility (`FAIL`, `REBALANCE`, …) goes into the metadata.
enum ClientLog {
    static func level(_ syslog: Int32) -> LogLevel {
        switch syslog {
        case ...5: .info
        case 6: .debug
        default: .trace
        }
    }

    /// librdkafka's `log_level` that makes the lines which the sink wants, and no others.
    static func syslogLevel(_ level: LogLevel) -> Int {
        switch level {
        case .trace: 7
        case .debug: 6
        case .info: 5
        case .warning, .error: 2
        }
    }

    static func deliver(
        to sink: any LogSink, level: Int32, facility: UnsafePointer<CChar>?, text: UnsafePointer<CChar>?,
        _ redaction: Redaction = Redaction()
    ) {
        guard let text else { return }
        let level = self.level(level)
        guard level >= sink.level else { return }
        sink.log(
            level, redaction.applied(to: String(cString: text)),
            metadata: ["component": "librdkafka", "facility": facility.map { String(cString: $0) } ?? ""])
    }
}
