import Foundation
import LaminarCore
import LaminarHTTP
import LaminarTesting
import Testing

@Suite struct TLSTests {
    /// One front for the whole suite: the server behind it says yes.
    private static let shared = Task {
        let server = try FakeHTTPServer { _ in .text(200, "yes") }
        return (server, try await TLSFront.start(before: server.port))
    }

    private func send(
        _ door: TLSFront.Door, _ tls: HTTPTLS, headers: [(name: String, value: String)] = []
    ) async throws -> HTTPResponse {
        let front = try await Self.shared.value.1
        return try await HTTPClient(.init(tls: tls)).send(HTTPRequest(.get, front.url(door), headers: headers))
    }

    private func text(_ path: String) throws -> HTTPTLS.PEM {
        .text(Secret(try String(contentsOfFile: path, encoding: .utf8)))
    }

    @Test("a server whose authority is known is talked to, by file and by text") func trusted() async throws {
        let front = try await Self.shared.value.1
        #expect(try await send(.tls, HTTPTLS(authorities: .file(front.authority))).status == 200)
        #expect(try await send(.tls, HTTPTLS(authorities: text(front.authority))).status == 200)
    }

    @Test(
        "a server of another authority, another name or another time isn't",
        arguments: [TLSFront.Door.tls, .expired, .misnamed])
    func untrusted(door: TLSFront.Door) async throws {
        let front = try await Self.shared.value.1
        let tls = door == .tls ? HTTPTLS() : HTTPTLS(authorities: .file(front.authority))
        let error = await #expect(throws: HTTPError.self) { try await send(door, tls) }
        #expect(error?.code == .tls)
        #expect(error?.isTransient == false)
        #expect(error?.message.contains(front.url(door)) == true)
    }

    @Test("a client shows its certificate, with a key in a file, in a text, and under a password") func mutual()
        async throws
    {
        let front = try await Self.shared.value.1
        let password = Secret(TLSFront.keyPassword)
        for (key, password) in [
            (HTTPTLS.PEM.file(front.clientKey), nil), (try text(front.clientKey), nil),
            (.file(front.encryptedClientKey), password), (try text(front.encryptedClientKey), password),
        ] as [(HTTPTLS.PEM, Secret?)] {
            for certificate in [HTTPTLS.PEM.file(front.client), try text(front.client)] {
                let tls = HTTPTLS(
                    authorities: .file(front.authority), certificate: certificate, key: key, keyPassword: password)
                #expect(try await send(.mutual, tls).status == 200)
            }
        }
        let both =
            try String(contentsOfFile: front.client, encoding: .utf8)
            + String(contentsOfFile: front.clientKey, encoding: .utf8)
        let together = HTTPTLS(authorities: .file(front.authority), certificate: .text(Secret(both)))
        #expect(try await send(.mutual, together).status == 200)
    }

    @Test("without a certificate, or with a stranger's, nobody comes in") func stranger() async throws {
        let front = try await Self.shared.value.1
        #expect(try await send(.mutual, HTTPTLS(authorities: .file(front.authority))).status == 400)
        let tls = HTTPTLS(
            authorities: .file(front.authority), certificate: .file(front.stranger.certificate),
            key: .file(front.stranger.key))
        #expect(try await send(.mutual, tls).status == 400)
    }

    @Test("files and keys that can't be used are named as such, and no password shows") func unusable() async throws {
        let front = try await Self.shared.value.1
        let trust = HTTPTLS.PEM.file(front.authority)
        for tls in [
            HTTPTLS(authorities: .file("/nonexistent/ca.pem")),
            HTTPTLS(authorities: trust, certificate: .file("/nonexistent/client.crt")),
            HTTPTLS(authorities: trust, certificate: .file(front.client), key: .file(front.stranger.key)),
            HTTPTLS(
                authorities: trust, certificate: .file(front.client), key: .file(front.encryptedClientKey),
                keyPassword: Secret("wrong-secret")),
            HTTPTLS(authorities: trust, key: .file(front.clientKey)),
        ] {
            let error = await #expect(throws: HTTPError.self) { try await send(.mutual, tls) }
            #expect(error?.code == .configuration, "\(error?.message ?? "")")
            #expect(error?.message.contains("wrong-secret") == false)
        }
    }
}
