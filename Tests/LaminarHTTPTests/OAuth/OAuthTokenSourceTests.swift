import Foundation
import LaminarCore
import LaminarHTTP
import Synchronization
import Testing

@Suite struct OAuthTokenSourceTests {
    @Test("the client shows itself in a header, and asks for its scope")
    func basic() async throws {
        let server = TokenServer { _ in .json(#"{"access_token":"abc.-_~+/=","token_type":"bearer","expires_in":100}"#)
        }
        let source = try OAuthTokenSource(
            tokenEndpoint: "https://login.example/oauth2/token?tenant=a", clientID: "my:id",
            clientSecret: Secret("a b%"),
            scope: "kafka read", parameters: [("audience", "https://kafka")], transport: server, now: { 1000 })
        let token = try await source.token()
        #expect(token.value.withUnredacted { $0 } == "abc.-_~+/=")
        #expect(token.expiration == 1100 && token.refreshAt == 1080 && token.subject == nil)
        #expect(!source.sendsSecretInTheClear)
        let request = try #require(server.requests.first)
        #expect(request.method == .post && request.url == "https://login.example/oauth2/token?tenant=a")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "grant_type=client_credentials&scope=kafka+read&audience=https%3A%2F%2Fkafka")
        let header = try #require(request.headers.first { $0.name == "Authorization" }).value
        let pair = try #require(Data(base64Encoded: String(header.dropFirst("Basic ".count))))
        #expect(String(decoding: pair, as: UTF8.self) == "my%3Aid:a+b%25")
        #expect(request.headers.contains { $0 == ("Content-Type", "application/x-www-form-urlencoded") })
    }

    @Test("or in the form, where the server takes nothing else")
    func form() async throws {
        let server = TokenServer { _ in .json(#"{"access_token":"a","token_type":"Bearer","expires_in":"60"}"#) }
        let token = try await Self.source(server, authentication: .form).token()
        #expect(token.expiration == 1060)
        let request = try #require(server.requests.first)
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == "grant_type=client_credentials&client_id=id&client_secret=hidden-secret")
        #expect(!request.headers.contains { $0.name == "Authorization" })
    }

    @Test("a JWT says its end where the server doesn't, and its subject in any case")
    func jwt() async throws {
        let claims = Data(#"{"sub":"sørvice?>","exp":1600.5,"iat":1}"#.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let jwt = "e30.\(claims).sig"
        let alone = TokenServer { _ in .json(#"{"access_token":"\#(jwt)"}"#) }
        let token = try await Self.source(alone).token()
        #expect(token.expiration == 1600.5 && token.subject == "sørvice?>")
        let both = TokenServer { _ in .json(#"{"access_token":"\#(jwt)","expires_in":30}"#) }
        #expect(try await Self.source(both).token().expiration == 1030)
    }

    @Test(
        "an answer that isn't a token's is an error of its kind",
        arguments: [
            ("", OAuthError.Code.malformedAnswer), ("{}", .malformedAnswer), ("[]", .malformedAnswer),
            (#"{"access_token":""}"#, .malformedAnswer), (#"{"access_token":7,"expires_in":1}"#, .malformedAnswer),
            (#"{"access_token":"hidden"}"#, .malformedAnswer), (#"{"access_token":"a.b.c"}"#, .malformedAnswer),
            (#"{"access_token":"hidden\u0001","expires_in":1}"#, .malformedAnswer),
            (#"{"access_token":"hid den","expires_in":1}"#, .malformedAnswer),
            (#"{"access_token":"hidden","token_type":"mac","expires_in":1}"#, .malformedAnswer),
            (#"{"access_token":"hidden","expires_in":0}"#, .unavailable),
            (#"{"access_token":"hidden","expires_in":-5}"#, .unavailable),
            (#"{"access_token":"hidden","expires_in":"nan"}"#, .malformedAnswer),
            (#"{"access_token":"hidden","expires_in":true}"#, .malformedAnswer),
            (#"{"access_token":"\#(String(repeating: "a", count: 70_000))","expires_in":1}"#, .malformedAnswer),
            (String(repeating: "[", count: 60_000), .malformedAnswer),
        ])
    func malformed(body: String, code: OAuthError.Code) async throws {
        let source = try Self.source(TokenServer { _ in .json(body) })
        let error = await #expect(throws: OAuthError.self) { try await source.token() }
        #expect(error?.code == code && error?.message.contains("hidden") == false, "\(String(describing: error))")
    }

    @Test("a life without end is bounded", arguments: ["1e300", "99999999999999999999"])
    func longLife(seconds: String) async throws {
        let server = TokenServer { _ in .json(#"{"access_token":"a","expires_in":\#(seconds)}"#) }
        let token = try await Self.source(server).token()
        #expect(token.expiration == 1000 + 315_360_000)
        #expect(token.refreshAt < token.expiration)
    }

    @Test(
        "refusals say what to do, and nothing that the server wrote",
        arguments: [
            (400, "invalid_client", OAuthError.Code.invalidClient), (401, "invalid_client", .invalidClient),
            (400, "invalid_scope", .invalidScope), (400, "unauthorized_client", .notAllowed),
            (400, "unsupported_grant_type", .notAllowed), (400, "invalid_request", .refused), (400, "hidden", .refused),
            (503, "temporarily_unavailable", .unavailable), (400, "temporarily_unavailable", .unavailable),
            (500, "hidden", .unavailable), (429, "", .unavailable), (401, "", .invalidClient), (404, "", .refused),
            (302, "", .refused),
        ])
    func refusals(status: Int, error said: String, code: OAuthError.Code) async throws {
        let body = #"{"error":"\#(said)","error_description":"hidden-secret was wrong"}"#
        let source = try Self.source(TokenServer { _ in .json(body, status: status) })
        let error = await #expect(throws: OAuthError.self) { try await source.token() }
        #expect(error?.code == code && error?.isTransient == (code == .unavailable))
        #expect(error?.message.contains("hidden") == false && error?.message.contains("login.example/token") == true)
    }

    @Test(
        "no answer is unavailable, a server that can't be trusted isn't",
        arguments: [
            (HTTPError.Code.timeout, OAuthError.Code.unavailable), (.dns, .unavailable), (.connection, .unavailable),
            (.cancelled, .unavailable), (.tls, .configuration), (.badURL, .configuration),
        ])
    func transport(code: HTTPError.Code, expected: OAuthError.Code) async throws {
        let source = try Self.source(TokenServer { _ throws(HTTPError) in throw HTTPError(code, "Why.") })
        let error = await #expect(throws: OAuthError.self) { try await source.token() }
        #expect(error?.code == expected && error?.underlying?.code == code)
    }

    @Test(
        "what can't be asked is refused at once",
        arguments: [
            ("", "id", "s"), ("login.example/token", "id", "s"), ("ftp://login.example", "id", "s"),
            ("https://", "id", "s"),
            ("https:///x", "id", "s"), ("https://a b/", "id", "s"), ("https://a/", "", "s"), ("https://a/", "id", ""),
        ])
    func configuration(endpoint: String, id: String, secret: String) {
        let error = #expect(throws: OAuthError.self) {
            try OAuthTokenSource(
                tokenEndpoint: endpoint, clientID: id, clientSecret: Secret(secret),
                transport: TokenServer { _ in .json("{}") })
        }
        #expect(error?.code == .configuration)
    }

    @Test("plain HTTP works, and says that it deserves a warning; no user of the URL is shown")
    func plain() async throws {
        let source = try OAuthTokenSource(
            tokenEndpoint: "http://hidden:word@keycloak:8080/token?hidden", clientID: "id", clientSecret: Secret("s"),
            transport: TokenServer { _ in .json("{}") })
        #expect(source.sendsSecretInTheClear)
        let error = await #expect(throws: OAuthError.self) { try await source.token() }
        #expect(
            error?.message.contains("http://keycloak:8080/token ") == true && error?.message.contains("hidden") == false
        )
    }

    @Test("no description shows a secret")
    func redacted() async throws {
        let server = TokenServer { _ in .json(#"{"access_token":"hidden-token","expires_in":9}"#) }
        let source = try Self.source(server)
        var dumped = ""
        dump(source, to: &dumped)
        dump(try await source.token(), to: &dumped)
        #expect(!dumped.contains("hidden") && !"\(source)".contains("hidden"))
    }

    private static func source(
        _ server: TokenServer, authentication: OAuthTokenSource.Authentication = .basic
    ) throws -> OAuthTokenSource {
        try OAuthTokenSource(
            tokenEndpoint: "https://login.example/token", clientID: "id", clientSecret: Secret("hidden-secret"),
            authentication: authentication, transport: server, now: { 1000 })
    }
}

/// A token endpoint made of a closure.
private final class TokenServer: HTTPTransport, Sendable {
    private let answer: @Sendable (HTTPRequest) throws(HTTPError) -> HTTPResponse
    private let asked = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest) throws(HTTPError) -> HTTPResponse) { self.answer = answer }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return try answer(request)
    }
}

extension HTTPResponse {
    fileprivate static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(text.utf8))
    }
}
