public import LaminarCore
public import LaminarHTTP

/// Signs requests to AWS's services with Signature Version 4.
///
///     let signer = AWSRequestSigner(credentials: chain)
///     var request = HTTPRequest(.post, "https://glue.eu-west-1.amazonaws.com/", headers: [
///         ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AWSGlue.GetSchemaVersion"),
///     ], body: body)
///     let response = try await transport.send(signer.sign(request, service: "glue", region: "eu-west-1"))
///
/// A signature is good for five minutes around its time, so a request is signed just before it is sent, and again for each
/// try. Every header is signed but those that the transport or a proxy writes; the body is hashed. S3, which encodes paths
/// once only, isn't supported.
public struct AWSRequestSigner: Sendable {
    private let provider: any AWSCredentialsProvider
    private let now: @Sendable () -> Double

    /// - Parameters:
    ///   - credentials: asked for every signature; see ``AWSCredentialChain``.
    ///   - now: seconds since 1970, the system's clock unless a test has its own.
    public init(
        credentials: any AWSCredentialsProvider, now: @escaping @Sendable () -> Double = AWSSurroundings.systemTime
    ) {
        provider = credentials
        self.now = now
    }

    /// The request with `X-Amz-Date`, `X-Amz-Security-Token` where the credentials are temporary, and `Authorization`.
    ///
    /// - Parameters:
    ///   - service: the signing name, `glue`, `sts`, `kafka-cluster`.
    ///   - region: `eu-west-1`.
    /// - Throws: ``AWSError`` with code `signing` for a URL that isn't HTTP's; what the credentials' provider throws.
    public func sign(_ request: HTTPRequest, service: String, region: String) async throws -> HTTPRequest {
        let credentials = try await provider.credentials()
        let scope = SignatureV4.Scope(time: AWSTimestamp(now()), region: region, service: service)
        return try SignedHeaders(signing: request, scope: scope, credentials: credentials).request
    }

    /// A URL that is good without headers for `seconds`, as `host` is all that it signs.
    ///
    /// - Returns: the URL, whoever holds which can use it.
    /// - Throws: as ``sign(_:service:region:)``.
    public func presign(
        _ method: HTTPRequest.Method, _ url: String, service: String, region: String, expiresIn seconds: Int
    ) async throws -> Secret {
        let credentials = try await provider.credentials()
        let scope = SignatureV4.Scope(time: AWSTimestamp(now()), region: region, service: service)
        return try PresignedURL(method, url, expiresIn: seconds, scope: scope, credentials: credentials).url
    }
}
