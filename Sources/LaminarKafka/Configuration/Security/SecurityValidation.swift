internal import LaminarCore

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension KafkaSecurity {
    /// Checks what contradicts what; no file is read and no secret is looked up.
    func validate() throws(ConfigurationError) {
        switch authentication {
        case .none, .hostTokens: break
        case .plain(let username, let password), .scramSHA256(let username, let password),
            .scramSHA512(let username, let password):
            try Self.requireText(username, "auth.username")
            try Self.requireText(password, "auth.password")
        case .oauthBearer(let oauth):
            try WebAddress.check(oauth.tokenEndpoint, option: "auth.token_endpoint")
            try Self.requireText(oauth.clientID, "auth.client_id")
            try Self.requireText(oauth.clientSecret, "auth.client_secret")
            if oauth.trustedCertificates != nil, !oauth.tokenEndpoint.lowercased().hasPrefix("https:") {
                throw ConfigurationError(
                    code: .conflict, option: "auth.token_endpoint.ssl.ca.location",
                    message: "'auth.token_endpoint.ssl.ca.location' and an endpoint without TLS contradict each other: "
                        + "'auth.token_endpoint' begins with https:// there.")
            }
        case .awsMSKIAM(let region, let roleARN, _):
            try Self.checkRegion(region)
            guard tls != nil else {
                throw ConfigurationError(
                    code: .conflict, option: "auth.protocol",
                    message: "'auth.type' = 'aws_msk_iam' always runs over TLS: 'auth.protocol' is SASL_SSL there.")
            }
            if let roleARN, !roleARN.hasPrefix("arn:") {
                throw ConfigurationError(
                    code: .invalidValue, option: "auth.role_arn",
                    message:
                        "'auth.role_arn' isn't an ARN: it begins with arn:, as in arn:aws:iam::123456789012:role/app.")
            }
        }
        try tls?.validate()
    }

    static func checkRegion(_ region: String, option: String = "auth.region") throws(ConfigurationError) {
        let isRegion = region.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "0"..."9", "-": true
            default: false
            }
        }
        guard isRegion, region.contains("-") else {
            throw ConfigurationError(
                code: .invalidValue, option: option,
                message: "'\(option)' is '\(region.shortened)', which isn't an AWS region such as eu-central-1.")
        }
    }

    private static func requireText(_ text: SecretText, _ option: String) throws(ConfigurationError) {
        guard !text.isEmpty else {
            throw ConfigurationError(code: .invalidValue, option: option, message: "'\(option)' is empty.")
        }
    }

    /// What is allowed, and worth a word to a person all the same.
    var notices: [ConfigurationNotice] {
        var notices: [ConfigurationNotice] = []
        if tls == nil {
            switch authentication {
            case .plain:
                notices.append(
                    ConfigurationNotice(
                        option: "auth.protocol",
                        message:
                            "PLAIN over SASL_PLAINTEXT sends user and password readable by everybody on the way: use "
                            + "SASL_SSL."))
            case .oauthBearer, .hostTokens:
                notices.append(
                    ConfigurationNotice(
                        option: "auth.protocol",
                        message:
                            "OAUTHBEARER over SASL_PLAINTEXT sends the token readable by everybody on the way: use "
                            + "SASL_SSL."))
            case .none, .scramSHA256, .scramSHA512, .awsMSKIAM: break
            }
        }
        return notices + (tls?.notices ?? [])
    }
}

extension KafkaSecurity.TLS {
    func validate() throws(ConfigurationError) {
        if let keystore {
            if certificate != nil || key != nil {
                throw ConfigurationError(
                    code: .conflict, option: "ssl.keystore.location",
                    message:
                        "'ssl.keystore.location' and '\(certificate != nil ? "ssl.certificate.location" : "ssl.key.location")' "
                        + "contradict each other: certificate and key come either from a PKCS#12 file or from PEM.")
            }
            if keystore.lowercased().hasSuffix(".jks") {
                throw ConfigurationError(
                    code: .unsupported, option: "ssl.keystore.location",
                    message:
                        "'ssl.keystore.location' names a Java keystore, which can't be read. Convert it with keytool "
                        + "-importkeystore -deststoretype PKCS12, and name the .p12 file.")
            }
        } else if keystorePassword != nil {
            throw ConfigurationError(
                code: .conflict, option: "ssl.keystore.password",
                message: "'ssl.keystore.password' needs 'ssl.keystore.location'.")
        }
        if certificate != nil, key == nil {
            throw ConfigurationError(
                code: .missingOption, option: "ssl.key.location",
                message: "'ssl.certificate.location' needs the certificate's private key: add 'ssl.key.location'.")
        }
        if key != nil, certificate == nil {
            throw ConfigurationError(
                code: .missingOption, option: "ssl.certificate.location",
                message: "'ssl.key.location' needs the key's certificate: add 'ssl.certificate.location'.")
        }
        if keyPassword != nil, key == nil {
            throw ConfigurationError(
                code: .conflict, option: "ssl.key.password",
                message: "'ssl.key.password' needs 'ssl.key.location'.")
        }
    }

    var notices: [ConfigurationNotice] {
        var notices: [ConfigurationNotice] = []
        if !verifiesCertificate {
            notices.append(
                ConfigurationNotice(
                    option: "enable.ssl.certificate.verification",
                    message: "The broker's certificate isn't verified, so anybody on the way can pose as the broker."))
        } else if !verifiesHostName {
            notices.append(
                ConfigurationNotice(
                    option: "ssl.endpoint.identification.algorithm",
                    message: "The host's name isn't compared with the certificate, so every host with a certificate of "
                        + "the same authority can pose as the broker."))
        }
        let files: [(String, String?)] = [
            ("ssl.ca.location", trustedCertificates?.path), ("ssl.certificate.location", certificate?.path),
            ("ssl.key.location", key?.path), ("ssl.keystore.location", keystore),
        ]
        for case (let option, let path?) in files where access(path, F_OK) != 0 {
            notices.append(
                ConfigurationNotice(
                    option: option, message: "'\(option)' names \(path), which isn't there yet; it is read at connect.")
            )
        }
        return notices
    }
}

extension KafkaSecurity.PEM {
    /// The file's path; nil for a text.
    var path: String? {
        if case .file(let path) = self { path } else { nil }
    }

    /// PEM text, told by its first line or by a reference to a secret; else a path.
    init(option written: String) throws(SecretError) {
        let text = try SecretText(parsing: written)
        let isText = !text.isLiteral || written.trimmed.hasPrefix("-----BEGIN ")
        self = isText ? .text(text) : .file(text.withLiteral { $0.trimmed } ?? written)
    }
}
