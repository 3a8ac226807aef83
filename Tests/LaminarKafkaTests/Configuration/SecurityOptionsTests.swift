import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SecurityOptionsTests {
    static let plain: StatementOptions = [
        "auth.type": "sasl", "auth.mechanism": "PLAIN", "auth.username": "user", "auth.password": "${secret:pw}",
    ]

    @Test("without options there is neither authentication nor encryption") func none() throws {
        #expect(try StatementOptions.source().source().security == .plaintext)
        #expect(try StatementOptions.source(["auth.type": "none"]).source().security == .plaintext)
    }

    @Test(
        "SASL runs over TLS unless told otherwise",
        arguments: [
            ("auth.protocol", "SASL_SSL", "SASL_SSL"), ("auth.protocol", "sasl_plaintext", "SASL_PLAINTEXT"),
            ("security.protocol", "SASL_PLAINTEXT", "SASL_PLAINTEXT"), ("auth.scope", "", "SASL_SSL"),
        ])
    func protocols(option: String, text: String, expected: String) throws {
        var options = StatementOptions.source(Self.plain)
        if text != "" { options.pairs.append((option, text)) }
        #expect(try options.source().security.securityProtocol == expected)
    }

    @Test("every mechanism has its credentials") func mechanisms() throws {
        func security(_ mechanism: String) throws -> KafkaSecurity {
            var options = StatementOptions.source(Self.plain)
            options.pairs = options.pairs.map { $0.0 == "auth.mechanism" ? ($0.0, mechanism) : $0 }
            return try options.source().security
        }
        #expect(try security("plain") == .sasl(.plain(username: "user", password: .secret(named: "pw"))))
        #expect(try security("SCRAM-SHA-256") == .sasl(.scramSHA256(username: "user", password: .secret(named: "pw"))))
        #expect(try security("scram-sha-512") == .sasl(.scramSHA512(username: "user", password: .secret(named: "pw"))))
        let token = StatementOptions.source([
            "auth.type": "sasl", "auth.mechanism": "OAUTHBEARER", "auth.token_endpoint": "https://id.example/token",
            "auth.client_id": "me", "auth.client_secret": "${secret:cs}", "auth.scope": "kafka",
        ])
        let oauth = KafkaSecurity.OAuth(
            tokenEndpoint: "https://id.example/token", clientID: "me", clientSecret: .secret(named: "cs"),
            scope: "kafka")
        #expect(try token.source().security == .sasl(.oauthBearer(oauth)))
        let aws = StatementOptions.source(["auth.type": "aws_msk_iam", "auth.region": "us-east-1"])
        #expect(try aws.source().security == .awsMSKIAM(region: "us-east-1"))
        #expect(try aws.source().security.securityProtocol == "SASL_SSL")
    }

    static let wrong: [OptionReaderTests.Wrong] = [
        .init(["auth.type": "kerberos"], .invalidValue, "auth.type"),
        .init(["auth.type": "sasl"], .missingOption, "auth.mechanism", "PLAIN"),
        .init(["auth.type": "sasl", "auth.mechanism": "GSSAPI"], .invalidValue, "auth.mechanism"),
        .init(["auth.type": "sasl", "auth.mechanism": "PLAIN"], .missingOption, "auth.username"),
        .init(
            ["auth.type": "sasl", "auth.mechanism": "PLAIN", "auth.username": "u"], .missingOption, "auth.password"),
        .init(["auth.username": "u"], .missingOption, "auth.type", "sasl"),
        .init(["auth.region": "us-east-1"], .missingOption, "auth.type", "aws_msk_iam"),
        .init(["auth.type": "none", "auth.username": "u"], .conflict, "auth.username", "'none'"),
        .init(["auth.type": "aws_msk_iam"], .missingOption, "auth.region"),
        .init(["auth.type": "aws_msk_iam", "auth.region": "Frankfurt"], .invalidValue, "auth.region"),
        .init(
            ["auth.type": "aws_msk_iam", "auth.region": "us-east-1", "auth.username": "u"], .conflict, "auth.username"),
        .init(
            ["auth.type": "aws_msk_iam", "auth.region": "us-east-1", "auth.protocol": "SASL_PLAINTEXT"], .conflict,
            "security.protocol", "TLS"),
        .init(
            ["auth.type": "aws_msk_iam", "auth.region": "us-east-1", "auth.role_arn": "app"], .invalidValue,
            "auth.role_arn"),
        .init(["security.protocol": "SASL_SSL"], .conflict, "security.protocol", "auth.type"),
        .init(["security.protocol": "TLS"], .invalidValue, "security.protocol", "SSL"),
        .init(["ssl.ca.location": "/ca.pem"], .conflict, "ssl.ca.location", "PLAINTEXT", "'security.protocol' = 'SSL'"),
        .init(["ssl.cipher.suites": "ALL"], .conflict, "ssl.cipher.suites", "PLAINTEXT"),
        .init(
            ["security.protocol": "SSL", "ssl.certificate.location": "/c.pem"], .missingOption, "ssl.key.location"),
        .init(
            ["security.protocol": "SSL", "ssl.key.location": "/k.pem"], .missingOption, "ssl.certificate.location"),
        .init(["security.protocol": "SSL", "ssl.key.password": "${secret:k}"], .conflict, "ssl.key.password"),
        .init(
            ["security.protocol": "SSL", "ssl.ca.location": "/ca.pem", "ssl.ca.pem": "-----BEGIN CERTIFICATE-----"],
            .conflict, "ssl.ca.pem", "'ssl.ca.location'"),
        .init(["security.protocol": "SSL", "ssl.ca.pem": "/ca.pem"], .invalidValue, "ssl.ca.pem", "-----BEGIN"),
        .init(
            ["security.protocol": "SSL", "ssl.keystore.location": "/me.jks"], .unsupported, "ssl.keystore.location",
            "PKCS12"),
        .init(
            [
                "security.protocol": "SSL", "ssl.keystore.location": "/me.p12", "ssl.certificate.location": "/c.pem",
                "ssl.key.location": "/k.pem",
            ], .conflict, "ssl.keystore.location", "'ssl.certificate.location'"),
        .init(
            ["security.protocol": "SSL", "ssl.keystore.password": "${secret:k}"], .conflict, "ssl.keystore.password"),
        .init(
            [
                "auth.type": "sasl", "auth.mechanism": "OAUTHBEARER", "auth.token_endpoint": "id.example",
                "auth.client_id": "me", "auth.client_secret": "${secret:cs}",
            ], .invalidValue, "auth.token_endpoint", "https://"),
    ]

    @Test("what contradicts itself is refused", arguments: wrong)
    func contradictions(_ wrong: OptionReaderTests.Wrong) throws {
        let error = try #require(StatementOptions.source(wrong.options).refusal())
        #expect(error.code == wrong.code, "\(error)")
        #expect(error.option == wrong.option || wrong.option == "security.protocol", "\(error)")
        for word in wrong.words { #expect(error.description.contains(word), "\(error)") }
    }

    @Test("security.protocol and auth.protocol must agree") func agreement() throws {
        var options = StatementOptions.source(Self.plain)
        options.pairs += [("auth.protocol", "SASL_SSL"), ("security.protocol", "SASL_PLAINTEXT")]
        let error = try #require(options.refusal())
        #expect(error.code == .conflict)
        #expect(error.message.contains("'security.protocol'") && error.message.contains("'auth.protocol'"))
        options.pairs = options.pairs.map { $0.0 == "security.protocol" ? ($0.0, "sasl_ssl") : $0 }
        #expect(options.refusal() == nil)
        var ssl = StatementOptions.source(Self.plain)
        ssl.pairs.append(("security.protocol", "SSL"))
        #expect(ssl.refusal()?.code == .conflict)
    }

    @Test("certificates are files, or PEM text in their place") func certificates() throws {
        let files = StatementOptions.source([
            "security.protocol": "SSL", "ssl.ca.location": "/certs/ca-cert.pem",
            "ssl.certificate.location": "/certs/client-cert.pem", "ssl.key.location": "/certs/client-key.pem",
            "ssl.key.password": "${secret:key_password}",
        ])
        #expect(
            try files.source().security
                == .tls(
                    .init(
                        trustedCertificates: .file("/certs/ca-cert.pem"), certificate: .file("/certs/client-cert.pem"),
                        key: .file("/certs/client-key.pem"), keyPassword: .secret(named: "key_password"))))
        let pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----"
        let text = StatementOptions.source(["security.protocol": "SSL", "ssl.ca.location": pem])
        #expect(try text.source().security.tls?.trustedCertificates == .text(SecretText(stringLiteral: pem)))
        let reference = StatementOptions.source(["security.protocol": "SSL", "ssl.ca.pem": "${secret:ca}"])
        #expect(try reference.source().security.tls?.trustedCertificates == .text(.secret(named: "ca")))
        let sasl = StatementOptions.source([
            "auth.type": "aws_msk_iam", "auth.region": "us-east-1", "ssl.ca.location": "/ca.pem",
        ])
        #expect(try sasl.source().security.tls?.trustedCertificates == .file("/ca.pem"))
    }

    @Test("what weakens the connection gives a notice") func notices() throws {
        func options(_ options: StatementOptions) throws -> [String] {
            try ConnectionOptions(connector: "kafka", options: StatementOptions.source(options).options)
                .notices.map(\.option)
        }
        var plaintext = Self.plain
        plaintext.pairs.append(("auth.protocol", "SASL_PLAINTEXT"))
        #expect(try options(plaintext) == ["auth.protocol"])
        #expect(try options(Self.plain) == [])
        #expect(
            try options(["security.protocol": "SSL", "enable.ssl.certificate.verification": "false"])
                == ["enable.ssl.certificate.verification"])
        #expect(
            try options(["security.protocol": "SSL", "ssl.endpoint.identification.algorithm": "none"])
                == ["ssl.endpoint.identification.algorithm"])
        #expect(
            try options(["security.protocol": "SSL", "ssl.ca.location": "/no/such/file.pem"]) == ["ssl.ca.location"])
    }

    @Test(
        "a database in a file holds no secret that is written out",
        arguments: [
            [
                "auth.type": "sasl", "auth.mechanism": "PLAIN", "auth.username": "u", "auth.password": "hunter2",
            ],
            [
                "format": "avro", "schema_registry.endpoint": "http://r:8081", "schema_registry.api_key": "k",
                "schema_registry.api_secret": "hunter2",
            ],
            [
                "security.protocol": "SSL", "ssl.certificate.location": "/c.pem", "ssl.key.location": "/k.pem",
                "ssl.key.password": "hunter2",
            ],
            [
                "security.protocol": "SSL", "ssl.certificate.location": "/c.pem",
                "ssl.key.pem": "-----BEGIN PRIVATE KEY-----hunter2",
            ],
            [
                "security.protocol": "SSL", "ssl.key.location": "/k.pem",
                "ssl.certificate.location": "-----BEGIN CERTIFICATE----- -----BEGIN PRIVATE KEY-----hunter2",
            ],
        ] as [StatementOptions])
    func literalSecrets(options: StatementOptions) throws {
        let statement = StatementOptions.source(options)
        let file = ConfigurationContext(allowsLiteralSecrets: false)
        let error = try #require(statement.refusal(context: file))
        #expect(error.code == .literalSecret)
        #expect(error.message.contains("${secret:"))
        #expect(!String(reflecting: error).contains("hunter2"))
        let connection = try ConnectionOptions(connector: "kafka", options: statement.options)
        #expect(!String(reflecting: connection.options).contains("hunter2"))
        #expect(!"\(connection.options)".contains("hunter2"))
        #expect(!String(reflecting: connection.configuration).contains("hunter2"))
        var dumped = ""
        dump(connection.configuration, to: &dumped)
        dump(connection.options, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("a reference to a secret is accepted in a file, and shown") func references() throws {
        let file = ConfigurationContext(allowsLiteralSecrets: false)
        let connection = try ConnectionOptions(
            connector: "kafka", options: StatementOptions.source(Self.plain).options, context: file)
        #expect(connection.options.contains(NormalisedOption(key: "auth.password", value: "${secret:pw}")))
    }
}
