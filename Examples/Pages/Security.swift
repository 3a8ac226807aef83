// swift-format-ignore-file
import LaminarKafka

// What docs/security.md shows.

func look(_ laminar: Laminar) async throws {
    let report = try await laminar.testConnection("shop")       // or configuration.testConnection()
    print(report)
}

func password(_ configuration: inout KafkaSourceConfiguration) {
    configuration.security = .sasl(.scramSHA512(username: "billing", password: .secret(named: "kafka_password")))
}

func certificates(_ configuration: inout KafkaSourceConfiguration) {
    configuration.security = .tls(.init(
        trustedCertificates: .file("/certs/ca.pem"), certificate: .file("/certs/me.pem"), key: .file("/certs/me.key"),
        keyPassword: .secret(named: "key_password")))
}

struct Vault: Sendable {
    func kafkaToken() async throws -> (text: String, expires: Double) { ("", 0) }
}

func tokens(_ configuration: inout KafkaSourceConfiguration, _ vault: Vault) {
    configuration.security = .sasl(.hostTokens(HostTokens {
        let token = try await vault.kafkaToken()
        return BearerToken(Secret(token.text), expiration: token.expires, principal: "billing",
                           extensions: ["logicalCluster": "lkc-1", "identityPoolId": "pool-1"])
    }))
}

struct VaultTokens: TokenProvider {
    let vault: Vault
    func token() async throws -> BearerToken {
        let token = try await vault.kafkaToken()
        return BearerToken(Secret(token.text), expiration: token.expires)
    }
}

func named(_ laminar: Laminar, _ vault: Vault) throws {
    try laminar.register(tokenProvider: VaultTokens(vault: vault), named: "vault")
}
