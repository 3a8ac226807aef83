import Foundation
import LaminarKafka
import LaminarTesting

/// Brokers with the test's own certificates and an OAuth server's keys, shared by the tests that don't break them.
actor SecuredKafka {
    struct Place: Sendable {
        let kafka: KafkaFixture
        let certificates: TestCertificates
        let oauth: OAuthServer
    }

    private static let instance = SecuredKafka()
    private var starts: [Bool: Task<Place, any Error>] = [:]

    /// Kafka 4.1. SSL: a client certificate is required. SASL_SSL and SASL_PLAINTEXT: PLAIN, SCRAM, and OAUTHBEARER with
    /// tokens that Kafka's own validator checks against the server's keys.
    static var place: Place { get async throws { try await instance.start(isBroken: false) } }

    /// Kafka 4.1. SSL: the broker's certificate has expired. SASL_SSL: it is for another host.
    static var brokenPlace: Place { get async throws { try await instance.start(isBroken: true) } }

    private func start(isBroken: Bool) async throws -> Place {
        let start = starts[isBroken] ?? Task { try await Self.make(isBroken: isBroken) }
        starts[isBroken] = start
        return try await start.value
    }

    private static func make(isBroken: Bool) async throws -> Place {
        let certificates = try await TestCertificates()
        let oauth = try await OAuthServer()
        var properties = [
            "ssl.keystore.location": certificates.path("broker.pem"),
            "ssl.truststore.location": certificates.path("authority.crt"),
        ]
        if isBroken {
            properties["listener.name.ssl.ssl.keystore.location"] = certificates.path("expired.pem")
            properties["listener.name.sasl_ssl.ssl.keystore.location"] = certificates.path("misnamed.pem")
        } else {
            properties["listener.name.ssl.ssl.client.auth"] = "required"
            properties["sasl.oauthbearer.jwks.endpoint.url"] = oauth.keys
            properties["sasl.oauthbearer.expected.audience"] = "kafka"
            // Kafka 4.1's default looks at no signature here: it takes itself for a client's validator.
            properties["sasl.oauthbearer.jwt.validator.class"] =
                "org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator"
            for listener in ["sasl_plaintext", "sasl_ssl"] {
                properties["listener.name.\(listener).oauthbearer.sasl.jaas.config"] =
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"
                properties["listener.name.\(listener).oauthbearer.sasl.server.callback.handler.class"] =
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler"
            }
        }
        let kafka = try await KafkaFixture.start(
            properties: properties,
            javaOptions: ["-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=\(oauth.keys)"])
        return Place(kafka: kafka, certificates: certificates, oauth: oauth)
    }
}

extension KafkaSourceConfiguration {
    /// A source of `topic` at one listener.
    init(
        _ kafka: KafkaFixture, _ listener: KafkaFixture.Listener, _ security: KafkaSecurity, topic: String,
        group: String = "security-\(UUID().uuidString)"
    ) {
        self.init(
            bootstrapServers: kafka.bootstrapServers(listener), subscription: .topics([topic]), groupID: group)
        self.security = security
    }
}
