public import LaminarCore

/// Whom a client trusts, and how it shows itself.
///
///     let tls = HTTPTLS(authorities: .file("/etc/registry/ca.pem"), certificate: .text(pem), key: .file("client.key"))
///
/// The server's chain and its host name are always verified. Files are read when a connection is made, so that a renewed
/// certificate needs no restart.
public struct HTTPTLS: Sendable, Hashable {
    /// Certificates or a key in PEM.
    public enum PEM: Sendable, Hashable {
        /// The path of a file.
        case file(String)
        /// The text itself, `-----BEGIN …`.
        case text(Secret)
    }

    /// Who may sign the server's certificate; nil = the system's authorities.
    public var authorities: PEM?
    /// The client's certificate, with its chain; nil = none is shown.
    public var certificate: PEM?
    /// The certificate's private key; nil = it stands beside the certificate.
    public var key: PEM?
    /// The key's passphrase, where it is encrypted.
    public var keyPassword: Secret?

    /// Without arguments: the system's authorities and no certificate.
    public init(
        authorities: PEM? = nil, certificate: PEM? = nil, key: PEM? = nil, keyPassword: Secret? = nil
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.keyPassword = keyPassword
    }
}
