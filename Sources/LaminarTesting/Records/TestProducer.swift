import CRdKafka
import Foundation
import Synchronization

/// Writes records for a test, and returns when the broker has them all.
///
///     let producer = try TestProducer(bootstrapServers: kafka.bootstrapServers)
///     try await producer.produce((0..<1000).map { TestRecord(value: "\($0)") }, to: "numbers")
///
/// Records of one call keep their order within a partition (`enable.idempotence` is on unless told otherwise).
public final class TestProducer: Sendable {
    private let handle: ClientHandle
    private let reports = DeliveryReports()

    /// - Parameters:
    ///   - bootstrapServers: a list of `host:port`.
    ///   - properties: librdkafka's own names; they overrule what is set here (`linger.ms` 5, idempotence,
    ///     `message.max.bytes` 16 MB).
    /// - Throws: ``FixtureError`` with code `start` when librdkafka refuses a property.
    public init(bootstrapServers: String, properties: [String: String] = [:]) throws(FixtureError) {
        let defaults = [
            "bootstrap.servers": bootstrapServers, "linger.ms": "5", "enable.idempotence": "true",
            "message.max.bytes": "16000000", "queue.buffering.max.messages": "500000",
        ]
        let reports = self.reports
        handle = try ClientHandle(
            RD_KAFKA_PRODUCER, properties: defaults.merging(properties, uniquingKeysWith: { $1 })
        ) { configuration in
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let opaque else { return }
                Unmanaged<DeliveryReports>.fromOpaque(opaque).takeUnretainedValue().add(message.pointee.err)
            }
        }
    }

    /// Writes the records and waits until the broker has acknowledged each.
    ///
    /// - Throws: ``FixtureError`` with code `broker` when one could not be delivered within `timeout`.
    public func produce(_ records: [TestRecord], to topic: String, timeout: Duration = .seconds(60)) async throws {
        try await onOwnedThread { [self] in
            for record in records { try enqueue(record, to: topic) }
            let milliseconds = Int32(clamping: timeout.components.seconds * 1000)
            let error = rd_kafka_flush(handle.pointer, milliseconds)
            if let failure = reports.takeFailure() {
                throw FixtureError(
                    code: .broker, message: "A record for \(topic) was not delivered: \(ClientHandle.text(failure)).")
            }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw FixtureError(
                    code: .broker, message: "Records for \(topic) were not acknowledged within \(timeout).")
            }
        }
    }

    private func enqueue(_ record: TestRecord, to topic: String) throws(FixtureError) {
        while true {
            let error = attempt(record, topic: topic)
            switch error {
            case RD_KAFKA_RESP_ERR_NO_ERROR: return
            case RD_KAFKA_RESP_ERR__QUEUE_FULL: rd_kafka_poll(handle.pointer, 10)
            default:
                throw FixtureError(
                    code: .broker, message: "A record for \(topic) was refused: \(ClientHandle.text(error)).")
            }
        }
    }

    private func attempt(_ record: TestRecord, topic: String) -> rd_kafka_resp_err_t {
        withBytes(record.value) { value, valueCount in
            withBytes(record.key) { key, keyCount in
                topic.withCString { name in
                    var parts: [rd_kafka_vu_t] = []
                    func add(_ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t) -> Void) {
                        var part = rd_kafka_vu_t()
                        part.vtype = type
                        fill(&part)
                        parts.append(part)
                    }
                    add(RD_KAFKA_VTYPE_TOPIC) { $0.u.cstr = name }
                    add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
                    add(RD_KAFKA_VTYPE_VALUE) {
                        $0.u.mem.ptr = value
                        $0.u.mem.size = valueCount
                    }
                    add(RD_KAFKA_VTYPE_KEY) {
                        $0.u.mem.ptr = key
                        $0.u.mem.size = keyCount
                    }
                    if let partition = record.partition { add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = partition } }
                    if let timestamp = record.timestamp { add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = timestamp } }
                    let headers = record.headers.isEmpty ? nil : makeHeaders(record.headers)
                    if let headers { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = headers } }
                    guard let failure = rd_kafka_produceva(handle.pointer, parts, parts.count) else {
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    }
                    // The headers change owner only with a record that was taken.
                    if let headers { rd_kafka_headers_destroy(headers) }
                    defer { rd_kafka_error_destroy(failure) }
                    return rd_kafka_error_code(failure)
                }
            }
        }
    }

    private func makeHeaders(_ headers: [(name: String, value: [UInt8]?)]) -> OpaquePointer? {
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            withBytes(header.value) { value, count in
                _ = rd_kafka_header_add(list, header.name, -1, value, count)
            }
        }
        return list
    }

    /// Lends bytes to C, where null differs from empty: an empty value has an address.
    private func withBytes<Result>(_ bytes: [UInt8]?, _ body: (UnsafeMutableRawPointer?, Int) -> Result) -> Result {
        guard let bytes else { return body(nil, 0) }
        guard !bytes.isEmpty else {
            return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { body($0.baseAddress, 0) }
        }
        return bytes.withUnsafeBytes { body(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count) }
    }
}

/// Remembers the first record that could not be delivered.
private final class DeliveryReports: Sendable {
    private let failure = Mutex<rd_kafka_resp_err_t?>(nil)

    func add(_ error: rd_kafka_resp_err_t) {
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        failure.withLock { $0 = $0 ?? error }
    }

    func takeFailure() -> rd_kafka_resp_err_t? {
        failure.withLock { failure in
            defer { failure = nil }
            return failure
        }
    }
}
