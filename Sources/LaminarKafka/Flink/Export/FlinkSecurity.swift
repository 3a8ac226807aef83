/// Authentication and encryption in the words of Java's client, as Flink's connector passes them on.
enum FlinkSecurity {
    /// Flink's SQL connector carries Kafka's classes under a prefix of its own.
    static let shaded = "org.apache.flink.kafka.shaded.org.apache.kafka.common."

    static func write(_ security: KafkaSecurity, _ options: inout FlinkOptions, _ findings: inout FlinkFindings) {
        if security.securityProtocol != "PLAINTEXT" {
            options.property("security.protocol", security.securityProtocol)
        }
        authentication(security.authentication, &options, &findings)
        if let tls = security.tls { encryption(tls, &options, &findings) }
    }

    private static func authentication(
        _ authentication: KafkaSecurity.Authentication, _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        switch authentication {
        case .none: break
        case .plain(let username, let password):
            password_(username, password, "security.plain.PlainLoginModule", "PLAIN", &options, &findings)
        case .scramSHA256(let username, let password):
            password_(username, password, "security.scram.ScramLoginModule", "SCRAM-SHA-256", &options, &findings)
        case .scramSHA512(let username, let password):
            password_(username, password, "security.scram.ScramLoginModule", "SCRAM-SHA-512", &options, &findings)
        case .oauthBearer(let oauth):
            options.property("sasl.mechanism", "OAUTHBEARER")
            let id = FlinkSecrets.text(oauth.clientID, option: "auth.client_id", isSecret: false, &findings)
            let secret = FlinkSecrets.text(oauth.clientSecret, option: "auth.client_secret", &findings)
            var jaas =
                "\(shaded)security.oauthbearer.OAuthBearerLoginModule required clientId=\(FlinkSecrets.quoted(id)) "
                + "clientSecret=\(FlinkSecrets.quoted(secret))"
            if let scope = oauth.scope { jaas += " scope=\(FlinkSecrets.quoted(scope))" }
            options.property("sasl.jaas.config", jaas + ";")
            options.property(
                "sasl.login.callback.handler.class",
                "\(shaded)security.oauthbearer.OAuthBearerLoginCallbackHandler")
            options.property("sasl.oauthbearer.token.endpoint.url", oauth.tokenEndpoint)
            findings.note(
                "Flink's processes need -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=\(oauth.tokenEndpoint)")
        case .hostTokens:
            findings.refuse("tokens that the host supplies in code: name a token endpoint (auth.token_endpoint)")
        case .awsMSKIAM(let region, let role, let profile):
            options.property("sasl.mechanism", "AWS_MSK_IAM")
            var jaas = "software.amazon.msk.auth.iam.IAMLoginModule required"
            if let role {
                jaas += " awsRoleArn=\(FlinkSecrets.quoted(role)) awsStsRegion=\(FlinkSecrets.quoted(region))"
            }
            if let profile { jaas += " awsProfileName=\(FlinkSecrets.quoted(profile))" }
            options.property("sasl.jaas.config", jaas + ";")
            options.property(
                "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler")
            findings.note(
                "Flink needs aws-msk-iam-auth.jar beside the connector; it takes the region (\(region)) from the brokers' "
                    + "names")
        }
    }

    private static func password_(
        _ username: SecretText, _ password: SecretText, _ module: String, _ mechanism: String,
        _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        options.property("sasl.mechanism", mechanism)
        let user = FlinkSecrets.text(username, option: "auth.username", isSecret: false, &findings)
        let word = FlinkSecrets.text(password, option: "auth.password", &findings)
        options.property(
            "sasl.jaas.config",
            "\(shaded)\(module) required username=\(FlinkSecrets.quoted(user)) password=\(FlinkSecrets.quoted(word));")
    }

    // MARK: TLS

    /// The name of the config provider that reads PEM files whole; Java's keystore options want certificate and key in one
    /// file, Laminar's have one file each.
    static let provider = "pem"

    private static func encryption(
        _ tls: KafkaSecurity.TLS, _ options: inout FlinkOptions, _ findings: inout FlinkFindings
    ) {
        switch tls.trustedCertificates {
        case nil: break
        case .file(let path):
            options.property("ssl.truststore.type", "PEM")
            options.property("ssl.truststore.location", path)
        case .text(let text):
            options.property("ssl.truststore.type", "PEM")
            options.property(
                "ssl.truststore.certificates",
                FlinkSecrets.text(text, option: "ssl.ca.pem", isSecret: false, &findings))
        }
        if tls.certificate != nil || tls.key != nil {
            options.property("ssl.keystore.type", "PEM")
            if let certificate = tls.certificate {
                options.property(
                    "ssl.keystore.certificate.chain",
                    pem(certificate, "ssl.certificate.pem", false, &options, &findings))
            }
            if let key = tls.key {
                options.property("ssl.keystore.key", pem(key, "ssl.key.pem", true, &options, &findings))
                findings.note("Java reads a private key in PKCS#8 only: -----BEGIN [ENCRYPTED] PRIVATE KEY-----")
            }
        }
        if let password = tls.keyPassword {
            options.property("ssl.key.password", FlinkSecrets.text(password, option: "ssl.key.password", &findings))
        }
        if let keystore = tls.keystore {
            options.property("ssl.keystore.type", "PKCS12")
            options.property("ssl.keystore.location", keystore)
        }
        if let password = tls.keystorePassword {
            options.property(
                "ssl.keystore.password", FlinkSecrets.text(password, option: "ssl.keystore.password", &findings))
        }
        if !tls.verifiesHostName { options.property("ssl.endpoint.identification.algorithm", "") }
        if !tls.verifiesCertificate {
            findings.refuse(
                "enable.ssl.certificate.verification = 'false': Java's client always verifies; name the broker's authority "
                    + "by ssl.ca.location")
        }
    }

    /// The text, or a reference to the file that Kafka's DirectoryConfigProvider reads.
    private static func pem(
        _ pem: KafkaSecurity.PEM, _ option: String, _ isSecret: Bool, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) -> String {
        switch pem {
        case .text(let text): return FlinkSecrets.text(text, option: option, isSecret: isSecret, &findings)
        case .file(let path):
            options.property("config.providers", provider)
            options.property("config.providers.\(provider).class", "\(shaded)config.provider.DirectoryConfigProvider")
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            let folder = parts.dropLast().joined(separator: "/")
            return "${\(provider):\(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder):\(parts.last ?? "")}"
        }
    }
}
