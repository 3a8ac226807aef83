import Foundation

/// TLS before a web server of a test: nginx in a process of its own, with certificates that openssl makes.
///
///     let front = try await TLSFront.start(before: server.port)
///     …                                                 // front.url(.tls), front.authority; front.url(.mutual), …
///     await front.stop()
///
/// It ends with this process, however that ends.
public final class TLSFront: Sendable {
    /// How a client comes in.
    public enum Door: String, Sendable, CaseIterable {
        /// A certificate for `localhost` and `127.0.0.1`.
        case tls
        /// The same, and the client needs a certificate too; without one the status is 400.
        case mutual = "mtls"
        /// The same, and basic authentication as ``TLSFront/user``.
        case basic
        /// A certificate that has expired.
        case expired
        /// A certificate for another name.
        case misnamed
    }

    /// Whom the door `basic` lets in.
    public static let user = (name: "registry", password: "front-secret")
    /// The password of ``encryptedClientKey``.
    public static let keyPassword = "key-secret"

    private let keeper: ExternalProcess
    private let folder: String
    private let ports: [String: Int]

    /// - Parameter port: of a server on 127.0.0.1.
    /// - Throws: ``FixtureError`` with code `unavailable` where nginx or openssl is missing, or `start`.
    public static func start(before port: Int) async throws -> TLSFront { try await TLSFront(port) }

    private init(_ port: Int) async throws {
        keeper = try ExternalProcess(
            name: "nginx", launch: ["bash", ProjectFolder.path("scripts/tls-front"), "serve", String(port)],
            environment: [:], endsWithItsInput: true)
        var folder = ""
        var ports: [String: Int] = [:]
        while let line = try await keeper.nextLine(within: .seconds(60)), line != "ready" {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "folder": folder = String(line.dropFirst("folder ".count))
            case "door" where words.count == 3: ports[words[1]] = Int(words[2])
            case "unavailable": throw FixtureError(code: .unavailable, message: "nginx: \(line).")
            default: throw FixtureError(code: .start, message: "nginx did not start: \(line)")
            }
        }
        guard ports.count == Door.allCases.count else {
            throw FixtureError(code: .start, message: "nginx did not start: \(keeper.errorsSoFar)")
        }
        self.folder = folder
        self.ports = ports
    }

    /// `https://localhost:PORT`.
    public func url(_ door: Door) -> String { "https://localhost:\(ports[door.rawValue] ?? 0)" }

    /// The authority that signed the servers' and the client's certificates, in PEM.
    public var authority: String { folder + "/ca.crt" }
    /// A client's certificate.
    public var client: String { folder + "/client.crt" }
    /// Its key, without a password.
    public var clientKey: String { folder + "/client.key" }
    /// The same key, with ``keyPassword``.
    public var encryptedClientKey: String { folder + "/client-encrypted.key" }
    /// An authority that signed nothing here.
    public var strangeAuthority: String { folder + "/stranger-ca.crt" }
    /// A certificate of that authority's, and its key.
    public var stranger: (certificate: String, key: String) { (folder + "/stranger.crt", folder + "/stranger.key") }

    /// Ends it and removes its folder. Doing it twice is harmless.
    public func stop() async { _ = try? await keeper.result(within: .seconds(30)) }
}
