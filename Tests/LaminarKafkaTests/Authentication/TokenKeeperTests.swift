import CRdKafka
import LaminarCore
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("Tokens for a client without a broker", .timeLimit(.minutes(5)))
struct TokenKeeperTests {
    private static func properties(_ security: KafkaSecurity) async throws -> ClientProperties {
        var properties = ClientProperties()
        properties.set("bootstrap.servers", "127.0.0.1:1")
        try await properties.apply(security, secrets: .closure { _ in nil })
        return properties
    }

    private final class Listener: ClientDelegate {
        func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}
    }

    @Test("a host's token is asked for when the client is made, and held") func first() async throws {
        let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
        let tokens = HostTokens {
            continuation.yield()
            return BearerToken(
                Secret("a.b.c"), expiration: 4e9, principal: "me", extensions: ["logicalCluster": "lkc-1"])
        }
        let metrics = MetricsRegistry()
        let handle = try ClientHandle(
            .producer, properties: try await Self.properties(.sasl(.hostTokens(tokens), tls: nil)),
            callbacks: ClientCallbacks(log: SilentLogSink(), delegate: Listener(), metrics: metrics))
        for await _ in asked { break }
        while true {
            if case .valid(let until) = handle.renewal?.tokens?.tokenState {
                #expect(until > 3.9e9 || until > 1)
                break
            }
            await Task.yield()
        }
        while metrics.value(.tokenRefreshes, ["result": "ok"]) == nil { await Task.yield() }
        #expect(metrics.value(.tokenRefreshes, ["result": "failed"]) == nil)
    }

    @Test("a provider that hangs doesn't keep a client from being destroyed") func hanging() async throws {
        let asked = AsyncStream.makeStream(of: Void.self)
        let ended = AsyncStream.makeStream(of: Void.self)
        do {
            let tokens = HostTokens {
                asked.continuation.finish()
                defer { ended.continuation.finish() }
                try await Task.sleep(for: .seconds(3600))
                throw CancellationError()
            }
            let handle = try ClientHandle(
                .producer, properties: try await Self.properties(.sasl(.hostTokens(tokens), tls: nil)),
                callbacks: ClientCallbacks(log: SilentLogSink(), delegate: Listener()))
            for await _ in asked.stream {}
            #expect(handle.renewal?.tokens?.tokenState == .awaited)
        }
        // The question is cancelled with its client.
        for await _ in ended.stream {}
    }

    @Test("states read as sentences, without the token") func states() {
        let now = ContinuousClock.now
        let held = TokenLife.Held(since: now, until: now + .seconds(100), refreshAt: now + .seconds(80))
        #expect(TokenState(.empty, at: now, wall: 1000) == .awaited)
        #expect(TokenState(.holding(held), at: now, wall: 1000) == .valid(until: 1100))
        #expect(
            TokenState(.failing(reason: "away", retryAt: now, held: held), at: now, wall: 1000).description
                == "failing: away (the last one is valid until 1100)")
        #expect("\(BearerToken(Secret("a.b.c"), expiration: 5))" == "<redacted> until 5.0")
    }
}
