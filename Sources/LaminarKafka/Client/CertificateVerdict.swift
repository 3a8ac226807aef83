internal import Synchronization

/// What OpenSSL found wrong with a broker's certificate: librdkafka says "certificate verify failed" for all of it.
///
/// Its verification callback runs on a broker's thread right before the handshake fails, and the error that follows is
/// reported with the last number.
final class CertificateVerdict: Sendable {
    private let last = Atomic<Int32>(0)

    /// OpenSSL's number (`X509_V_ERR_…` in x509_vfy.h); nil where nothing was found wrong.
    var number: Int32? {
        let number = last.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// - Returns: whether the certificate is good.
    func note(_ number: Int32) -> Bool {
        if number != 0 { last.store(number, ordering: .releasing) }
        return number == 0
    }

    /// What follows the broker's name, with the cure; without a full stop.
    static func sentence(_ number: Int32?, host: String) -> String {
        switch number {
        case 10: "shows a certificate that has expired: it must be renewed there"
        case 9: "shows a certificate that isn't valid yet: check this machine's clock"
        case 23: "shows a certificate that was revoked: it must be replaced there"
        case 62, 63, 64:
            "shows a certificate that isn't for \(host): use a name that stands in the certificate, or let one be made "
                + "with this name; 'ssl.endpoint.identification.algorithm' = 'none' would take any"
        case 2, 18, 19, 20, 21:
            "shows a certificate that nobody trusted has signed: set 'ssl.ca.location' to the authority that signed it"
        default:
            "shows a certificate that can't be verified\(number.map { " (OpenSSL's X509 error \($0))" } ?? ""): check "
                + "'ssl.ca.location', its dates and its names"
        }
    }
}
