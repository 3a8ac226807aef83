public import LaminarCore

/// What SASL/OAUTHBEARER shows to a broker (RFC 6750, RFC 7628).
public struct BearerToken: Sendable {
    /// The token itself.
    public let value: Secret
    /// When it ends, in seconds since 1970.
    public let expiration: Double
    /// Whom it stands for; brokers read that from the token, librdkafka's log shows it.
    public let principal: String
    /// SASL extensions (RFC 7628, section 3.1): `logicalCluster` and `identityPoolId` for Confluent Cloud, say.
    public let extensions: [String: String]

    /// A token from wherever.
    ///
    /// - Parameters:
    ///   - expiration: in seconds since 1970, for a JWT its claim `exp`.
    ///   - extensions: names of letters; values of printable ASCII.
    public init(_ value: Secret, expiration: Double, principal: String = "", extensions: [String: String] = [:]) {
        self.value = value
        self.expiration = expiration
        self.principal = principal
        self.extensions = extensions
    }
}

extension BearerToken: CustomStringConvertible, CustomReflectable {
    /// Its end; the token is redacted.
    public var description: String { "<redacted> until \(expiration)" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where tokens for SASL/OAUTHBEARER come from, when a host has a source of its own.
///
///     struct VaultTokens: TokenProvider {
///         func token() async throws -> BearerToken { … }
///     }
///     configuration.security = .sasl(.hostTokens(HostTokens(VaultTokens())))
///
/// It is asked when a client is made, when 80 % of a token's life have passed, and, with growing pauses of up to half a
/// minute, after it has failed. Each client asks for itself; a provider that serves many should keep what it has.
public protocol TokenProvider: Sendable {
    /// A token that is valid now.
    ///
    /// - Throws: what the source throws. The error's text becomes the source's state, so it must hold no secret.
    func token() async throws -> BearerToken
}

/// A host's own source of tokens, as part of a configuration. Two are the same where they are the same provider.
public struct HostTokens: Sendable, Hashable {
    private final class Identity: Sendable {
        let provider: any TokenProvider
        init(_ provider: any TokenProvider) { self.provider = provider }
    }

    private struct Closure: TokenProvider {
        let body: @Sendable () async throws -> BearerToken
        func token() async throws -> BearerToken { try await body() }
    }

    private let identity: Identity

    /// Tokens of a provider.
    public init(_ provider: some TokenProvider) { identity = Identity(provider) }

    /// Tokens of a closure.
    public init(_ body: @escaping @Sendable () async throws -> BearerToken) { self.init(Closure(body: body)) }

    var provider: any TokenProvider { identity.provider }

    /// Whether both are the same provider, made once.
    public static func == (left: HostTokens, right: HostTokens) -> Bool { left.identity === right.identity }
    /// By identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}
