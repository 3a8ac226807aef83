import LaminarCore
import Synchronization

/// Keeps what a source gives, and renews it before its end; one renewal at a time, however many ask.
///
/// A renewal that fails goes unnoticed while the old credentials are good; it is tried again every 30 s.
final class KeptCredentials: AWSCredentialsProvider {
    private let source: @Sendable () async throws -> AWSCredentials
    private let surroundings: AWSSurroundings
    private let life = Mutex(CredentialLife())
    private let flight = SingleFlight<Bool, AWSCredentials, any Error>(cancelled: CancellationError())

    init(surroundings: AWSSurroundings, source: @escaping @Sendable () async throws -> AWSCredentials) {
        self.surroundings = surroundings
        self.source = source
    }

    func credentials() async throws -> AWSCredentials {
        if case .use(let credentials) = ask() { return credentials }
        // There is one question only.
        return try await flight.answer(true) { [self] in
            // Somebody's renewal may have ended between our question and our flight.
            if case .use(let credentials) = ask() { return .success(credentials) }
            do {
                let fresh = try await source()
                let now = surroundings.now()
                if let end = fresh.expiration, end <= now {
                    throw AWSError(
                        .unavailable,
                        "AWS handed out credentials that have expired already: check this machine's clock.")
                }
                life.withLock { $0.fetched(fresh, at: now, jitter: surroundings.jitter()) }
                return .success(fresh)
            } catch {
                let old = life.withLock { $0.failed(at: surroundings.now()) }
                return old.map { .success($0) } ?? .failure(error)
            }
        }
    }

    private func ask() -> CredentialLife.Answer {
        life.withLock { $0.ask(at: surroundings.now()) }
    }
}
