public import LaminarCore

/// What a request to AWS is signed with.
public struct AWSCredentials: Sendable, Hashable {
    /// Not a secret by itself, but shown nowhere either.
    public let accessKeyID: String
    /// The key that signs.
    public let secretAccessKey: Secret
    /// Set for temporary credentials.
    public let sessionToken: Secret?
    /// In seconds since 1970; nil for credentials that last.
    public let expiration: Double?

    /// Credentials from wherever.
    public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiration: Double? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

/// Where credentials come from.
public protocol AWSCredentialsProvider: Sendable {
    /// Credentials that are valid now; a provider keeps and renews them.
    func credentials() async throws -> AWSCredentials
}
