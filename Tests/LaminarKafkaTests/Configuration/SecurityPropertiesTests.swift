import Foundation
import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SecurityPropertiesTests {
    private func configuration(_ security: KafkaSecurity) -> KafkaSourceConfiguration {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: "localhost:9092", subscription: .topics(["events"]), groupID: "g")
        configuration.security = security
        return configuration
    }

    private let secrets = ClosureSecretProvider { $0 == "pw" ? Secret("hunter2") : $0 == "blank" ? Secret("") : nil }

    private func values(_ properties: ClientProperties) -> [String: String] {
        var values: [String: String] = [:]
        properties.forEach { name, value in values[name] = value }
        return values
    }

    @Test(
        "a password reaches librdkafka and no description",
        arguments: [
            (.plain(username: "user", password: .secret(named: "pw")), "PLAIN"),
            (.scramSHA256(username: "user", password: .secret(named: "pw")), "SCRAM-SHA-256"),
            (.scramSHA512(username: "user", password: .secret(named: "pw")), "SCRAM-SHA-512"),
        ] as [(KafkaSecurity.Authentication, String)])
    func passwords(authentication: KafkaSecurity.Authentication, mechanism: String) async throws {
        let properties = try await configuration(.sasl(authentication)).clientProperties(secrets: secrets)
        let values = values(properties)
        #expect(values["security.protocol"] == "SASL_SSL")
        #expect(values["sasl.mechanisms"] == mechanism)
        #expect(values["sasl.username"] == "user")
        #expect(values["sasl.password"] == "hunter2")
        #expect(values["ssl.endpoint.identification.algorithm"] == "https")
        #expect(!String(reflecting: properties).contains("hunter2"))
        #expect(properties["sasl.password"] == nil)
    }

    @Test("a token's client secret is not librdkafka's business") func tokens() async throws {
        let oauth = KafkaSecurity.OAuth(
            tokenEndpoint: "https://id/token", clientID: "me", clientSecret: .secret(named: "unknown"))
        let values = values(
            try await configuration(.sasl(.oauthBearer(oauth))).clientProperties(secrets: secrets))
        #expect(values["sasl.mechanisms"] == "OAUTHBEARER")
        #expect(values.keys.filter { $0.contains("oauthbearer") } == [])
        let aws = try await configuration(.awsMSKIAM(region: "us-east-1")).clientProperties(secrets: secrets)
        #expect(aws["sasl.mechanisms"] == "OAUTHBEARER")
        #expect(aws["security.protocol"] == "SASL_SSL")
    }

    @Test("a missing secret's error names only its name") func missing() async throws {
        let security = KafkaSecurity.sasl(.plain(username: "user", password: .secret(named: "nowhere")))
        let error = await #expect(throws: SecretError.self) {
            _ = try await configuration(security).clientProperties(secrets: secrets)
        }
        #expect(error?.message.contains("nowhere") == true)
    }

    @Test("a secret that turns out to be empty is an error that names the option") func empty() async throws {
        let security = KafkaSecurity.sasl(.plain(username: "user", password: .secret(named: "blank")))
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await configuration(security).clientProperties(secrets: secrets)
        }
        #expect(error?.option == "auth.password")
    }

    @Test("a file that can't be read is an error that names option and path") func files() async throws {
        let security = KafkaSecurity.tls(.init(trustedCertificates: .file("/no/such/ca.pem")))
        let error = await #expect(throws: ConfigurationError.self) {
            _ = try await configuration(security).clientProperties(secrets: secrets)
        }
        #expect(error?.code == .unreadableFile)
        #expect(error?.option == "ssl.ca.location")
        #expect(error?.message.contains("/no/such/ca.pem") == true)
    }

    @Test("certificates become librdkafka's properties") func certificates() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "ca.pem")
        try "-----BEGIN CERTIFICATE-----".write(to: file, atomically: true, encoding: .utf8)
        let tls = KafkaSecurity.TLS(
            trustedCertificates: .file(file.path), certificate: .text("-----BEGIN CERTIFICATE-----"),
            key: .text(.secret(named: "pw")), verifiesCertificate: false, verifiesHostName: false)
        let values = values(try await configuration(.tls(tls)).clientProperties(secrets: secrets))
        #expect(values["security.protocol"] == "SSL")
        #expect(values["ssl.ca.location"] == file.path)
        #expect(values["ssl.certificate.pem"] == "-----BEGIN CERTIFICATE-----")
        #expect(values["ssl.key.pem"] == "hunter2")
        #expect(values["enable.ssl.certificate.verification"] == "false")
        #expect(values["ssl.endpoint.identification.algorithm"] == "none")
    }
}
