import LaminarCore
import LaminarHTTP

/// A URL that carries its signature in its query, good for a while without any header.
///
/// Source: IAM User Guide, "Create a signed AWS API request", "Adding signing information to the request", query string.
struct PresignedURL {
    let canonical: CanonicalRequest
    let signature: SignatureV4
    /// The whole URL: a bearer's secret until it expires.
    let url: Secret

    /// Signs the method and the URL, `host` being the only header, and no body.
    ///
    /// - Parameters:
    ///   - seconds: how long it is good for, 1 to 604,800.
    ///   - unsigned: parameters that are added behind the signature.
    /// - Throws: ``AWSError`` with code `signing`.
    init(
        _ method: HTTPRequest.Method, _ original: String, expiresIn seconds: Int, scope: SignatureV4.Scope,
        credentials: AWSCredentials, unsigned: [(name: String, value: String)] = []
    ) throws(AWSError) {
        guard (1...604_800).contains(seconds) else {
            throw AWSError(.signing, "A presigned URL is good for 1 to 604,800 seconds, not for \(seconds).")
        }
        try credentials.checkText()
        let target = try RequestTarget(parsing: original)
        var added = [
            ("X-Amz-Algorithm", SignatureV4.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope.text)"),
            ("X-Amz-Date", scope.time.basic), ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", "host"),
        ]
        if let token = credentials.sessionToken {
            added.append(("X-Amz-Security-Token", token.withUnredacted { $0 }))
        }
        let query =
            target.query
            + added.map { RequestTarget.Parameter(name: Array($0.0.utf8), value: Array($0.1.utf8)) }
        canonical = CanonicalRequest(
            method: method.rawValue, path: target.path, query: query, headers: [("host", target.host)],
            payloadHash: Digest.hexadecimal(try Digest.sha256([])))
        signature = try SignatureV4(of: canonical, scope: scope, secretAccessKey: credentials.secretAccessKey)
        var url = "\(target.scheme)://\(target.host)\(target.path)?\(CanonicalRequest.canonicalQuery(query))"
        url += "&X-Amz-Signature=\(signature.hexadecimal)"
        for field in unsigned {
            url += "&\(PercentEncoding.encode(field.name))=\(PercentEncoding.encode(field.value))"
        }
        self.url = Secret(url)
    }
}
