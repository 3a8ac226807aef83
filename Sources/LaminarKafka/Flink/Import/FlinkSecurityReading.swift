internal import LaminarSQL

// Java's words for authentication and encryption.
extension FlinkOptionReading {
    mutating func security(_ findings: inout FlinkFindings) {
        let name = take("properties.security.protocol")?.uppercased() ?? "PLAINTEXT"
        let mechanism = take("properties.sasl.mechanism")
        let jaas = take("properties.sasl.jaas.config").flatMap { FlinkJAAS($0) }
        for handler in ["sasl.login.callback.handler.class", "sasl.client.callback.handler.class"] {
            _ = take("properties.\(handler)")
        }
        let endpoint = take("properties.sasl.oauthbearer.token.endpoint.url")
        switch mechanism {
        case nil:
            if name != "PLAINTEXT" { set("security.protocol", name) }
        case "PLAIN"?, "SCRAM-SHA-256"?, "SCRAM-SHA-512"?:
            set("auth.type", "sasl")
            set("auth.mechanism", mechanism ?? "")
            if name != "SASL_SSL" { set("auth.protocol", name) }
            set("auth.username", jaas?["username"] ?? "")
            set("auth.password", reference(jaas?["password"] ?? "", "password", &findings))
        case "OAUTHBEARER"?:
            set("auth.type", "sasl")
            set("auth.mechanism", "OAUTHBEARER")
            if name != "SASL_SSL" { set("auth.protocol", name) }
            if let endpoint { set("auth.token_endpoint", endpoint) }
            set("auth.client_id", jaas?["clientId"] ?? "")
            set("auth.client_secret", reference(jaas?["clientSecret"] ?? "", "client_secret", &findings))
            if let scope = jaas?["scope"] { set("auth.scope", scope) }
        case "AWS_MSK_IAM"?:
            set("auth.type", "aws_msk_iam")
            if let region = jaas?["awsStsRegion"] ?? region() { set("auth.region", region) }
            if let role = jaas?["awsRoleArn"] { set("auth.role_arn", role) }
            if let profile = jaas?["awsProfileName"] { set("auth.profile", profile) }
        case let other?: findings.note("SASL's mechanism \(other) isn't kept: it isn't spoken here")
        }
        encryption(&findings)
    }

    /// `b-1.cluster.kafka.us-east-1.amazonaws.com`: the part before the domain.
    private func region() -> String? {
        guard let servers = options.first(where: { $0.key == "bootstrap_servers" })?.value.text,
            let host = servers.split(separator: ",").first?.split(separator: ":").first
        else { return nil }
        let parts = host.split(separator: ".")
        guard let index = parts.firstIndex(of: "amazonaws"), index > 0 else { return nil }
        return String(parts[index - 1])
    }

    private mutating func encryption(_ findings: inout FlinkFindings) {
        let isPEM = take("properties.ssl.truststore.type") == "PEM"
        if let path = take("properties.ssl.truststore.location") {
            if isPEM {
                set("ssl.ca.location", path)
            } else {
                findings.note(
                    "the truststore isn't kept: write its certificates as PEM (keytool -exportcert -rfc) and name them by "
                        + "ssl.ca.location")
            }
        }
        if let text = take("properties.ssl.truststore.certificates") { set("ssl.ca.pem", text) }
        _ = take("properties.ssl.truststore.password")
        let keystore = take("properties.ssl.keystore.type")
        pem("properties.ssl.keystore.certificate.chain", "ssl.certificate")
        pem("properties.ssl.keystore.key", "ssl.key")
        _ = take("properties.config.providers")
        _ = take("properties.config.providers.\(FlinkSecurity.provider).class")
        if let password = take("properties.ssl.key.password") {
            set("ssl.key.password", reference(password, "key_password", &findings))
        }
        if let path = take("properties.ssl.keystore.location") {
            if keystore == "PKCS12" {
                set("ssl.keystore.location", path)
            } else {
                findings.note(
                    "the keystore isn't kept: make a PKCS#12 file of it, and name that by ssl.keystore.location")
            }
        }
        if let password = take("properties.ssl.keystore.password") {
            set("ssl.keystore.password", reference(password, "keystore_password", &findings))
        }
        if let algorithm = take("properties.ssl.endpoint.identification.algorithm") {
            set("ssl.endpoint.identification.algorithm", algorithm.isEmpty ? "none" : algorithm)
        }
    }

    /// The text, or the file that a config provider reads.
    private mutating func pem(_ key: String, _ stem: String) {
        guard let text = take(key) else { return }
        let mark = "${\(FlinkSecurity.provider):"
        guard text.hasPrefix(mark), text.hasSuffix("}") else { return set("\(stem).pem", text) }
        let inner = text.dropFirst(mark.count).dropLast()
        guard let colon = inner.lastIndex(of: ":") else { return set("\(stem).pem", text) }
        let (folder, file) = (inner[..<colon], inner[inner.index(after: colon)...])
        set("\(stem).location", folder == "." ? String(file) : folder == "/" ? "/\(file)" : "\(folder)/\(file)")
    }
}
