/// Makes tokens for one cluster's region, with whatever credentials there are at the moment.
///
///     let tokens = MSKTokenSource(region: "eu-west-1", credentials: chain)
///     let token = try await tokens.token()              // and the next one at token.refreshAt
///
/// Making a token asks nobody but the credentials' provider.
public struct MSKTokenSource: Sendable {
    private let region: String
    private let provider: any AWSCredentialsProvider
    private let now: @Sendable () -> Double

    /// - Parameters:
    ///   - region: the cluster's.
    ///   - now: seconds since 1970, the system's clock unless a test has its own.
    public init(
        region: String, credentials: any AWSCredentialsProvider,
        now: @escaping @Sendable () -> Double = AWSSurroundings.systemTime
    ) {
        self.region = region
        provider = credentials
        self.now = now
    }

    /// A new token.
    ///
    /// - Throws: as ``MSKToken/init(region:credentials:now:userAgent:)``, and what the provider throws.
    public func token() async throws -> MSKToken {
        let credentials = try await provider.credentials()
        return try MSKToken(region: region, credentials: credentials, now: now())
    }
}
