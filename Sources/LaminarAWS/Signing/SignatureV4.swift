import LaminarCore

/// AWS's Signature Version 4 of one canonical request, with what it is made of.
///
///     let signature = try SignatureV4(of: request, at: now, scope: scope, secretAccessKey: secret)
///     signature.hexadecimal
///
/// Source: IAM User Guide, "Create a signed AWS API request".
struct SignatureV4 {
    /// What the signature is good for: a day, a region, a service.
    struct Scope: Equatable {
        let time: AWSTimestamp
        let region: String
        let service: String

        /// `20240101/eu-west-1/sts/aws4_request`.
        var text: String { "\(time.day)/\(region)/\(service)/aws4_request" }

        /// The keys that are derived from the secret, the last of which signs; no request ever carries one.
        func keys(_ secret: Secret) throws(AWSError) -> [[UInt8]] {
            var keys: [[UInt8]] = []
            var key = secret.withUnredacted { Array("AWS4\($0)".utf8) }
            for part in [time.day, region, service, "aws4_request"] {
                key = try Digest.hmac(part, key: key)
                keys.append(key)
            }
            return keys
        }
    }

    static let algorithm = "AWS4-HMAC-SHA256"

    /// The lines that are signed.
    let stringToSign: String
    /// 64 hexadecimal digits.
    let hexadecimal: String

    /// - Throws: ``AWSError`` with code `signing`.
    init(of request: CanonicalRequest, scope: Scope, secretAccessKey: Secret) throws(AWSError) {
        let hash = Digest.hexadecimal(try Digest.sha256(Array(request.text.utf8)))
        stringToSign = "\(Self.algorithm)\n\(scope.time.basic)\n\(scope.text)\n\(hash)"
        let key = try scope.keys(secretAccessKey).last ?? []
        hexadecimal = Digest.hexadecimal(try Digest.hmac(stringToSign, key: key))
    }
}
