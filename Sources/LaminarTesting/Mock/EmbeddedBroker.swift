import CRdKafka
import Foundation
import Synchronization

/// A Kafka cluster inside of this process: librdkafka's mock brokers, on loopback ports, with faults on demand.
///
///     let broker = try EmbeddedBroker()
///     try broker.createTopic("orders", partitions: 4)
///     try await broker.produce([TestRecord(value: #"{"id": 1}"#)], to: "orders")
///     …                                                        // bootstrap_servers = broker.bootstrapServers
///     await broker.close()
///
/// It starts in a millisecond and knows topics, groups with rebalances, commits and transactions. It has no admin API,
/// no offsets by time, no `read_committed`, no fencing, no retention, and keeps about 5 MB a partition: what is
/// promised about a broker is tested with ``KafkaFixture``.
///
/// - Note: librdkafka calls its mock cluster experimental; 2.0.2 to 2.16 were tried.
public final class EmbeddedBroker: Sendable {
    /// What a client's `bootstrap.servers` takes: every broker's `127.0.0.1:port`.
    public let bootstrapServers: String
    /// How many brokers there are, numbered from 1.
    public let brokers: Int

    private let cluster: Mutex<MockCluster?>

    /// Starts the brokers.
    ///
    /// - Parameters:
    ///   - brokers: 1 to 100.
    ///   - defaultPartitions: of topics that come to be by being written to, 1 to 10,000.
    /// - Throws: ``FixtureError`` with code `start`.
    public init(brokers: Int = 1, defaultPartitions: Int = 4) throws(FixtureError) {
        guard (1...100).contains(brokers), (1...10_000).contains(defaultPartitions) else {
            throw FixtureError(
                code: .start, message: "An embedded broker takes 1 to 100 brokers and 1 to 10,000 partitions.")
        }
        let started = try MockCluster(brokers: brokers)
        bootstrapServers = started.bootstrapServers
        self.brokers = brokers
        cluster = Mutex(started)
    }

    /// Creates a topic; one that exists is left as it is.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func createTopic(_ name: String, partitions: Int = 4) throws {
        try withCluster { cluster in
            let error = rd_kafka_mock_topic_create(
                cluster, name, Int32(clamping: partitions), Int32(clamping: min(brokers, 3)))
            return error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS ? RD_KAFKA_RESP_ERR_NO_ERROR : error
        }
    }

    /// Writes records and waits until they are there.
    ///
    /// - Throws: ``FixtureError`` with code `broker`, when a fault on the way keeps them from being acknowledged within
    ///   a minute.
    public func produce(_ records: [TestRecord], to topic: String) async throws {
        // A client of its own for each call: one that was turned away by a broker that was down may sit out a minute
        // before it tries again.
        try await TestProducer(bootstrapServers: bootstrapServers).produce(records, to: topic)
    }

    /// The next requests of that kind meet these faults, one each, at whichever broker they arrive.
    ///
    /// Delays are heeded only by ``inject(_:on:broker:)``.
    public func inject(_ faults: [BrokerFault], on request: KafkaRequest) throws {
        try withCluster { cluster in
            let errors = faults.map { rd_kafka_resp_err_t($0.error) }
            rd_kafka_mock_push_request_errors_array(cluster, request.key, errors.count, errors)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// The next requests of that kind at one broker meet these faults, one each, with their delays.
    ///
    /// They go before the ones of the whole cluster.
    public func inject(_ faults: [BrokerFault], on request: KafkaRequest, broker: Int) throws {
        for fault in faults {
            try withCluster { cluster in
                laminar_mock_push_fault(
                    cluster, Int32(clamping: broker), request.key, rd_kafka_resp_err_t(fault.error),
                    fault.delay.wholeMilliseconds)
            }
        }
    }

    /// Forgets the faults of ``inject(_:on:)`` that nobody has met yet.
    public func clearFaults(on request: KafkaRequest) throws {
        try withCluster { cluster in
            rd_kafka_mock_clear_request_errors(cluster, request.key)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// How many faults of ``inject(_:on:broker:)`` nobody has met yet.
    public func pendingFaults(on request: KafkaRequest, broker: Int) throws -> Int {
        var count = 0
        try withCluster { cluster in
            rd_kafka_mock_broker_error_stack_cnt(cluster, Int32(clamping: broker), request.key, &count)
        }
        return count
    }

    /// Metadata calls that topic faulty from now on; nil heals it.
    public func setError(_ code: BrokerFault.Code?, ofTopic topic: String) throws {
        try withCluster { cluster in
            rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(Int32(code?.number ?? 0)))
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Closes a broker's connections and takes no new ones; nil means every broker. No leader moves.
    public func takeDown(broker: Int? = nil) throws {
        try withCluster { rd_kafka_mock_broker_set_down($0, Int32(clamping: broker ?? -1)) }
    }

    /// The broker is there again; nil means every broker.
    public func bringUp(broker: Int? = nil) throws {
        try withCluster { rd_kafka_mock_broker_set_up($0, Int32(clamping: broker ?? -1)) }
    }

    /// Every answer takes that much longer, in whole milliseconds; nil means every broker.
    public func setRoundTripTime(_ time: Duration, broker: Int? = nil) throws {
        try withCluster { rd_kafka_mock_broker_set_rtt($0, Int32(clamping: broker ?? -1), time.wholeMilliseconds) }
    }

    /// The rack that metadata tells of a broker.
    public func setRack(_ rack: String, broker: Int) throws {
        try withCluster { rd_kafka_mock_broker_set_rack($0, Int32(clamping: broker), rack) }
    }

    /// Moves a partition's leader; nil leaves it without one.
    public func moveLeader(topic: String, partition: Int, to broker: Int?) throws {
        try withCluster {
            rd_kafka_mock_partition_set_leader($0, topic, Int32(clamping: partition), Int32(clamping: broker ?? -1))
        }
    }

    /// Moves a group's coordinator to a broker, which need not exist.
    public func moveCoordinator(ofGroup group: String, to broker: Int) throws {
        try withCluster { rd_kafka_mock_coordinator_set($0, "group", group, Int32(clamping: broker)) }
    }

    /// Moves a transaction's coordinator to a broker, which need not exist.
    public func moveCoordinator(ofTransaction id: String, to broker: Int) throws {
        try withCluster { rd_kafka_mock_coordinator_set($0, "transaction", id, Int32(clamping: broker)) }
    }

    /// Which versions of a request the brokers offer; nil takes the request away.
    ///
    /// - Parameter versions: the upper bound must not exceed what librdkafka's mock knows.
    public func offer(_ request: KafkaRequest, versions: ClosedRange<Int16>?) throws {
        try withCluster {
            rd_kafka_mock_set_apiversion($0, request.key, versions?.lowerBound ?? -1, versions?.upperBound ?? -1)
        }
    }

    /// Stops the brokers and forgets what they held. Doing it twice is harmless; not doing it, too.
    public func close() async {
        guard let taken = cluster.withLock({ $0.take() }) else { return }
        // Its threads are joined, which takes a moment.
        _ = try? await onOwnedThread { withExtendedLifetime(taken) {} }
    }

    private func withCluster(
        function: StaticString = #function, _ body: (OpaquePointer) -> rd_kafka_resp_err_t
    ) throws(FixtureError) {
        let error = cluster.withLock { cluster in cluster.map { body($0.pointer) } }
        guard let error else {
            throw FixtureError(code: .closed, message: "The embedded broker is closed; \(function) came too late.")
        }
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw FixtureError(
                code: .broker, message: "The embedded broker refuses \(function): \(ClientHandle.text(error)).")
        }
    }
}

/// Owns the mock cluster and the client that it lives in.
private final class MockCluster: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer
    private let client: ClientHandle

    init(brokers: Int) throws(FixtureError) {
        client = try ClientHandle(RD_KAFKA_PRODUCER, properties: ["client.id": "laminar-embedded-broker"])
        guard let pointer = rd_kafka_mock_cluster_new(client.pointer, Int32(clamping: brokers)) else {
            throw FixtureError(code: .start, message: "librdkafka could not start its mock cluster.")
        }
        self.pointer = pointer
    }

    var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(pointer)) }

    deinit {
        rd_kafka_mock_cluster_destroy(pointer)
    }
}

extension Duration {
    /// Rounded down, for the C calls that count in milliseconds.
    fileprivate var wholeMilliseconds: Int32 {
        Int32(clamping: components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
