import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting

/// What the document takes for granted: brokers with and without doors, topics with records, two registries, secrets.
///
/// The document's names stand behind a prefix here, since the brokers are shared with other tests.
struct DocumentWorld: Sendable {
    let kafka: KafkaFixture
    /// Whose listeners ask for a client certificate, and for PLAIN.
    let secured: SecuredKafka.Place
    /// SCRAM: Kafka 3.9 takes it of every librdkafka.
    let older: KafkaFixture
    let registry: FakeSchemaRegistry
    let confluentRegistry: FakeSchemaRegistry
    let prefix = "document-\(UUID().uuidString.lowercased().prefix(8))"
    /// The first full minute among those of which the last events are, ten minutes ago.
    let minute: Int64
    let started = Date()

    private static let kept = [
        "kafka_password": KafkaFixture.User.alice.password, "key_password": TestCertificates.keyPassword,
        "sr_secret": "registry-secret-1", "confluent_key": "confluent", "confluent_secret": "registry-secret-2",
    ]
    static let secrets = ClosureSecretProvider { name in kept[name].map { Secret($0) } }

    /// Both writers' schemas have the id 1 in their registries.
    private static let schema = """
        {"type": "record", "name": "Event", "fields": [
            {"name": "id", "type": "long"}, {"name": "name", "type": "string"}]}
        """

    init() async throws {
        kafka = try await KafkaFixture.shared
        secured = try await SecuredKafka.place
        older = try await KafkaFixture.shared(.v3_9)
        registry = try FakeSchemaRegistry(user: "api_key", password: Self.kept["sr_secret"] ?? "")
        confluentRegistry = try FakeSchemaRegistry(user: "confluent", password: Self.kept["confluent_secret"] ?? "")
        minute = (Int64(started.timeIntervalSince1970) / 60 - 10) * 60_000
        try registry.register(Self.schema, under: topic("avro-events") + "-value")
        try confluentRegistry.register(Self.schema, under: "events-value")
        let events = events
        for broker in [kafka, secured.kafka, older] { try await make("events", partitions: 2, events, on: broker) }
        let avro = (0..<5).map { TestRecord(value: [0, 0, 0, 0, 1, UInt8($0 * 2), 2, 97 + UInt8($0)], partition: 0) }
        let numbers = (0..<4).map { TestRecord(value: #"{"id": \#($0)}"#, partition: 0) }
        let topics: [(String, [TestRecord])] = [
            ("public-events", numbers), ("json-events", (0..<40).map(Self.named)), ("avro-events", avro),
            ("framed-events", avro), ("high-volume-events", numbers), ("events-a", numbers), ("events-b", numbers),
            ("orders", Array(numbers.prefix(3))), ("users", Array(numbers.prefix(2))),
            ("broken-events", numbers + [TestRecord(value: "not json", key: "bad", partition: 0)]), ("events-dlq", []),
            (
                "raw-data",
                [
                    TestRecord(value: [0, 255], key: [7], timestamp: 1_717_200_000_000, partition: 0),
                    TestRecord(value: [UInt8]?.none, key: nil, timestamp: 1_717_200_001_000, partition: 0),
                ]
            ),
        ]
        for (name, records) in topics { try await make(name, partitions: 1, records, on: kafka) }
    }

    /// A topic of the document.
    func topic(_ name: String) -> String { "\(prefix)-\(name)" }

    /// Of 2023, of 2024, and of two minutes within the last hour: four each, odd ones in partition 1.
    private var events: [TestRecord] {
        (0..<12).map { number in
            TestRecord(
                value: #"{"id": \#(number), "message": "event \#(number)"}"#, key: "k\(number)",
                headers: number == 0 ? [("trace", "7")] : [], timestamp: time(number), partition: Int32(number % 2))
        }
    }

    /// An event's time in milliseconds.
    func time(_ number: Int) -> Int64 {
        switch number {
        case ..<4: 1_685_577_600_000 + Int64(number) * 1000
        case ..<8: 1_717_200_000_000 + Int64(number) * 1000
        default: minute + Int64(number - 8) * 30_000
        }
    }

    /// A record of `json-events`.
    static func named(_ number: Int) -> TestRecord {
        TestRecord(
            value:
                #"{"id": \#(number), "name": "n\#(number)", "timestamp": "2024-06-01T00:00:00Z", "metadata": {"n": \#(number)}}"#,
            partition: 0)
    }

    private func make(
        _ name: String, partitions: Int, _ records: [TestRecord], on broker: KafkaFixture
    ) async throws {
        // Some records carry timestamps of long ago.
        try await broker.createTopic(
            named: topic(name), partitions: partitions, configuration: ["retention.ms": "-1"])
        try await broker.produce(records, to: topic(name))
    }
}
