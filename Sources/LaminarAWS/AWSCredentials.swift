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

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`, so that not even the key's name reaches a log.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension AWSCredentials {
    /// Refuses what no header may hold, before it is sent: most often the newline at a mounted secret's end.
    func checkText() throws(AWSError) {
        let isPrintable = { (text: String) in !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } }
        guard isPrintable(accessKeyID), secretAccessKey.withUnredacted(isPrintable),
            sessionToken?.withUnredacted(isPrintable) ?? true
        else {
            throw AWSError(
                .configuration,
                "The AWS credentials are empty, or hold white space or a control character, such as a newline at their end."
            )
        }
    }
}

/// Where credentials come from.
public protocol AWSCredentialsProvider: Sendable {
    /// Credentials that are valid now; a provider keeps and renews them.
    func credentials() async throws -> AWSCredentials
}

/// Credentials that a host has already.
public struct StaticAWSCredentials: AWSCredentialsProvider {
    private let fixed: AWSCredentials

    /// - Parameter credentials: handed out as they are, expired or not.
    public init(_ credentials: AWSCredentials) {
        fixed = credentials
    }

    /// The same ones every time.
    public func credentials() async throws -> AWSCredentials { fixed }
}
