import LaminarCore

/// Who a client says it is, and where what proves it is had: kept beside a client's properties, so that tokens and rotated
/// secrets reach it while it lives.
package struct ClientIdentity: Sendable {
    let security: KafkaSecurity
    let secrets: any SecretProvider

    var authentication: KafkaSecurity.Authentication { security.authentication }
    var mechanism: String? { security.authentication.mechanism }

    /// Whether there is a certificate that a broker may ask for.
    var hasCertificate: Bool { security.tls?.certificate != nil || security.tls?.keystore != nil }
}
