internal import CRdKafka
import LaminarCore
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps a client supplied with tokens, from a thread of its own, whether the client is busy or idle.
///
/// Performs what ``TokenLife`` decides. The thread waits for the next deadline; the provider is asked in a task, so that
/// one which never answers holds nothing up.
final class TokenKeeper: Sendable {
    private struct State {
        var life = TokenLife()
        var answer: BearerToken?
        var question: Task<Void, Never>?
        /// Answers to earlier questions don't count.
        var number = 0
    }

    private let provider: any TokenProvider
    private let state = Mutex(State())
    private let wake = WakeSignal()
    private let client: ClientReference
    private let log: any LogSink
    private let metrics: MetricsRegistry

    init(
        _ provider: any TokenProvider, for client: ClientReference, log: any LogSink,
        metrics: MetricsRegistry = .shared
    ) {
        self.metrics = metrics
        self.provider = provider
        self.client = client
        self.log = log
    }

    /// Starts the thread, which asks for the first token.
    ///
    /// - Throws: ``KafkaError`` with code `client` when the system has no thread left.
    func start() throws(KafkaError) {
        try ClientThread.start("laminar-token") { [self] in
            handle(.wanted)
            while let pause = nextPause() {
                wake.wait(pause)
                handle(.passed)
            }
        }
    }

    /// librdkafka asks for a token.
    func want() { handle(.wanted) }

    /// A broker refused the token.
    func refuse() { handle(.refused) }

    /// Ends the thread.
    func close() {
        handle(.closed)
        wake.raise()
    }

    /// What is known of the token.
    var tokenState: TokenState { state.withLock { TokenState($0.life.state, wall: Date().timeIntervalSince1970) } }

    /// - Returns: nil once it is closed.
    private func nextPause() -> Duration? {
        state.withLock { state in
            if state.life.state == .closed { return nil }
            return state.life.deadline.map { max(.zero, $0 - .now) } ?? .seconds(60)
        }
    }

    private func handle(_ event: TokenLife.Event) {
        let actions = state.withLock { $0.life.handle(event, at: .now) }
        for action in actions { perform(action) }
        if !actions.isEmpty { wake.raise() }
    }

    private func perform(_ action: TokenLife.Action) {
        switch action {
        case .ask: ask()
        case .giveUp:
            let question = state.withLock { state in
                state.number += 1
                return state.question.take()
            }
            question?.cancel()
        case .use:
            guard let token = state.withLock({ $0.answer.take() }) else { return }
            if let refusal = use(token) { tell(refusal) } else { metrics.counter(.tokenRefreshes, "ok").add() }
        case .tell(let reason): tell(reason)
        }
    }

    private func ask() {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        let question = Task { [self] in
            let outcome: Result<BearerToken, any Error>
            do { outcome = .success(try await provider.token()) } catch { outcome = .failure(error) }
            guard state.withLock({ $0.number == number }) else { return }
            switch outcome {
            case .success(let token):
                state.withLock { $0.answer = token }
                let life = token.expiration - Date().timeIntervalSince1970
                // A time of life that no clock can add up is as good as for ever.
                handle(.answered(life: .seconds(life.isNaN ? 0 : min(max(life, 0), 10 * 365 * 86_400))))
            case .failure(let error): handle(.failed(reason: "\(error)"))
            }
        }
        let isWanted = state.withLock { state in
            guard state.number == number else { return false }
            state.question = question
            return true
        }
        // Given up already, before there was something to cancel.
        if !isWanted { question.cancel() }
    }

    /// - Returns: why librdkafka doesn't take it.
    private func use(_ token: BearerToken) -> String? {
        var text = [CChar](repeating: 0, count: 512)
        let pairs = token.extensions.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        var copies: [UnsafePointer<CChar>?] = pairs.map { strdup($0).map { UnsafePointer($0) } }
        defer { for copy in copies { free(UnsafeMutableRawPointer(mutating: copy)) } }
        let milliseconds = Int64(min(max(token.expiration, 0), 1e12) * 1000)
        let response = client.use { client in
            token.value.withUnredacted { value in
                rd_kafka_oauthbearer_set_token(
                    client, value, milliseconds, token.principal.isEmpty ? "laminar" : token.principal, &copies,
                    copies.count, &text, text.count)
            }
        }
        guard let response, response != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        // Not librdkafka's text: it may repeat an extension's value.
        return "the token can't be used: its end has passed, or an extension's name or value isn't one"
    }

    private func tell(_ reason: String) {
        metrics.counter(.tokenRefreshes, "failed").add()
        log.log(.info, ["component": "tokens"], "There is no new token: \(reason)")
        _ = client.use { rd_kafka_oauthbearer_set_token_failure($0, reason) }
    }
}

/// Where a client's token stands.
public enum TokenState: Sendable, Hashable, CustomStringConvertible {
    /// The first one is being asked for.
    case awaited
    /// There is one, valid so long, in seconds since 1970.
    case valid(until: Double)
    /// No new one could be had, for that reason; the one before is used until then, nil where it has ended.
    case failing(reason: String, validUntil: Double?)

    /// For logs and people.
    public var description: String {
        switch self {
        case .awaited: "awaited"
        case .valid(let until): "valid until \(Int64(until))"
        case .failing(let reason, let until):
            "failing: \(reason)" + (until.map { " (the last one is valid until \(Int64($0)))" } ?? "")
        }
    }

    init(_ state: TokenLife.State, at now: TokenLife.Instant = .now, wall: Double) {
        func end(_ held: TokenLife.Held) -> Double { wall + (held.until - now) / .seconds(1) }
        switch state {
        case .empty, .closed, .asking(_, nil): self = .awaited
        case .asking(_, .some(let held)), .holding(let held): self = .valid(until: end(held))
        case .failing(let reason, _, let held): self = .failing(reason: reason, validUntil: held.map(end))
        }
    }
}
