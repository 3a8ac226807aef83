/// How a client proves who it is, and whether the connection is encrypted.
///
///     configuration.security = .sasl(.plain(username: "app", password: .secret(named: "kafka_password")))
///     configuration.security = .tls(.init(trustedCertificates: .file("/certs/ca.pem")))
///     configuration.security = .awsMSKIAM(region: "eu-central-1")
///
/// The default is no authentication and no encryption. Options: `auth.*`, `security.protocol`, `ssl.*`.
public struct KafkaSecurity: Sendable, Hashable {
    /// Who the client says it is.
    public var authentication: Authentication
    /// How the connection is encrypted; nil = it isn't.
    public var tls: TLS?

    /// - Parameters:
    ///   - authentication: SASL's mechanism and its credentials, or none.
    ///   - tls: nil for a plaintext connection.
    public init(authentication: Authentication = .none, tls: TLS? = nil) {
        self.authentication = authentication
        self.tls = tls
    }

    /// No authentication, no encryption.
    public static let plaintext = KafkaSecurity()

    /// TLS without SASL; with a certificate and a key, the broker can tell the client by them.
    public static func tls(_ tls: TLS = TLS()) -> KafkaSecurity {
        KafkaSecurity(tls: tls)
    }

    /// SASL, over TLS unless `tls` is nil.
    public static func sasl(_ authentication: Authentication, tls: TLS? = TLS()) -> KafkaSecurity {
        KafkaSecurity(authentication: authentication, tls: tls)
    }

    /// AWS MSK with IAM, which always runs over TLS.
    public static func awsMSKIAM(
        region: String, roleARN: String? = nil, profile: String? = nil, tls: TLS = TLS()
    ) -> KafkaSecurity {
        KafkaSecurity(authentication: .awsMSKIAM(region: region, roleARN: roleARN, profile: profile), tls: tls)
    }

    /// Who the client says it is.
    public enum Authentication: Sendable, Hashable {
        /// Nobody (`auth.type` = `none`).
        case none
        /// SASL/PLAIN.
        case plain(username: SecretText, password: SecretText)
        /// SASL/SCRAM-SHA-256.
        case scramSHA256(username: SecretText, password: SecretText)
        /// SASL/SCRAM-SHA-512.
        case scramSHA512(username: SecretText, password: SecretText)
        /// SASL/OAUTHBEARER with a token of an OAuth 2.0 server.
        case oauthBearer(OAuth)
        /// SASL/OAUTHBEARER with tokens that the host supplies.
        case hostTokens(HostTokens)
        /// AWS MSK IAM: OAUTHBEARER with a presigned request for a token (`auth.type` = `aws_msk_iam`).
        case awsMSKIAM(region: String, roleARN: String?, profile: String?)

        /// The mechanism as brokers name it; nil for ``none``.
        public var mechanism: String? {
            switch self {
            case .none: nil
            case .plain: "PLAIN"
            case .scramSHA256: "SCRAM-SHA-256"
            case .scramSHA512: "SCRAM-SHA-512"
            case .oauthBearer, .hostTokens, .awsMSKIAM: "OAUTHBEARER"
            }
        }
    }

    /// The client-credentials grant of OAuth 2.0.
    public struct OAuth: Sendable, Hashable {
        /// Where tokens are had: an http or https URL (`auth.token_endpoint`).
        public var tokenEndpoint: String
        /// The client's id (`auth.client_id`).
        public var clientID: SecretText
        /// The client's secret (`auth.client_secret`).
        public var clientSecret: SecretText
        /// What is asked for; nil leaves it to the server (`auth.scope`).
        public var scope: String?
        /// Who may sign the endpoint's certificate; nil = the system's authorities
        /// (`auth.token_endpoint.ssl.ca.location`).
        public var trustedCertificates: PEM?

        /// - Parameter tokenEndpoint: an http or https URL.
        public init(
            tokenEndpoint: String, clientID: SecretText, clientSecret: SecretText, scope: String? = nil,
            trustedCertificates: PEM? = nil
        ) {
            self.trustedCertificates = trustedCertificates
            self.tokenEndpoint = tokenEndpoint
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.scope = scope
        }
    }

    /// Kafka's name for the combination, as `security.protocol` has it.
    public var securityProtocol: String {
        switch (authentication == .none, tls == nil) {
        case (true, true): "PLAINTEXT"
        case (true, false): "SSL"
        case (false, true): "SASL_PLAINTEXT"
        case (false, false): "SASL_SSL"
        }
    }
}
