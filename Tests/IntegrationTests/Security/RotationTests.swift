import Foundation
import LaminarCore
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Secure connections: secrets are rotated while clients run", .timeLimit(.minutes(4)))
struct RotationTests {
    /// Sets a user's SCRAM password, as an administrator does while everything runs.
    private func setPassword(_ password: String, of user: String, on kafka: KafkaFixture) async throws {
        let peer = try Peers.python(
            """
            import sys
            from confluent_kafka.admin import (AdminClient, ScramCredentialInfo, ScramMechanism,
                                               UserScramCredentialUpsertion)
            admin = AdminClient({"bootstrap.servers": sys.argv[1]})
            info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
            change = UserScramCredentialUpsertion(sys.argv[2], info, sys.argv[3].encode())
            for future in admin.alter_user_scram_credentials([change]).values():
                future.result()
            """, [kafka.bootstrapServers, user, password])
        try await peer.success()
    }

    private func produce(_ value: String, to topic: String, on kafka: KafkaFixture) async throws {
        try await kafka.produce([TestRecord(value: value)], to: topic)
    }

    @Test("a user that is added and a password that is changed count at the next reconnect")
    func password() async throws {
        // 3.9, whose SCRAM every librdkafka can do.
        let kafka = try await KafkaFixture.start(version: .v3_9)
        guard kafka.offers(.sasl, promise: "a rotated password counts at the next reconnect") else { return }
        let topic = try await kafka.createTopic("rotated", partitions: 1)
        let password = Mutex("first password")
        try await setPassword("first password", of: "rita", on: kafka)
        var configuration = KafkaSourceConfiguration(
            kafka, .saslPlaintext,
            .sasl(.scramSHA256(username: "rita", password: .secret(named: "rita_password")), tls: nil), topic: topic)
        configuration.properties = ["reconnect.backoff.max.ms": "500"]
        let source = try KafkaSource(
            configuration, decoding: .payload,
            secrets: .closure { name in name == "rita_password" ? Secret(password.withLock { $0 }) : nil })
        try await produce("before", to: topic, on: kafka)
        var seen: [String] = []
        for try await payload in source {
            seen.append(payload.text ?? "")
            if seen.count == 2 { break }
            try await setPassword("second password", of: "rita", on: kafka)
            password.withLock { $0 = "second password" }
            // Its connections end, and the new ones need the new password.
            try await kafka.stop(node: 1)
            try await kafka.start(node: 1)
            try await produce("after", to: topic, on: kafka)
        }
        await source.close()
        await kafka.stop()
        #expect(seen == ["before", "after"])
    }

    @Test("a PLAIN password that is changed counts at the next reconnect", arguments: [KafkaFixture.Version.v3_9])
    func plainPassword(version: KafkaFixture.Version) async throws {
        let kafka = try await KafkaFixture.start(version: version)
        guard kafka.offers(.sasl, promise: "a rotated PLAIN password counts at the next reconnect") else { return }
        let topic = try await kafka.createTopic("rotated", partitions: 1)
        let password = Mutex(KafkaFixture.User.alice.password)
        var configuration = KafkaSourceConfiguration(
            kafka, .saslPlaintext,
            .sasl(.plain(username: "alice", password: .secret(named: "alice_password")), tls: nil), topic: topic)
        configuration.properties = ["reconnect.backoff.max.ms": "500"]
        let source = try KafkaSource(
            configuration, decoding: .payload,
            secrets: .closure { name in name == "alice_password" ? Secret(password.withLock { $0 }) : nil })
        try await produce("before", to: topic, on: kafka)
        var seen: [String] = []
        for try await payload in source {
            seen.append(payload.text ?? "")
            if seen.count == 2 { break }
            // Kafka keeps PLAIN's users in a node's properties.
            try await kafka.stop(node: 1)
            try kafka.replace(KafkaFixture.User.alice.password, by: "changed password", inPropertiesOf: 1)
            password.withLock { $0 = "changed password" }
            try await kafka.start(node: 1)
            try await produce("after", to: topic, on: kafka)
        }
        await source.close()
        await kafka.stop()
        #expect(seen == ["before", "after"])
    }
}

extension KafkaFixture {
    /// Writes something else into a node's properties, which it reads when it starts.
    fileprivate func replace(_ old: String, by new: String, inPropertiesOf node: Int) throws {
        let folder = URL(filePath: certificates.authority).deletingLastPathComponent().deletingLastPathComponent()
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var replaced = 0
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "properties", let text = try? String(contentsOf: file, encoding: .utf8),
                text.contains(old)
            else { continue }
            try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: file)
            replaced += 1
        }
        #expect(replaced > 0, "no properties of node \(node) hold what is replaced")
    }
}
