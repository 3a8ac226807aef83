/// The life of a client's token as a value: events in, actions out, so that a test walks every state with a clock of its
/// own.
///
/// A token is replaced when 80 % of its life have passed. A failure is told, and tried again after 1 s, 2 s, 4 s … at
/// most 30 s (each shortened at random by up to a half), while the token that is held stays in use until it ends.
/// A token that a broker refused is replaced at once, but no more often than every 10 s.
struct TokenLife {
    typealias Instant = ContinuousClock.Instant

    /// A token in librdkafka's hands.
    struct Held: Equatable {
        let since: Instant
        let until: Instant
        /// When 80 % of its life have passed.
        let refreshAt: Instant
    }

    enum State: Equatable {
        /// Before the first question.
        case empty
        /// A question is under way since then.
        case asking(since: Instant, held: Held?)
        case holding(Held)
        /// The last question failed; the next comes at `retryAt`.
        case failing(reason: String, retryAt: Instant, held: Held?)
        case closed
    }

    enum Event: Equatable {
        /// librdkafka, or the start, wants a token.
        case wanted
        /// A broker refused the token.
        case refused
        /// The question was answered by a token that lives so long.
        case answered(life: Duration)
        case failed(reason: String)
        /// A moment passed that ``deadline`` had named.
        case passed
        case closed
    }

    enum Action: Equatable {
        /// Ask the provider.
        case ask
        /// Stop waiting for the answer.
        case giveUp
        /// Hand the answer to librdkafka.
        case use
        /// Tell the client why it has no new token.
        case tell(reason: String)
    }

    /// How long an answer is waited for.
    static let patience = Duration.seconds(30)
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)
    private static let leastAgeOfRefused = Duration.seconds(10)

    private(set) var state = State.empty
    private var failures = 0
    private let jitter: @Sendable () -> Double

    /// - Parameter jitter: between 0 and 1.
    init(jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }) { self.jitter = jitter }

    /// When ``Event/passed`` is due; nil where nothing is waited for.
    var deadline: Instant? {
        switch state {
        case .empty, .closed: nil
        case .asking(let since, _): since + Self.patience
        case .holding(let held): held.refreshAt
        case .failing(_, let retryAt, _): retryAt
        }
    }

    mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        switch (state, event) {
        case (.closed, _): return []
        case (.asking, .closed):
            state = .closed
            return [.giveUp]
        case (_, .closed):
            state = .closed
            return []

        case (.empty, .wanted), (.empty, .passed), (.empty, .refused): return ask(now, nil)
        case (.empty, .answered), (.empty, .failed): return []

        case (.asking, .wanted), (.asking, .refused): return []
        case (.asking(_, let held), .answered(let life)):
            guard life > .zero else { return fail("the token that came has ended already", now, held) }
            failures = 0
            state = .holding(Held(since: now, until: now + life, refreshAt: now + life * 0.8))
            return [.use]
        case (.asking(_, let held), .failed(let reason)): return fail(reason, now, held)
        case (.asking(let since, let held), .passed):
            guard now >= since + Self.patience else { return [] }
            return [.giveUp] + fail("nobody answered for \(Self.patience.components.seconds) s", now, held)

        // librdkafka asks by itself at 80 %, a moment before or after us.
        case (.holding(let held), .wanted), (.holding(let held), .passed):
            return now >= held.refreshAt ? ask(now, held) : []
        case (.holding(let held), .refused):
            return now >= held.since + Self.leastAgeOfRefused ? ask(now, held) : []
        case (.holding, .answered), (.holding, .failed): return []

        case (.failing(_, let retryAt, let held), .passed): return now >= retryAt ? ask(now, held) : []
        // The pause is kept, whoever wants a token meanwhile.
        case (.failing, .wanted), (.failing, .refused), (.failing, .answered), (.failing, .failed): return []
        }
    }

    private mutating func ask(_ now: Instant, _ held: Held?) -> [Action] {
        state = .asking(since: now, held: held.flatMap { $0.until > now ? $0 : nil })
        return [.ask]
    }

    private mutating func fail(_ reason: String, _ now: Instant, _ held: Held?) -> [Action] {
        let ceiling = min(Self.longestPause, Self.firstPause * Double(1 << min(failures, 5)))
        failures += 1
        let pause = ceiling * (1 - jitter() / 2)
        state = .failing(reason: reason, retryAt: now + pause, held: held.flatMap { $0.until > now ? $0 : nil })
        return [.tell(reason: reason)]
    }
}
