internal import LaminarSQL

/// Reads `auth.*`, `security.protocol` and `ssl.*`.
enum SecurityOptions {
    static func read(_ values: OptionValues) throws(ConfigurationError) -> KafkaSecurity {
        let authentication = try authentication(values)
        let transport = try protocolName(values, authentication)
        let tls = try tls(values)
        guard transport.hasSuffix("SSL") else {
            if let name = tlsOptionNames.first(where: values.has) { throw unencrypted(name, protocolName: transport) }
            return KafkaSecurity(authentication: authentication)
        }
        return KafkaSecurity(authentication: authentication, tls: tls)
    }

    static func unencrypted(_ name: String, protocolName: String) -> ConfigurationError {
        let cure = protocolName.hasPrefix("SASL") ? "'auth.protocol' = 'SASL_SSL'" : "'security.protocol' = 'SSL'"
        return ConfigurationError(
            code: .conflict, option: name,
            message:
                "'\(name)' and the protocol \(protocolName) contradict each other: the connection isn't encrypted. Add "
                + "\(cure), or take '\(name)' out.")
    }

    private static let tlsOptionNames = OptionCatalog.tlsOptions.map(\.name)

    /// Which options each kind of authentication takes, `auth.type` and `auth.protocol` apart.
    private static let passwordOptions = ["auth.mechanism", "auth.username", "auth.password"]
    private static let tokenOptions = [
        "auth.mechanism", "auth.token_endpoint", "auth.token_endpoint.ssl.ca.location", "auth.client_id",
        "auth.client_secret", "auth.scope",
    ]
    private static let providerOptions = ["auth.mechanism", "auth.token_provider"]
    private static let awsOptions = ["auth.region", "auth.role_arn", "auth.profile"]
    private static let allOptions = passwordOptions + tokenOptions + providerOptions + awsOptions

    private static func authentication(
        _ values: OptionValues
    ) throws(ConfigurationError) -> KafkaSecurity.Authentication {
        switch values.text("auth.type") {
        case "sasl":
            guard let mechanism = values.text("auth.mechanism") else {
                throw ConfigurationError(
                    code: .missingOption, option: "auth.mechanism",
                    message: "'auth.type' = 'sasl' needs 'auth.mechanism': PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or "
                        + "OAUTHBEARER.")
            }
            let owner = "'auth.mechanism' = '\(mechanism)'"
            if mechanism == "OAUTHBEARER", let name = values.text("auth.token_provider") {
                try refuseOthers(values, than: providerOptions, "'auth.token_provider' = '\(name.shortened)'")
                return .hostTokens(try hostTokens(values, name))
            }
            try refuseOthers(values, than: mechanism == "OAUTHBEARER" ? tokenOptions : passwordOptions, owner)
            if mechanism == "OAUTHBEARER" {
                return .oauthBearer(
                    KafkaSecurity.OAuth(
                        tokenEndpoint: try values.required("auth.token_endpoint", owner),
                        clientID: try credential(values, "auth.client_id", owner),
                        clientSecret: try credential(values, "auth.client_secret", owner),
                        scope: values.text("auth.scope"),
                        trustedCertificates: try values.pem("auth.token_endpoint.ssl.ca.location")))
            }
            let username = try credential(values, "auth.username", owner)
            let password = try credential(values, "auth.password", owner)
            switch mechanism {
            case "SCRAM-SHA-256": return .scramSHA256(username: username, password: password)
            case "SCRAM-SHA-512": return .scramSHA512(username: username, password: password)
            default: return .plain(username: username, password: password)
            }
        case "aws_msk_iam":
            try refuseOthers(values, than: awsOptions, "'auth.type' = 'aws_msk_iam'")
            return .awsMSKIAM(
                region: try values.required("auth.region", "'auth.type' = 'aws_msk_iam'"),
                roleARN: values.text("auth.role_arn"), profile: values.text("auth.profile"))
        default:
            let others = ["auth.protocol"] + allOptions
            if let name = others.first(where: values.has) {
                let type = awsOptions.contains(name) ? "aws_msk_iam" : "sasl"
                throw ConfigurationError(
                    code: values.has("auth.type") ? .conflict : .missingOption,
                    option: values.has("auth.type") ? name : "auth.type",
                    message: values.has("auth.type")
                        ? "'\(name)' and 'auth.type' = 'none' contradict each other: take one of them out."
                        : "'\(name)' needs 'auth.type': add 'auth.type' = '\(type)'.")
            }
            return .none
        }
    }

    private static func credential(
        _ values: OptionValues, _ name: String, _ owner: String
    ) throws(ConfigurationError) -> SecretText {
        guard let text = try values.secret(name) else {
            throw ConfigurationError(code: .missingOption, option: name, message: "\(owner) needs '\(name)'.")
        }
        return text
    }

    private static func hostTokens(_ values: OptionValues, _ name: String) throws(ConfigurationError) -> HostTokens {
        if let tokens = values.tokenProviders[name] { return tokens }
        let names = values.tokenProviders.keys.sorted()
        throw ConfigurationError(
            code: .invalidValue, option: "auth.token_provider",
            message: "'auth.token_provider' is '\(name.shortened)', and no source of tokens is registered under that "
                + "name: call register(tokenProvider:named:) on this Laminar before the statement.",
            suggestion: SQL.suggestion(for: name, among: names))
    }

    private static func refuseOthers(
        _ values: OptionValues, than allowed: [String], _ owner: String
    ) throws(ConfigurationError) {
        guard let name = allOptions.first(where: { !allowed.contains($0) && values.has($0) }) else { return }
        throw ConfigurationError(
            code: .conflict, option: name,
            message: "'\(name)' and \(owner) contradict each other: take one of them out.")
    }

    /// `auth.protocol` and `security.protocol` must say the same; SASL is over TLS unless one of them says otherwise.
    private static func protocolName(
        _ values: OptionValues, _ authentication: KafkaSecurity.Authentication
    ) throws(ConfigurationError) -> String {
        let auth = values.text("auth.protocol")
        let security = values.text("security.protocol")
        if let auth, let security, auth != security {
            throw ConfigurationError(
                code: .conflict, option: "security.protocol",
                message:
                    "'security.protocol' = '\(security)' and 'auth.protocol' = '\(auth)' contradict each other: they "
                    + "must agree, or leave one of them out.")
        }
        let option = auth != nil ? "auth.protocol" : "security.protocol"
        let name = auth ?? security
        if authentication == .none {
            if let name, name.hasPrefix("SASL") {
                throw ConfigurationError(
                    code: .conflict, option: "security.protocol",
                    message: "'security.protocol' = '\(name)' needs somebody to log in: add 'auth.type' = 'sasl' or "
                        + "'aws_msk_iam'.")
            }
            return name ?? "PLAINTEXT"
        }
        if let name, !name.hasPrefix("SASL") {
            throw ConfigurationError(
                code: .conflict, option: "security.protocol",
                message: "'security.protocol' = '\(name)' and 'auth.type' = '\(values.text("auth.type") ?? "sasl")' "
                    + "contradict each other: with 'auth.type' it is SASL_SSL or SASL_PLAINTEXT.")
        }
        if case .awsMSKIAM = authentication, let name, name != "SASL_SSL" {
            throw ConfigurationError(
                code: .conflict, option: option,
                message:
                    "'\(option)' = '\(name)' and 'auth.type' = 'aws_msk_iam' contradict each other: MSK IAM always runs "
                    + "over TLS, as SASL_SSL.")
        }
        return name ?? "SASL_SSL"
    }

    private static func tls(_ values: OptionValues) throws(ConfigurationError) -> KafkaSecurity.TLS {
        KafkaSecurity.TLS(
            trustedCertificates: try pem(values, "ssl.ca"), certificate: try pem(values, "ssl.certificate"),
            key: try pem(values, "ssl.key"), keyPassword: try values.secret("ssl.key.password"),
            keystore: values.text("ssl.keystore.location"),
            keystorePassword: try values.secret("ssl.keystore.password"),
            verifiesCertificate: values.flag("enable.ssl.certificate.verification") ?? true,
            verifiesHostName: values.text("ssl.endpoint.identification.algorithm") != "none")
    }

    /// `<stem>.location` or `<stem>.pem`; the second is always text.
    private static func pem(
        _ values: OptionValues, _ stem: String
    ) throws(ConfigurationError) -> KafkaSecurity.PEM? {
        let location = try values.pem("\(stem).location")
        guard let text = try values.secret("\(stem).pem") else { return location }
        guard location == nil else {
            throw ConfigurationError(
                code: .conflict, option: "\(stem).pem",
                message: "'\(stem).location' and '\(stem).pem' contradict each other: give one of them.")
        }
        if text.withLiteral({ $0.contains("-----BEGIN ") }) == false {
            throw ConfigurationError(
                code: .invalidValue, option: "\(stem).pem",
                message: "'\(stem).pem' takes PEM text, which begins with -----BEGIN; a file's path goes into "
                    + "'\(stem).location'.")
        }
        return .text(text)
    }
}
