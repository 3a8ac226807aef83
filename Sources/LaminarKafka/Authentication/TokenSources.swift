import LaminarAWS
import LaminarCore
import LaminarHTTP
import Synchronization

extension ClientIdentity {
    /// Where the client's tokens come from; nil where it needs none.
    var tokenProvider: (any TokenProvider)? {
        switch authentication {
        case .none, .plain, .scramSHA256, .scramSHA512: nil
        case .hostTokens(let tokens): tokens.provider
        case .oauthBearer(let oauth): ClientCredentialTokens(oauth, secrets: secrets)
        case .awsMSKIAM(let region, let roleARN, let profile):
            MSKTokens(region: region, roleARN: roleARN, profile: profile)
        }
    }
}

/// Tokens of an OAuth 2.0 server, for a client's id and secret, which are looked up for each.
///
/// One HTTP client a Kafka client: its thread ends with it. Servers are verified.
final class ClientCredentialTokens: TokenProvider {
    private let oauth: KafkaSecurity.OAuth
    private let secrets: any SecretProvider
    private let http = LazyHTTP()

    init(_ oauth: KafkaSecurity.OAuth, secrets: any SecretProvider) {
        self.oauth = oauth
        self.secrets = secrets
    }

    func token() async throws -> BearerToken {
        let id = try await oauth.clientID.resolve(with: secrets)
        let secret = try await oauth.clientSecret.resolve(with: secrets)
        let authorities = try await HTTPTLS.PEM(oauth.trustedCertificates, secrets: secrets)
        let source = try OAuthTokenSource(
            tokenEndpoint: oauth.tokenEndpoint, clientID: id.withUnredacted { $0 }, clientSecret: secret,
            scope: oauth.scope, transport: try http.client(HTTPTLS(authorities: authorities)))
        let token = try await source.token()
        return BearerToken(token.value, expiration: token.expiration, principal: token.subject ?? "")
    }
}

/// Tokens for Amazon MSK, signed with what the credential chain finds.
final class MSKTokens: TokenProvider {
    private let region: String
    private let roleARN: String?
    private let profile: String?
    private let http = LazyHTTP()
    /// Made once, since it keeps credentials.
    private let source = Mutex<MSKTokenSource?>(nil)

    init(region: String, roleARN: String?, profile: String?) {
        self.region = region
        self.roleARN = roleARN
        self.profile = profile
    }

    func token() async throws -> BearerToken {
        let token = try await tokens().token()
        return BearerToken(token.value, expiration: token.expiration)
    }

    private func tokens() throws -> MSKTokenSource {
        if let made = source.withLock({ $0 }) { return made }
        let chain = try AWSCredentialChain(
            region: region, profile: profile, roleARN: roleARN, transport: try http.client())
        let made = MSKTokenSource(region: region, credentials: chain)
        source.withLock { $0 = made }
        return made
    }
}

/// An HTTP client that is made when it is first needed.
private final class LazyHTTP: Sendable {
    private let made = Mutex<(tls: HTTPTLS, client: HTTPClient)?>(nil)

    /// The client that trusts as `tls` says; another one where that has changed.
    func client(_ tls: HTTPTLS = HTTPTLS()) throws(HTTPError) -> HTTPClient {
        if let made = made.withLock({ $0 }), made.tls == tls { return made.client }
        let client = try HTTPClient(HTTPClient.Options(tls: tls))
        made.withLock { $0 = (tls, client) }
        return client
    }
}
