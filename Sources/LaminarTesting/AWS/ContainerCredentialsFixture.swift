/// A credentials endpoint as an ECS task or an EKS pod has it, in a process of its own.
///
///     let container = try await ContainerCredentialsFixture.start(token: "Bearer t", answer: json)
///     container.url                                     // for AWS_CONTAINER_CREDENTIALS_FULL_URI
///
/// It answers only who sends its token, and anybody else with status 401. moto has no such endpoint. It ends with this value.
public final class ContainerCredentialsFixture: Sendable {
    private let server: ExternalProcess
    /// On 127.0.0.1, on a port that the system chooses.
    public let url: String

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - token: what the `Authorization` header must be.
    ///   - answer: the JSON with the credentials.
    /// - Throws: ``FixtureError``.
    public static func start(token: String, answer: String) async throws -> ContainerCredentialsFixture {
        try await ContainerCredentialsFixture(token: token, answer: answer)
    }

    private init(token: String, answer: String) async throws {
        server = try Peers.python(Self.script, [token, answer])
        guard let port = try await server.nextLine(within: .seconds(60)) else {
            throw FixtureError(
                code: .start, message: "The credentials endpoint did not start: \(server.errorsSoFar.suffix(600))")
        }
        url = "http://127.0.0.1:\(port)/v2/credentials"
    }

    private static let script = """
        import http.server, sys

        class Endpoint(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.headers.get("Authorization") == sys.argv[1] and self.path == "/v2/credentials"
                body = sys.argv[2].encode() if known else b"{}"
                self.send_response(200 if known else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
