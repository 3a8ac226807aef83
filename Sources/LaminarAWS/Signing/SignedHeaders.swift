import LaminarCore
import LaminarHTTP

/// A request whose signature is in its `Authorization` header.
struct SignedHeaders {
    let canonical: CanonicalRequest
    let signature: SignatureV4
    /// Ready to be sent.
    let request: HTTPRequest

    /// What the transport writes itself, or what proxies and tracers change on the way: never signed.
    private static let unsigned: Set<String> = [
        "authorization", "baggage", "connection", "content-length", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade",
        "user-agent", "x-amzn-trace-id",
    ]
    /// What an earlier signature left behind.
    private static let replaced: Set<String> = ["authorization", "x-amz-date", "x-amz-security-token"]

    /// - Throws: ``AWSError`` with code `signing`.
    init(
        signing original: HTTPRequest, scope: SignatureV4.Scope, credentials: AWSCredentials
    ) throws(AWSError) {
        try credentials.checkText()
        let target = try RequestTarget(parsing: original.url)
        var request = original
        request.headers.removeAll { Self.replaced.contains($0.name.lowercased()) }
        request.headers.append(("X-Amz-Date", scope.time.basic))
        if let token = credentials.sessionToken {
            request.headers.append(("X-Amz-Security-Token", token.withUnredacted { $0 }))
        }
        var signed = request.headers.filter { !Self.unsigned.contains($0.name.lowercased()) }
        if !signed.contains(where: { $0.name.lowercased() == "host" }) { signed.append(("host", target.host)) }

        canonical = CanonicalRequest(
            method: request.method.rawValue, path: target.path, query: target.query, headers: signed,
            payloadHash: Digest.hexadecimal(try Digest.sha256(request.body ?? [])))
        signature = try SignatureV4(of: canonical, scope: scope, secretAccessKey: credentials.secretAccessKey)
        request.headers.append(
            (
                "Authorization",
                "\(SignatureV4.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
                    + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature.hexadecimal)"
            ))
        self.request = request
    }
}
