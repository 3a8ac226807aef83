#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
public import LaminarCore

/// Fetches access tokens with a client's own credentials, for SASL/OAUTHBEARER or an HTTP header.
///
///     let tokens = try OAuthTokenSource(
///         tokenEndpoint: "https://login.example/oauth2/token", clientID: "laminar", clientSecret: secret, scope: "kafka",
///         transport: client)
///     let token = try await tokens.token()              // and the next one at token.refreshAt
///
/// Each call is one request: no token is kept, and no try repeated. Answers larger than 64 KB are refused. Source: RFC 6749,
/// sections 2.3.1, 4.4 and 5.
public struct OAuthTokenSource: Sendable {
    /// How the client shows itself.
    public enum Authentication: Sendable, Hashable {
        /// In an `Authorization` header, which every server must take.
        case basic
        /// As `client_id` and `client_secret` in the form, for servers that take nothing else.
        case form
    }

    private let tokenEndpoint: String
    private let clientID: String
    private let clientSecret: Secret
    private let fields: [(name: String, value: String)]
    private let authentication: Authentication
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Double
    /// The endpoint without its query and without a user, for errors.
    private let name: String

    /// Whether the secret is sent over plain HTTP, which deserves a warning.
    public let sendsSecretInTheClear: Bool

    /// - Parameters:
    ///   - tokenEndpoint: `https://…`, or `http://…` inside of a network that one trusts.
    ///   - scope: what the token is for, several words with spaces between; nil leaves it to the server.
    ///   - parameters: further fields of the form, such as `audience` or `resource`.
    ///   - now: seconds since 1970, the system's clock unless a test has its own.
    /// - Throws: ``OAuthError`` with code `configuration`. Nobody is asked yet.
    public init(
        tokenEndpoint: String, clientID: String, clientSecret: Secret, scope: String? = nil,
        parameters: [(name: String, value: String)] = [], authentication: Authentication = .basic,
        transport: any HTTPTransport, now: @escaping @Sendable () -> Double = OAuthTokenSource.systemTime
    ) throws(OAuthError) {
        let lowered = tokenEndpoint.lowercased()
        let isPlain = lowered.hasPrefix("http://")
        let rest = tokenEndpoint.drop { $0 != ":" }.dropFirst(3)
        let host = rest.prefix { !"/?#".contains($0) }
        guard isPlain || lowered.hasPrefix("https://"), !host.isEmpty,
            tokenEndpoint.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw OAuthError(.configuration, "The token endpoint is a URL with https:// and a host.")
        }
        guard !clientID.isEmpty else { throw OAuthError(.configuration, "The OAuth client's id is empty.") }
        guard !clientSecret.isEmpty else { throw OAuthError(.configuration, "The OAuth client's secret is empty.") }
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        var fields = [(name: "grant_type", value: "client_credentials")]
        if let scope, !scope.isEmpty { fields.append((name: "scope", value: scope)) }
        self.fields = fields + parameters
        self.authentication = authentication
        self.transport = transport
        self.now = now
        let path = rest[host.endIndex...].prefix { $0 != "?" && $0 != "#" }
        let withoutUser = host.lastIndex(of: "@").map { host[host.index(after: $0)...] } ?? host
        name = "The token endpoint \(isPlain ? "http" : "https")://\(withoutUser)\(path)"
        sendsSecretInTheClear = isPlain
    }

    /// A new token.
    ///
    /// - Throws: ``OAuthError``.
    public func token() async throws(OAuthError) -> OAuthToken {
        var fields = self.fields
        var headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        switch authentication {
        case .basic:
            // Both are encoded before they are joined, for either may hold a colon (RFC 6749, 2.3.1).
            let pair = clientSecret.withUnredacted {
                "\(PercentEncoding.formEncode(clientID)):\(PercentEncoding.formEncode($0))"
            }
            headers.append((name: "Authorization", value: "Basic " + Data(pair.utf8).base64EncodedString()))
        case .form:
            fields.append((name: "client_id", value: clientID))
            fields.append((name: "client_secret", value: clientSecret.withUnredacted { $0 }))
        }
        let request = HTTPRequest(
            .post, tokenEndpoint, headers: headers, body: Array(PercentEncoding.form(fields).utf8))
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            let code: OAuthError.Code = error.isTransient || error.code == .cancelled ? .unavailable : .configuration
            throw OAuthError(code, "\(name) gave no answer: \(error.message)", underlying: error)
        }
        guard response.status == 200 else { throw refusal(response) }
        return try OAuthToken(reading: response.body, from: name, now: now())
    }

    /// The system's clock, in seconds since 1970.
    @Sendable public static func systemTime() -> Double { Date().timeIntervalSince1970 }

    private struct Refusal: Decodable {
        let error: String
    }

    private func refusal(_ response: HTTPResponse) -> OAuthError {
        let isSmall = response.body.count <= OAuthToken.limit
        let said = isSmall ? try? JSONDecoder().decode(Refusal.self, from: Data(response.body)).error : nil
        let status = "status \(response.status)"
        switch said {
        case "invalid_client":
            return OAuthError(.invalidClient, "\(name) answered invalid_client: check the client's id and secret.")
        case "invalid_scope":
            return OAuthError(.invalidScope, "\(name) answered invalid_scope: check the scope.")
        case "unauthorized_client", "unsupported_grant_type":
            return OAuthError(
                .notAllowed, "\(name) answered \(said ?? status): allow the client the grant client_credentials there.")
        case "invalid_request", "invalid_grant", "invalid_target", "access_denied":
            return OAuthError(.refused, "\(name) answered \(said ?? status): check the request's parameters.")
        case "temporarily_unavailable", "server_error", "slow_down":
            return OAuthError(.unavailable, "\(name) answered \(said ?? status).")
        default: break
        }
        if response.status >= 500 || response.status == 429 || response.status == 408 {
            return OAuthError(.unavailable, "\(name) answered \(status).")
        }
        if response.status == 401 || response.status == 403 {
            return OAuthError(.invalidClient, "\(name) answered \(status): check the client's id and secret.")
        }
        return OAuthError(.refused, "\(name) answered \(status): check that it is the right URL.")
    }
}
