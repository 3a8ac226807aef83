import Foundation
import LaminarTesting

/// Certificates that a test makes for itself, by openssl: an authority with a broker's and a client's, and what goes wrong
/// with them. The folder goes with this object.
final class TestCertificates: Sendable {
    private let folder: String

    static let keyPassword = "key-password-of-the-test"

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "laminar-certificates-\(UUID().uuidString)")
            .path(percentEncoded: false)
        let script = """
            set -eu
            mkdir -p "$0" && cd "$0"
            umask 077
            sign() { # name, authority, names, options of openssl x509
                n=$1 a=$2
                printf 'subjectAltName=%s\\n' "$3" >$n.ext
                shift 3
                openssl req -newkey rsa:2048 -nodes -keyout $n.key -out $n.csr -subj /CN=$n
                openssl x509 -req -in $n.csr -CA $a.crt -CAkey $a.key -CAcreateserial -out $n.crt -extfile $n.ext "$@"
                cat $n.key $n.crt $a.crt >$n.pem
            }
            for a in authority stranger; do
                openssl req -x509 -newkey rsa:2048 -nodes -keyout $a.key -out $a.crt -days 3 -subj /CN=$a
            done
            sign broker authority DNS:localhost,IP:127.0.0.1 -days 3
            sign expired authority DNS:localhost,IP:127.0.0.1 -days -1
            sign misnamed authority DNS:kafka.example.com -days 3
            sign client authority DNS:client -days 3
            sign renewed authority DNS:client -days 3
            sign alien stranger DNS:client -days 3
            openssl pkcs8 -topk8 -in client.key -out client.encrypted.key -v2 aes-256-cbc -passout pass:\(Self.keyPassword)
            openssl pkcs12 -export -in client.crt -inkey client.key -out client.p12 -passout pass:\(Self.keyPassword)
            """
        let maker = try ExternalProcess("bash", ["-c", script, folder])
        try await maker.success(within: .seconds(60))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// `authority.crt`, `client.key`, `expired.pem` …
    func path(_ name: String) -> String { folder + "/" + name }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }
}
