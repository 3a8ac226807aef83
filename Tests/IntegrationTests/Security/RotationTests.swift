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

    @Test("a certificate that is replaced is used by a new client, and nothing is lost") func certificate() async throws
    {
        let place = try await SecuredKafka.place
        guard place.kafka.offers(.tls, promise: "a replaced certificate is used by a new client") else { return }
        let topic = try await place.kafka.createTopic("renewed", partitions: 1)
        let made = place.certificates
        // The source begins with a certificate that the broker refuses, and is given the right one.
        let files = FileManager.default.temporaryDirectory.appending(path: "laminar-renewed-\(UUID().uuidString)")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: files) }
        func install(_ name: String) throws {
            for ending in ["crt", "key"] {
                try Data(made.text("\(name).\(ending)").utf8).write(to: URL(filePath: "\(files)/me.\(ending)"))
            }
        }
        try install("alien")
        var configuration = KafkaSourceConfiguration(
            place.kafka, .ssl,
            .tls(
                .init(
                    trustedCertificates: .file(made.path("authority.crt")), certificate: .file(files + "/me.crt"),
                    key: .file(files + "/me.key"))), topic: topic)
        configuration.properties = ["reconnect.backoff.max.ms": "500"]
        let source = try KafkaSource(configuration, decoding: .payload)
        let events = source.events
        try await produce("1", to: topic, on: place.kafka)
        let reading = Task {
            for try await payload in source { return payload.text }
            return nil
        }
        for await case .trouble(let error) in events where error.code == .tls { break }
        try install("client")
        #expect(try await reading.value == "1")
        await source.close()
    }
}
