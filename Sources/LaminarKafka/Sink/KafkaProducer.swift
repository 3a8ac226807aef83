internal import CRdKafka
public import LaminarCore
import LaminarFormats
import Synchronization

/// Writes records, acknowledged by all in-sync replicas and never reordered or doubled by a retry.
///
///     let producer = try await KafkaProducer(KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "orders"))
///     let delivery = try await producer.send(ProducedRecord(value: "{\"id\":1}", key: "1"))    // waits for the broker
///     for line in lines { try await producer.enqueue(ProducedRecord(value: line)) }            // waits only for room
///     try await producer.flush()                                                             // all there, or an error
///     await producer.close()
///
/// Memory is bounded: ``enqueue(_:)`` suspends while 80,000 records or 64 MiB are on their way.
public final class KafkaProducer: Sendable {
    /// What was written with, and where to.
    public let configuration: KafkaSinkConfiguration
    private let handle: ClientHandle
    private let outbox: Outbox

    /// Makes a client and its thread; brokers are contacted in the background.
    ///
    /// - Throws: ``ConfigurationError``, `SecretError`, or ``KafkaError`` with code `client`.
    public init(
        _ configuration: KafkaSinkConfiguration, secrets: any SecretProvider = .standard,
        log: any LogSink = SilentLogSink()
    ) async throws {
        let properties = try await configuration.clientProperties(secrets: secrets)
        let outbox = Outbox(log: log)
        handle = try ClientHandle(
            .producer, properties: properties, callbacks: ClientCallbacks(log: log, delegate: outbox))
        self.configuration = configuration
        self.outbox = outbox
        try ClientThread.start("laminar-produce") { [handle] in
            // Returns as soon as there is a report; the time-out only bounds how late a close is seen.
            while !outbox.isClosed { rd_kafka_poll(handle.client, 100) }
        }
    }

    deinit { outbox.close() }

    /// Writes a record and waits until the broker has it.
    ///
    /// - Throws: ``KafkaError`` with code `delivery` and the broker's reason, or `closed`.
    @discardableResult
    public func send(_ record: ProducedRecord) async throws -> Delivery {
        try await outbox.waitForRoom(bytes: record.byteCount)
        while true {
            let reports = outbox.reportCount
            let outcome: Result<Delivery, KafkaError> = await withCheckedContinuation { continuation in
                let receipt = Receipt(bytes: record.byteCount) { continuation.resume(returning: $0) }
                if let error = produce(record, receipt) { continuation.resume(returning: .failure(error)) }
            }
            if case .failure(let error) = outcome, try await waited(after: error, record, reports) { continue }
            return try outcome.get()
        }
    }

    /// Hands a record over and returns as soon as there is room; ``flush()`` tells whether all arrived.
    ///
    /// - Throws: ``KafkaError`` of an earlier record that could not be written, or `closed`.
    public func enqueue(_ record: ProducedRecord) async throws {
        try outbox.throwFailure()
        try await outbox.waitForRoom(bytes: record.byteCount)
        let receipt = Receipt(bytes: record.byteCount) { [outbox] outcome in
            if case .failure(let error) = outcome { outbox.note(error) }
        }
        var reports = outbox.reportCount
        while let error = produce(record, receipt) {
            guard try await waited(after: error, record, reports) else { throw error }
            reports = outbox.reportCount
        }
    }

    /// Whether librdkafka's own queue was full (the host may have set it smaller than ours) and has room by now.
    ///
    /// - Parameter reports: the count of reports before the record was refused.
    private func waited(after error: KafkaError, _ record: ProducedRecord, _ reports: Int) async throws -> Bool {
        // A report has given its room back already.
        if error.code == .delivery { return false }
        let isFull = error.clientCode == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue
        if isFull, await outbox.waitForReport(after: reports) { return true }
        outbox.refund(bytes: record.byteCount)
        return false
    }

    /// Waits until everything enqueued is acknowledged.
    ///
    /// - Throws: ``KafkaError`` with code `delivery` of the first record that could not be written since the last flush.
    public func flush() async throws {
        await outbox.waitUntilEmpty()
        try outbox.throwFailure()
    }

    /// Waits (at most 30 s) for what is on its way, and releases everything. What isn't acknowledged by then is given up:
    /// its `send` throws, and a ``flush()`` that waits for it throws. Nothing more can be written.
    public func close() async {
        guard outbox.beginClose() else { return }
        _ = try? await ClientThread.run("laminar-flush") { [handle] () throws(KafkaError) in
            guard rd_kafka_flush(handle.client, 30_000) != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            // Every record still gets its report, so that nobody waits for one in vain.
            rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            _ = rd_kafka_flush(handle.client, 5_000)
        }
        await outbox.waitUntilEmpty()
        outbox.close()
    }

    /// - Returns: why the record was refused at once; then the receipt isn't called.
    private func produce(_ record: ProducedRecord, _ receipt: Receipt) -> KafkaError? {
        let headers = record.headers.isEmpty ? nil : rd_kafka_headers_new(record.headers.count)
        for header in record.headers {
            header.value.withBytes { value, count in
                _ = rd_kafka_header_add(headers, header.name, -1, value, count)
            }
        }
        let opaque = Unmanaged.passRetained(receipt).toOpaque()
        guard outbox.accept() else {
            Unmanaged<Receipt>.fromOpaque(opaque).release()
            if let headers { rd_kafka_headers_destroy(headers) }
            return KafkaError(code: .closed, message: "This producer was closed: make a new one.")
        }
        let topic = record.topic ?? configuration.topic
        let response = record.key.withBytes { key, keyCount in
            record.value.withBytes { value, count in
                laminar_produce(
                    handle.client, topic, record.partition ?? Int32(RD_KAFKA_PARTITION_UA), key, keyCount, value,
                    count, record.timestamp?.milliseconds ?? 0, headers, opaque)
            }
        }
        guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        outbox.refuse()
        Unmanaged<Receipt>.fromOpaque(opaque).release()
        if let headers { rd_kafka_headers_destroy(headers) }
        return KafkaError(response, "Writing to topic \(topic)")
    }
}

extension [UInt8]? {
    /// Lends a pointer that is nil for null only: empty is a pointer with a count of 0.
    fileprivate func withBytes<Result>(_ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
        guard let bytes = self else { return body(nil, 0) }
        return bytes.withUnsafeBytes { buffer in
            if let base = buffer.baseAddress { return body(base, buffer.count) }
            return withUnsafeBytes(of: UInt8(0)) { body($0.baseAddress, 0) }
        }
    }
}

/// Called once with what became of one record.
final class Receipt: Sendable {
    let bytes: Int
    let resolve: @Sendable (Result<Delivery, KafkaError>) -> Void

    init(bytes: Int, _ resolve: @escaping @Sendable (Result<Delivery, KafkaError>) -> Void) {
        self.bytes = bytes
        self.resolve = resolve
    }
}
