internal import LaminarCore

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension ClientProperties {
    /// Passes the user's own properties on under librdkafka's names, in the order of theirs.
    mutating func pass(
        _ properties: [String: String], side: LibrdkafkaProperties.Side, secrets: any SecretProvider
    ) async throws {
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard let property = try PropertyRules.resolve(name, value, side: side) else { continue }
            let template = try SecretTemplate(parsing: property.value)
            if let plain = template.plainText, !PropertyRules.isSecret(property.name) {
                set(property.name, plain)
            } else {
                set(property.name, secret: try await template.resolve(with: secrets))
            }
        }
    }

    /// Sets protocol, mechanism, credentials and certificates.
    ///
    /// An OAuth client's id and secret aren't set: Laminar fetches the token itself and hands only that to librdkafka.
    mutating func apply(_ security: KafkaSecurity, secrets: any SecretProvider) async throws {
        identity = ClientIdentity(security: security, secrets: secrets)
        set("security.protocol", security.securityProtocol)
        if let mechanism = security.authentication.mechanism { set("sasl.mechanisms", mechanism) }
        switch security.authentication {
        case .none, .hostTokens, .awsMSKIAM: break
        case .oauthBearer(let oauth):
            if case .file(let path) = oauth.trustedCertificates {
                try Self.requireReadable(path, option: "auth.token_endpoint.ssl.ca.location")
            }
        case .plain(let username, let password), .scramSHA256(let username, let password),
            .scramSHA512(let username, let password):
            try await set("sasl.username", username, secrets: secrets, option: "auth.username")
            try await set("sasl.password", password, secrets: secrets, option: "auth.password")
        }
        if let tls = security.tls { try await apply(tls, secrets: secrets) }
    }

    private mutating func apply(_ tls: KafkaSecurity.TLS, secrets: any SecretProvider) async throws {
        try await set(tls.trustedCertificates, "ssl.ca", secrets: secrets)
        try await set(tls.certificate, "ssl.certificate", secrets: secrets)
        try await set(tls.key, "ssl.key", secrets: secrets)
        if let keystore = tls.keystore {
            try Self.requireReadable(keystore, option: "ssl.keystore.location")
            set("ssl.keystore.location", keystore)
        }
        if let password = tls.keyPassword {
            try await set("ssl.key.password", password, secrets: secrets, option: "ssl.key.password")
        }
        if let password = tls.keystorePassword {
            try await set("ssl.keystore.password", password, secrets: secrets, option: "ssl.keystore.password")
        }
        set("enable.ssl.certificate.verification", tls.verifiesCertificate ? "true" : "false")
        set("ssl.endpoint.identification.algorithm", tls.verifiesHostName ? "https" : "none")
    }

    private mutating func set(_ pem: KafkaSecurity.PEM?, _ stem: String, secrets: any SecretProvider) async throws {
        switch pem {
        case nil: break
        case .file(let path):
            try Self.requireReadable(path, option: "\(stem).location")
            set("\(stem).location", path)
        case .text(let text):
            try await set("\(stem).pem", text, secrets: secrets, option: "\(stem).pem")
        }
    }

    private mutating func set(
        _ name: String, _ text: SecretText, secrets: any SecretProvider, option: String
    ) async throws {
        let secret = try await text.resolve(with: secrets)
        guard !secret.isEmpty else {
            throw ConfigurationError(
                code: .invalidValue, option: option,
                message: "'\(option)' is empty\(text.isLiteral ? "" : " once \(text) is looked up").")
        }
        guard !secret.withUnredacted({ $0.contains("\0") }) else {
            throw ConfigurationError(
                code: .invalidValue, option: option, message: "'\(option)' holds a zero byte, which Kafka can't take.")
        }
        set(name, secret: secret)
    }

    /// librdkafka's own message for a file that it can't open names neither option nor path in every case.
    static func requireReadable(_ path: String, option: String) throws(ConfigurationError) {
        guard access(path, R_OK) != 0 else { return }
        let reason = String(cString: strerror(errno))
        throw ConfigurationError(
            code: .unreadableFile, option: option, message: "'\(option)' names \(path), which can't be read: \(reason)."
        )
    }
}
