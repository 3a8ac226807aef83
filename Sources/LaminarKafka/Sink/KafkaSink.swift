public import LaminarCore
import LaminarFormats

/// Writes typed values, at least once: acknowledged by all in-sync replicas, never reordered or doubled by a retry.
///
///     var configuration = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "orders")
///     configuration.keyField = "customer"
///     let sink = try await KafkaSink(configuration, encoding: .json(Order.self))
///     let delivery = try await sink.send(order)              // waits for the broker
///     for order in orders { try await sink.enqueue(order) }    // waits only for room
///     try await sink.flush()                                 // all there, or an error
///     await sink.close()
///
/// Memory is bounded: ``enqueue(_:)-(Value)`` suspends while 80,000 records or 64 MiB are on their way. Any number of tasks
/// may write; the order of one task's records is kept within each partition.
///
/// What is read from Kafka, changed and written goes through ``KafkaTransform``, which knows when an input is processed,
/// and with `sink.commit_mode = 'exactly_once'` writes in transactions.
public final class KafkaSink<Value: Sendable>: Sendable {
    /// What was written with, and where to.
    public let configuration: KafkaSinkConfiguration
    private let client: ProducerClient
    private let encoders: EncoderPool<Value>

    /// Makes a client and its thread; brokers are contacted in the background.
    ///
    /// - Parameters:
    ///   - configuration: brokers, topic, and everything that has a default.
    ///   - encoding: what a value becomes.
    ///   - secrets: where `${secret:name}` is looked up.
    ///   - log: where the log goes.
    ///   - metrics: what it counts in; the process's own unless told otherwise.
    ///   - spans: where spans go; none are made without.
    /// - Throws: `RegistryError` where a registry refuses, or doesn't answer; ``ConfigurationError``, also for `sink.commit_mode = 'exactly_once'`, which needs a source; `SecretError`; or
    ///   ``KafkaError`` with code `client`.
    public init(
        _ configuration: KafkaSinkConfiguration, encoding: RecordEncoding<Value>,
        secrets: any SecretProvider = .standard, log: any LogSink = SilentLogSink(),
        metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) async throws {
        guard configuration.commitMode == .atLeastOnce else {
            throw ConfigurationError(
                code: .notApplicable, option: "sink.commit_mode",
                message:
                    "'sink.commit_mode' = 'exactly_once' commits outputs together with the offsets of a source: write "
                    + "through a KafkaTransform, or set it to 'at_least_once'.")
        }
        encoders = try EncoderPool(configuration, encoding)
        try await encoders.agree(configuration, secrets: secrets, metrics: metrics)
        client = try await ProducerClient(
            configuration, secrets: secrets, log: log, observation: Observation(metrics: metrics, spans: spans))
        self.configuration = configuration
    }

    /// Where the token stands that it logs in with; nil where it needs none.
    public var tokenState: TokenState? { client.tokenState }

    /// Writes a value and waits until the broker has it.
    ///
    /// - Throws: ``EncodeError``; ``KafkaError`` with code `delivery` and the broker's reason, or `closed`;
    ///   `CancellationError` when the task is cancelled: before there was room nothing is written, later it may be.
    @discardableResult
    public func send(_ value: Value) async throws -> Delivery { try await send { unit in try unit.encode(value) } }

    /// The same with key, headers, timestamp or partition, or a tombstone.
    @discardableResult
    public func send(_ record: SinkRecord<Value>) async throws -> Delivery {
        try await send { unit in try unit.encode(record) }
    }

    /// Hands a value over and returns as soon as there is room; ``flush()`` tells whether all arrived.
    ///
    /// - Throws: ``EncodeError``; ``KafkaError`` of an earlier record that could not be written, or `closed`;
    ///   `CancellationError`. Then this value isn't written.
    public func enqueue(_ value: Value) async throws { try await enqueue { unit in try unit.encode(value) } }

    /// The same with key, headers, timestamp or partition, or a tombstone.
    public func enqueue(_ record: SinkRecord<Value>) async throws {
        try await enqueue { unit in try unit.encode(record) }
    }

    /// Waits until everything enqueued is acknowledged.
    ///
    /// - Throws: ``KafkaError`` with code `delivery` of the first record that could not be written since the last flush;
    ///   `CancellationError`.
    public func flush() async throws { try await client.flush() }

    /// Waits (at most 30 s) for what is on its way, and releases everything. What isn't acknowledged by then is given up:
    /// its `send` throws, and a ``flush()`` that waits for it throws. Nothing more can be written.
    public func close() async { await client.close() }

    private func send(_ encode: (EncoderUnit<Value>) throws -> Void) async throws -> Delivery {
        let unit = try encoders.take()
        defer { encoders.put(back: unit) }
        try encode(unit)
        let record = unit.record
        return try await client.send(
            key: record.keyBytes, value: record.valueBytes, extras: record.extras, bytes: record.byteCount)
    }

    private func enqueue(_ encode: (EncoderUnit<Value>) throws -> Void) async throws {
        let unit = try encoders.take()
        defer { encoders.put(back: unit) }
        try encode(unit)
        try await client.enqueue(unit.record)
    }
}

extension ProducerClient {
    fileprivate func enqueue(_ record: EncodedRecord) async throws {
        try await enqueue(
            key: record.keyBytes, value: record.valueBytes, extras: record.extras, bytes: record.byteCount)
    }
}

extension KafkaSink: OpenSource {
    package var isOpen: Bool { !client.outbox.isClosed }
    package func countCallerOut() {}
}
