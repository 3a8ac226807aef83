internal import CRdKafka
public import LaminarCore
import LaminarFormats

/// Writes records as bytes, acknowledged by all in-sync replicas and never reordered or doubled by a retry.
///
///     let producer = try await KafkaProducer(KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "orders"))
///     let delivery = try await producer.send(ProducedRecord(value: "{\"id\":1}", key: "1"))    // waits for the broker
///     for line in lines { try await producer.enqueue(ProducedRecord(value: line)) }            // waits only for room
///     try await producer.flush()                                                             // all there, or an error
///     await producer.close()
///
/// Memory is bounded: ``enqueue(_:)`` suspends while 80,000 records or 64 MiB are on their way. A ``KafkaSink`` does the
/// same with typed values.
public final class KafkaProducer: Sendable {
    /// What was written with, and where to.
    public let configuration: KafkaSinkConfiguration
    private let client: ProducerClient

    /// Makes a client and its thread; brokers are contacted in the background.
    ///
    /// - Throws: ``ConfigurationError``, `SecretError`, or ``KafkaError`` with code `client`.
    public init(
        _ configuration: KafkaSinkConfiguration, secrets: any SecretProvider = .standard,
        log: any LogSink = SilentLogSink(), metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) async throws {
        client = try await ProducerClient(
            configuration, secrets: secrets, log: log, observation: Observation(metrics: metrics, spans: spans))
        self.configuration = configuration
    }

    /// Where the token stands that it logs in with; nil where it needs none.
    public var tokenState: TokenState? { client.tokenState }

    /// Writes a record and waits until the broker has it.
    ///
    /// - Throws: ``KafkaError`` with code `delivery` and the broker's reason, or `closed`; `CancellationError` when the task
    ///   is cancelled: before there was room the record isn't written, later it may be.
    @discardableResult
    public func send(_ record: ProducedRecord) async throws -> Delivery {
        try await client.send(
            key: record.key, value: record.value, extras: RecordExtras(record), bytes: record.byteCount)
    }

    /// Hands a record over and returns as soon as there is room; ``flush()`` tells whether all arrived.
    ///
    /// - Throws: ``KafkaError`` of an earlier record that could not be written, or `closed`; `CancellationError` when the
    ///   task is cancelled while it waits for room. Then this record isn't written.
    public func enqueue(_ record: ProducedRecord) async throws {
        try await client.enqueue(
            key: record.key, value: record.value, extras: RecordExtras(record), bytes: record.byteCount)
    }

    /// Waits until everything enqueued is acknowledged.
    ///
    /// - Throws: ``KafkaError`` with code `delivery` of the first record that could not be written since the last flush;
    ///   `CancellationError`.
    public func flush() async throws { try await client.flush() }

    /// Waits (at most 30 s) for what is on its way, and releases everything. What isn't acknowledged by then is given up:
    /// its `send` throws, and a ``flush()`` that waits for it throws. Nothing more can be written.
    public func close() async { await client.close() }
}

extension ProducerClient {
    /// Writes a record and waits for its report.
    func send(key: [UInt8]?, value: [UInt8]?, extras: RecordExtras, bytes: Int) async throws -> Delivery {
        guard let span = startSpan(extras) else {
            return try await write(key: key, value: value, extras: extras, bytes: bytes)
        }
        do {
            var extras = extras
            extras.inject(span.context)
            let delivery = try await write(key: key, value: value, extras: extras, bytes: bytes)
            span.set("messaging.destination.partition.id", .text(String(delivery.partition.partition)))
            span.set("messaging.kafka.offset", .number(Int(delivery.offset)))
            span.end(nil)
            return delivery
        } catch {
            span.end(error)
            throw error
        }
    }

    private func startSpan(_ extras: RecordExtras) -> (any OpenSpan)? {
        spans?.start(.messaging("send", "send", .producer, topics: [extras.topic ?? topicName]))
    }

    private func write(key: [UInt8]?, value: [UInt8]?, extras: RecordExtras, bytes: Int) async throws -> Delivery {
        let outcome = PendingDelivery()
        try await submit(bytes: bytes) {
            let receipt = Receipt(bytes: bytes) { outcome.resolve($0) }
            return key.withBytes { key in
                value.withBytes { value in produce(key: key, value: value, extras: extras, tag: .receipt(receipt)) }
            }
        }
        return try await outcome.wait()
    }

    /// Hands a record over, without waiting for its report.
    func enqueue(key: [UInt8]?, value: [UInt8]?, extras: RecordExtras, bytes: Int) async throws {
        try outbox.throwFailure()
        guard let span = startSpan(extras) else {
            return try await submit(bytes: bytes) {
                key.withBytes { key in
                    value.withBytes { value in
                        produce(key: key, value: value, extras: extras, tag: .counted(bytes: bytes))
                    }
                }
            }
        }
        var extras = extras
        extras.inject(span.context)
        do {
            try await submit(bytes: bytes) {
                // Ends when the broker has the record, which nobody waits for.
                let receipt = Receipt(bytes: bytes) { [outbox] outcome in
                    if case .failure(let error) = outcome { outbox.note(error) }
                    span.end(outcome.failure)
                }
                return key.withBytes { key in
                    value.withBytes { value in
                        produce(key: key, value: value, extras: extras, tag: .receipt(receipt))
                    }
                }
            }
        } catch {
            span.end(error)
            throw error
        }
    }

    /// Waits for every report; nothing lingers meanwhile.
    func flush() async throws {
        let isOver = RaisedFlag()
        defer { isOver.raise() }
        sendAtOnce(until: isOver)
        try await outbox.waitUntilEmpty()
        try outbox.throwFailure()
    }

    /// Librdkafka sends without lingering as long as somebody flushes. Where there is no thread for it, records linger.
    private func sendAtOnce(until isOver: RaisedFlag) {
        guard outbox.acceptedCount > 0 else { return }
        let pause = WakeSignal()
        try? ClientThread.start("laminar-flush") { [handle, outbox] in
            while !isOver.isRaised, outbox.acceptedCount > 0 {
                // Done with an unfinished count: a report is on its way through another thread, or records change clients.
                if rd_kafka_flush(handle.client, 100) == RD_KAFKA_RESP_ERR_NO_ERROR {
                    pause.wait(.milliseconds(1))
                }
            }
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}

extension RecordExtras {
    init(_ record: ProducedRecord) {
        self.init(
            headers: record.headers, timestamp: record.timestamp, partition: record.partition, topic: record.topic)
    }
}

extension [UInt8]? {
    /// Lends the bytes; nil for null only.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let bytes = self else { return body(nil) }
        return bytes.withUnsafeBytes { body($0) }
    }
}
