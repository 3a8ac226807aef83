import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Secure connections: access rules", .timeLimit(.minutes(5)))
struct AccessRuleTests {
    private static let alice = KafkaSecurity.sasl(
        .plain(
            username: SecretText(Secret(KafkaFixture.User.alice.name)),
            password: SecretText(Secret(KafkaFixture.User.alice.password))), tls: nil)

    @Test("a topic that may not be read is named, by the test of the connection and by the source")
    func forbiddenTopic() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a topic that may not be read is named") else { return }
        let topic = try await kafka.createTopic("forbidden", partitions: 1)
        try await kafka.allow(.admin, to: .read, topic)
        let configuration = KafkaSourceConfiguration(kafka, .saslPlaintext, Self.alice, topic: topic)
        let report = await configuration.testConnection()
        #expect(report.stage == .topic && !report.isOK, "\(report)")
        #expect(report.message.contains("may not read topic \(topic): allow Read"), "\(report)")
        let source = try KafkaSource(configuration, decoding: .payload)
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        await source.close()
        #expect(error?.code == .authorization)
        #expect(error?.message.contains("may not read topic \(topic)") == true)
    }

    @Test("a topic that may be seen and not read is named too") func visibleTopic() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a topic that may be seen and not read is named") else { return }
        let topic = try await kafka.createTopic("visible", partitions: 1)
        try await kafka.allow(.alice, to: .write, topic)
        let report = await KafkaSourceConfiguration(kafka, .saslPlaintext, Self.alice, topic: topic).testConnection()
        #expect(report.stage == .topic && !report.isOK, "\(report)")
        #expect(report.message.contains("may not read topic \(topic)"), "\(report)")
    }

    @Test("a group that may not be used is named") func forbiddenGroup() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a group that may not be used is named") else { return }
        let topic = try await kafka.createTopic("grouped", partitions: 1)
        let group = "guarded-\(UUID().uuidString.lowercased())"
        try await kafka.allow(.admin, toUse: group)
        let configuration = KafkaSourceConfiguration(kafka, .saslPlaintext, Self.alice, topic: topic, group: group)
        let report = await configuration.testConnection()
        #expect(report.stage == .topic && !report.isOK, "\(report)")
        #expect(report.message.contains("may not use group \(group): allow Read"), "\(report)")
        let source = try KafkaSource(configuration, decoding: .payload)
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        await source.close()
        #expect(error?.code == .authorization)
        #expect(error?.message.contains("may not use group \(group)") == true)
    }

    @Test("a topic that may not be written to is named, and nothing is written by asking")
    func forbiddenWrite() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a topic that may not be written to is named") else { return }
        let topic = try await kafka.createTopic("sealed", partitions: 1)
        var sink = KafkaSinkConfiguration(bootstrapServers: kafka.bootstrapServers(.saslPlaintext), topic: topic)
        sink.security = Self.alice
        let free = await sink.testConnection()
        #expect(free.isOK, "\(free)")
        try await kafka.allow(.alice, to: .read, topic)
        // Brokers hear of a new rule by and by.
        var report = await sink.testConnection()
        let deadline = ContinuousClock.now + .seconds(60)
        while report.isOK, ContinuousClock.now < deadline { report = await sink.testConnection() }
        #expect(report.stage == .topic && !report.isOK, "\(report)")
        #expect(report.message.contains("may not write to topic \(topic): allow Write"), "\(report)")
        let source = try KafkaSource(
            KafkaSourceConfiguration(bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic])),
            decoding: .payload, extent: .snapshot)
        for try await _ in source { Issue.record("the question wrote a record") }
        await source.close()
    }

    @Test("no group is joined, and the topic that isn't there is named") func nothingIsJoined() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("watched", partitions: 1)
        let group = "watched-\(UUID().uuidString.lowercased())"
        let fine = KafkaSourceConfiguration(kafka, .plaintext, .plaintext, topic: topic, group: group)
        #expect(await fine.testConnection().isOK)
        let peer = try Peers.python(
            """
            import sys
            from confluent_kafka.admin import AdminClient
            admin = AdminClient({"bootstrap.servers": sys.argv[1]})
            groups = admin.list_consumer_groups().result()
            print(sys.argv[2] in [g.group_id for g in groups.valid])
            """, [kafka.bootstrapServers, group])
        #expect(try await peer.success().output.contains("False"))
        let missing = KafkaSourceConfiguration(kafka, .plaintext, .plaintext, topic: "not-\(topic)", group: group)
        let report = await missing.testConnection()
        #expect(report.stage == .topic && !report.isOK, "\(report)")
        #expect(report.message.contains("not-\(topic) doesn't exist"), "\(report)")
    }
}
