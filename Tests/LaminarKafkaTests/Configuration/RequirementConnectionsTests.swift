import Foundation
import LaminarCore
import LaminarSQL
import Testing

@testable import LaminarKafka

/// The CREATE CONNECTION statements of the requirement's document, option by option.
@Suite struct RequirementConnectionsTests {
    private func expect(
        _ options: StatementOptions, topic: String? = "events",
        _ change: (inout KafkaSourceConfiguration) -> Void = { _ in }
    ) throws {
        let file = ConfigurationContext(allowsLiteralSecrets: false)
        let source = try options.source(context: file)
        var expected = KafkaSourceConfiguration(
            bootstrapServers: source.bootstrapServers, subscription: source.subscription, groupID: source.groupID)
        if let topic { expected.subscription = .topics([topic]) }
        expected.format = .json()
        change(&expected)
        #expect(source == expected)
    }

    @Test("brokers, topic and group") func basics() throws {
        try expect(
            .source([
                "bootstrap_servers": "broker1:9092,broker2:9092,broker3:9092", "group_id": "laminar-consumer-group",
            ])
        ) {
            $0.bootstrapServers = "broker1:9092,broker2:9092,broker3:9092"; $0.groupID = "laminar-consumer-group"
        }
        try expect(.source(["topic": "public-events"]), topic: "public-events")
        try expect(.source(["group_id": "my-application-group"])) { $0.groupID = "my-application-group" }
        try expect(.source(["topic": "", "topic_pattern": "events-.*"]), topic: nil) {
            $0.subscription = .pattern("events-.*")
        }
        try expect(.source(["topic": "", "topics": "events,orders,users"]), topic: nil) {
            $0.subscription = .topics(["events", "orders", "users"])
        }
    }

    @Test("authentication and TLS") func security() throws {
        let credentials: StatementOptions = [
            "bootstrap_servers": "broker:9092", "auth.type": "sasl", "auth.mechanism": "PLAIN",
            "auth.protocol": "SASL_SSL", "auth.username": "user", "auth.password": "${secret:kafka_password}",
        ]
        try expect(.source(credentials)) {
            $0.security = .sasl(.plain(username: "user", password: .secret(named: "kafka_password")))
        }
        var scram = credentials
        scram.pairs[2].1 = "SCRAM-SHA-256"
        try expect(.source(scram)) {
            $0.security = .sasl(.scramSHA256(username: "user", password: .secret(named: "kafka_password")))
        }
        try expect(.source(["auth.type": "aws_msk_iam", "auth.region": "us-east-1"])) {
            $0.security = .awsMSKIAM(region: "us-east-1")
        }
        try expect(
            .source([
                "security.protocol": "SSL", "ssl.ca.location": "/certs/ca-cert.pem",
                "ssl.certificate.location": "/certs/client-cert.pem", "ssl.key.location": "/certs/client-key.pem",
                "ssl.key.password": "${secret:key_password}",
            ])
        ) {
            $0.security = .tls(
                .init(
                    trustedCertificates: .file("/certs/ca-cert.pem"), certificate: .file("/certs/client-cert.pem"),
                    key: .file("/certs/client-key.pem"), keyPassword: .secret(named: "key_password")))
        }
    }

    @Test("formats and registries") func formats() throws {
        try expect(.source(["topic": "json-events", "json.unstructured": "false"]), topic: "json-events")
        try expect(
            .source([
                "topic": "avro-events", "format": "avro", "schema_registry.endpoint": "http://schema-registry:8081",
                "schema_registry.api_key": "api_key", "schema_registry.api_secret": "${secret:sr_secret}",
            ]), topic: "avro-events"
        ) {
            $0.format = .avro()
            $0.schemaRegistry = .confluent(
                .init(
                    endpoints: ["http://schema-registry:8081"],
                    credentials: .basic(key: "api_key", secret: .secret(named: "sr_secret"))))
        }
        try expect(
            .source([
                "format": "confluent_avro", "schema_registry.endpoint": "http://confluent-sr:8081",
                "value_subject": "events-value", "schema_registry.api_key": "${secret:confluent_key}",
                "schema_registry.api_secret": "${secret:confluent_secret}",
            ])
        ) {
            $0.format = .confluentAvro()
            $0.subjects.value = "events-value"
            $0.schemaRegistry = .confluent(
                .init(
                    endpoints: ["http://confluent-sr:8081"],
                    credentials: .basic(
                        key: .secret(named: "confluent_key"), secret: .secret(named: "confluent_secret"))))
        }
        try expect(.source(["topic": "raw-data", "format": "raw"]), topic: "raw-data") { $0.format = .raw }
    }

    @Test("offsets, commits, properties and bad records") func delivery() throws {
        try expect(.source(["offset": "earliest"]))
        try expect(.source(["offset": "latest"])) { $0.start = .latest }
        try expect(.source(["offset": "timestamp", "timestamp": "2024-01-01T00:00:00Z"])) {
            $0.start = .timestamp(milliseconds: 1_704_067_200_000)
        }
        try expect(
            .source(["enable.auto.commit": "false", "commit.interval.ms": "5000", "auto.offset.reset": "earliest"])
        ) {
            $0.commits = .manual(checkpointEvery: .seconds(5))
            $0.offsetOutOfRange = .earliest
        }
        try expect(
            .source([
                "fetch.min.bytes": "1024", "fetch.max.wait.ms": "500", "max.partition.fetch.bytes": "1048576",
                "session.timeout.ms": "30000", "heartbeat.interval.ms": "3000", "connections.max.idle.ms": "540000",
                "max.poll.records": "500", "max.poll.interval.ms": "300000",
            ])
        ) {
            $0.batch.records = 500
            $0.properties = [
                "fetch.min.bytes": "1024", "fetch.wait.max.ms": "500", "max.partition.fetch.bytes": "1048576",
                "session.timeout.ms": "30000", "heartbeat.interval.ms": "3000", "connections.max.idle.ms": "540000",
                "max.poll.interval.ms": "300000",
            ]
        }
        try expect(.source(["bad_data": "dlq", "dlq_topic": "events-dlq"])) {
            $0.badData = .deadLetter(topic: "events-dlq")
        }
        try expect(.source(["bad_data": "skip", "max_errors_per_batch": "10"])) {
            $0.badData = .skip(maxErrorsPerBatch: 10)
        }
    }

    /// The statements of the document itself, the addresses and secrets as they are written there.
    private static let statements: [SQL.CreateConnection] = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let text =
            (try? String(contentsOf: url.appending(path: "Vectors/kafka-source-connector.md"), encoding: .utf8)) ?? ""
        return text.split(separator: "```sql").dropFirst().flatMap { part -> [SQL.CreateConnection] in
            let block = part.split(separator: "```", maxSplits: 1).first ?? ""
            return ((try? SQL.parse(String(block))) ?? []).compactMap {
                if case .createConnection(let statement) = $0.statement { statement } else { nil }
            }
        }
    }()

    @Test("every CREATE CONNECTION of the document is accepted as it is written, and kept in the same words")
    func document() throws {
        #expect(Self.statements.count == 22)
        for statement in Self.statements {
            let file = ConfigurationContext(allowsLiteralSecrets: false)
            let connection = try ConnectionOptions(
                connector: statement.connector.name, options: statement.options, context: file)
            let kept = try ConnectionOptions(
                connector: connection.connector, options: connection.options, context: file)
            #expect(ConnectionOptions.differences(from: connection.options, to: kept.options) == [])
            #expect(kept.options == connection.options)
            #expect(connection.options.count == statement.options.count)
        }
    }
}
