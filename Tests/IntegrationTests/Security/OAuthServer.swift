import Foundation
import LaminarTesting

/// An OAuth server in a process of its own (`oauth_server.py`, made of Authlib), which signs its tokens.
final class OAuthServer: Sendable {
    static let clientID = "laminar"
    static let clientSecret = "laminar-oauth-secret"

    private let process: ExternalProcess
    let port: Int

    /// - Parameter life: of its tokens, in seconds.
    init(life: Int = 3600) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "oauth_server.py")
        process = try Peers.python(file: script.path(percentEncoded: false), [String(life)])
        let line = try await process.nextLine()
        guard let line, let port = Int(line.dropFirst("port ".count)) else {
            throw FixtureError(
                code: .start, message: "The OAuth server did not start: \(line ?? "") \(process.errorsSoFar)")
        }
        self.port = port
    }

    var tokenEndpoint: String { "http://127.0.0.1:\(port)/token" }
    var keys: String { "http://127.0.0.1:\(port)/jwks" }
}
