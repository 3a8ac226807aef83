/// When credentials are used, renewed and given up: a value without a clock of its own.
///
///     switch life.ask(at: now) {
///     case .use(let credentials): …
///     case .fetch: …                                    // then life.fetched(…) or life.failed(at:)
///     }
struct CredentialLife: Sendable {
    enum Answer: Equatable {
        case use(AWSCredentials)
        case fetch
    }

    /// Credentials are renewed that many seconds before their end, and up to a minute earlier.
    static let margin = 300.0
    /// Credentials without an end are looked up again after that many seconds, for a file may have new ones.
    static let recheck = 900.0
    /// After a renewal that failed, the old ones serve that many seconds before the next try.
    static let pause = 30.0

    private var held: AWSCredentials?
    private var renewAt = -Double.infinity

    /// What to do for somebody who needs credentials now.
    func ask(at now: Double) -> Answer {
        guard let held, now < renewAt, Self.isValid(held, at: now) else { return .fetch }
        return .use(held)
    }

    /// Takes new ones.
    ///
    /// - Parameter jitter: between 0 and 1.
    mutating func fetched(_ credentials: AWSCredentials, at now: Double, jitter: Double) {
        held = credentials
        guard let end = credentials.expiration else {
            renewAt = now + Self.recheck
            return
        }
        // Short ones are used for half of their life at least.
        renewAt = max(end - Self.margin - 60 * jitter, now + (end - now) / 2)
    }

    /// - Returns: the old ones, while they are good.
    mutating func failed(at now: Double) -> AWSCredentials? {
        guard let held, Self.isValid(held, at: now) else {
            held = nil
            return nil
        }
        renewAt = now + Self.pause
        return held
    }

    private static func isValid(_ credentials: AWSCredentials, at now: Double) -> Bool {
        credentials.expiration.map { now < $0 } ?? true
    }
}
