extension KafkaSecurity {
    /// Certificates and keys of an encrypted connection.
    ///
    ///     TLS()                                                           // the system's certificates
    ///     TLS(trustedCertificates: .file("/certs/ca.pem"),
    ///         certificate: .file("/certs/me.pem"), key: .file("/certs/me.key"),
    ///         keyPassword: .secret(named: "key_password"))
    ///
    /// The broker's chain and host name are verified. Files are read when a client connects; one that can't be read
    /// then is a ``ConfigurationError`` that names the option and the path.
    public struct TLS: Sendable, Hashable {
        /// Who may sign the broker's certificate; nil = the system's authorities (`ssl.ca.location`, `ssl.ca.pem`).
        public var trustedCertificates: PEM?
        /// The client's own certificate, for brokers that ask for one (`ssl.certificate.location`, `.pem`).
        public var certificate: PEM?
        /// The certificate's private key (`ssl.key.location`, `ssl.key.pem`).
        public var key: PEM?
        /// The passphrase of `key` (`ssl.key.password`).
        public var keyPassword: SecretText?
        /// A PKCS#12 file with certificate and key, instead of the two (`ssl.keystore.location`).
        public var keystore: String?
        /// The passphrase of `keystore` (`ssl.keystore.password`).
        public var keystorePassword: SecretText?
        /// Whether the broker's certificate must be signed by somebody trusted; default true
        /// (`enable.ssl.certificate.verification`).
        public var verifiesCertificate: Bool
        /// Whether the certificate must be the host's that was asked for; default true
        /// (`ssl.endpoint.identification.algorithm` = `https`).
        public var verifiesHostName: Bool

        /// Everything has a default: the system's authorities and no client certificate.
        public init(
            trustedCertificates: PEM? = nil, certificate: PEM? = nil, key: PEM? = nil, keyPassword: SecretText? = nil,
            keystore: String? = nil, keystorePassword: SecretText? = nil, verifiesCertificate: Bool = true,
            verifiesHostName: Bool = true
        ) {
            self.trustedCertificates = trustedCertificates
            self.certificate = certificate
            self.key = key
            self.keyPassword = keyPassword
            self.keystore = keystore
            self.keystorePassword = keystorePassword
            self.verifiesCertificate = verifiesCertificate
            self.verifiesHostName = verifiesHostName
        }
    }

    /// A certificate or a key in PEM form (RFC 7468).
    public enum PEM: Sendable, Hashable {
        /// A file, read when a client connects.
        case file(String)
        /// The text itself, or a reference to it.
        case text(SecretText)
    }
}
