internal import CRdKafka
import LaminarCore
import LaminarFormats
import Synchronization

/// A producing client with its polling thread and its count of what is under way: what producers, sinks and transactions
/// write through.
final class ProducerClient: Sendable {
    let outbox: Outbox
    let topicName: String
    let log: any LogSink
    /// Where spans go; nil where none are wanted.
    let spans: (any SpanSink)?
    let meters: SinkMeters
    /// A record below that isn't too large for librdkafka.
    let surelyFits: Int
    private let metrics: MetricsRegistry
    private let seat: Mutex<Seat>
    let reports = ReportTally()
    /// The client's, and librdkafka's name of the sink's own topic in it, so that neither needs a lock for each record. Read only
    /// by whom the outbox has accepted a record of, written only while it accepts none (``replaceClient(_:giving:)``).
    private nonisolated(unsafe) var client: OpaquePointer
    private(set) nonisolated(unsafe) var topic: OpaquePointer

    /// Who writes at the moment.
    private struct Seat {
        var handle: ClientHandle
        var properties: ClientProperties
        /// Those before, kept for a moment: a record's report may come before the call returns that handed it over.
        var former: [FormerClient] = []
    }

    /// Makes a client and its thread; brokers are contacted in the background.
    ///
    /// - Parameters:
    ///   - transactionalID: nil for a producer without transactions.
    ///   - onTurn: called by the client's thread, ten times a second at least.
    ///   - onFatal: told when only a new client helps.
    ///   - observation: where it tells what it does.
    /// - Throws: ``ConfigurationError``, `SecretError`, or ``KafkaError`` with code `client`.
    init(
        _ configuration: KafkaSinkConfiguration, transactionalID: String? = nil, secrets: any SecretProvider,
        log: any LogSink, onTurn: @escaping @Sendable () -> Void = {},
        onFatal: @escaping @Sendable (KafkaError) -> Void = { _ in }, onStale: @escaping @Sendable () -> Void = {},
        observation: Observation = Observation()
    ) async throws {
        var properties = try await configuration.clientProperties(
            secrets: secrets, isTransactional: transactionalID != nil)
        if let transactionalID { properties.set("transactional.id", transactionalID) }
        surelyFits = (properties["message.max.bytes"].flatMap { Int($0) } ?? 1_000_000) - Self.mostFraming
        meters = SinkMeters(observation.metrics, topic: configuration.topic)
        outbox = Outbox(log: log, meters: meters, onFatal: onFatal, onStale: onStale)
        spans = observation.spans
        metrics = observation.metrics
        topicName = configuration.topic
        self.log = log
        let callbacks = ClientCallbacks(
            log: log, delegate: outbox, metrics: observation.metrics, reports: reports)
        let handle = try await ClientThread.run("laminar-create") { [properties] () throws(KafkaError) in
            try ClientHandle(.producer, properties: properties, callbacks: callbacks)
        }
        topic = try Self.topic(topicName, handle)
        client = handle.client
        seat = Mutex(Seat(handle: handle, properties: properties))
        observation.metrics.add(outbox)
        let movesByItself = transactionalID == nil
        try ClientThread.start("laminar-produce") { [weak self, outbox, reports] in
            reports.adopt()
            defer { reports.leave() }
            // Returns as soon as there is a report; the time-out only bounds how late a close is seen.
            while !outbox.isClosed, let handle = self?.handle {
                rd_kafka_poll(handle.client, 100)
                outbox.delivered(reports.take())
                outbox.countReports()
                onTurn()
                self?.dropFormer()
                // A transaction's client changes between two transactions.
                if movesByItself, let changes = outbox.takeChanges() {
                    self?.replaceClient(changes, giving: Self.moveBound)
                }
            }
            outbox.countReports()
        }
    }

    deinit {
        outbox.close()
        rd_kafka_topic_destroy(topic)
    }

    /// The client that writes at the moment.
    var handle: ClientHandle { seat.withLock { $0.handle } }

    /// Where its token stands; nil where it needs none.
    var tokenState: TokenState? { handle.renewal?.tokens?.tokenState }

    private static func topic(_ name: String, _ handle: ClientHandle) throws(KafkaError) -> OpaquePointer {
        guard let topic = rd_kafka_topic_new(handle.client, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), "Topic \(name)")
        }
        return topic
    }

    /// Writes with a client that the changes are in. The outbox accepts nothing meanwhile, and the old client has nothing.
    ///
    /// - Throws: ``KafkaError`` with code `client`; then the old one stays.
    func seatNewClient(_ changes: ClientProperties) throws(KafkaError) {
        var properties = seat.withLock { $0.properties }
        properties.adopt(changes)
        let made = try ClientHandle(
            .producer, properties: properties,
            callbacks: ClientCallbacks(log: log, delegate: outbox, metrics: metrics, reports: reports))
        let name = try Self.topic(topicName, made)
        let kept = properties
        seat.withLock { seat in
            seat.former.append(FormerClient(seat.handle, topic))
            seat.handle = made
            seat.properties = kept
        }
        client = made.client
        topic = name
    }

    private func dropFormer() {
        let gone = seat.withLock { seat -> [FormerClient] in
            guard let first = seat.former.first, ContinuousClock.now - first.since > Self.formerLife else { return [] }
            return [seat.former.removeFirst()]
        }
        withExtendedLifetime(gone) {}
    }

    /// Hands one record to librdkafka, which copies it. The outbox has accepted it.
    ///
    /// - Parameter tag: comes back with the report; given back here where the record is refused.
    /// - Returns: why the record was refused at once; then there is no report.
    func produce(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, extras: RecordExtras, tag: DeliveryTag
    ) -> KafkaError? {
        let headers = extras.headers.isEmpty ? nil : Self.headers(extras.headers)
        let opaque = tag.opaque
        let partition = extras.partition ?? Int32(RD_KAFKA_PARTITION_UA)
        let (key, keyCount) = Self.parts(key)
        let (value, count) = Self.parts(value)
        let response =
            if headers == nil, extras.timestamp == nil, extras.topic == nil {
                laminar_produce_plain(topic, partition, key, keyCount, value, count, opaque)
            } else if let other = extras.topic {
                laminar_produce(
                    client, other, partition, key, keyCount, value, count,
                    extras.timestamp?.milliseconds ?? 0, headers, opaque)
            } else {
                laminar_produce_to(
                    client, topic, partition, key, keyCount, value, count,
                    extras.timestamp?.milliseconds ?? 0, headers, opaque)
            }
        guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        if let opaque { DeliveryTag(opaque).withdraw() }
        if let headers { rd_kafka_headers_destroy(headers) }
        outbox.refuse()
        return KafkaError(response, "Writing to topic \(extras.topic ?? topicName)")
    }

    /// Hands a record over as soon as there is room: in librdkafka's own queue too, which the host may have set smaller.
    ///
    /// - Parameter attempt: produces, having room.
    /// - Throws: ``KafkaError``, also with code `closed`; `CancellationError`. Then the record isn't written.
    func submit(bytes: Int, _ attempt: () -> KafkaError?) async throws {
        // Mostly there is room at once, in both.
        if try outbox.takeRoom(forAll: 1, bytes: bytes) {
            guard let error = attempt() else { return }
            guard error.isFullQueue else {
                outbox.refund(bytes: bytes)
                throw error
            }
        } else {
            try await outbox.waitForRoom(bytes: bytes)
        }
        do { try await submitWithRoom(attempt) } catch {
            outbox.refund(bytes: bytes)
            throw error
        }
    }

    /// - Parameter attempt: produces, having room, as often as it takes.
    private func submitWithRoom(_ attempt: () -> KafkaError?) async throws {
        var patience = Self.mostAttempts
        while true {
            let reports = outbox.reportCount
            try await outbox.accept()
            guard let error = attempt() else { return }
            guard error.isFullQueue else { throw error }
            if try await outbox.waitForReport(after: reports) { continue }
            // Every record has been reported on, and librdkafka counts one until a moment after that.
            patience -= 1
            guard patience > 0 else { throw error }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// How often a record is offered to a queue that has nothing else in it, before it is one that never fits.
    private static let mostAttempts = 50
    /// More than what librdkafka counts for a record's frame.
    private static let mostFraming = 512

    /// Waits (at most 30 s) for what is on its way, and releases everything. What isn't acknowledged by then is given up,
    /// with a report.
    func close() async {
        guard outbox.beginClose() else { return }
        await outbox.waitUntilMoved()
        _ = try? await ClientThread.run("laminar-flush") { [handle] () throws(KafkaError) in
            guard rd_kafka_flush(handle.client, 30_000) != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            // Every record still gets its report, so that nobody waits for one in vain.
            rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            _ = rd_kafka_flush(handle.client, 5_000)
        }
        await outbox.waitUntilEmptyInAnyCase()
        outbox.close()
        outbox.countReports()
        metrics.remove(outbox)
    }

    private static func headers(_ headers: [KafkaHeader]) -> OpaquePointer? {
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            if let value = header.value {
                value.withUnsafeBytes { bytes in
                    let (start, count) = parts(bytes)
                    _ = rd_kafka_header_add(list, header.name, -1, start, count)
                }
            } else {
                _ = rd_kafka_header_add(list, header.name, -1, nil, 0)
            }
        }
        return list
    }

    /// A pointer that is nil for null only: empty is a pointer with a count of 0.
    @inline(__always)
    static func parts(_ bytes: UnsafeRawBufferPointer?) -> (UnsafeRawPointer?, Int) {
        guard let bytes else { return (nil, 0) }
        return (bytes.baseAddress ?? empty, bytes.count)
    }

    /// An address for what has no bytes, never read.
    private static var empty: UnsafeRawPointer? { UnsafeRawPointer(bitPattern: 0x10) }
}

extension KafkaError {
    /// Whether librdkafka has no room for a record.
    fileprivate var isFullQueue: Bool { clientCode == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }
}

/// What few records have: where and when to write, and headers.
struct RecordExtras: Sendable {
    var headers: [KafkaHeader] = []
    var timestamp: Timestamp?
    var partition: Int32?
    /// Nil for the configuration's topic.
    var topic: String?

    static let none = RecordExtras()

    /// Whether it is like ``none``.
    @inline(__always)
    var isNone: Bool { timestamp == nil && partition == nil && topic == nil && headers.isEmpty }
}
