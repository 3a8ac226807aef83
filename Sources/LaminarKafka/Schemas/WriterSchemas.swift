import Dispatch
import LaminarCore
import LaminarFormats
import LaminarRegistry
import Synchronization

/// Writers' schemas for the decode threads of one source: had from the registry once, then known.
///
/// A thread that asks for one waits for a moment, since a registry answers in milliseconds. Where it doesn't, the fetch goes on
/// by itself, with pauses, until the registry answers or the source is closed; an outage is never a bad record. A schema
/// that the registry doesn't have is one: the record names something that isn't there.
final class WriterSchemas: Sendable {
    /// What became of a question.
    enum Answer: Sendable {
        case schema(PublishedSchema)
        /// Records of that schema can't be decoded.
        case refused(DecodeFailure)
        /// The registry is away; ``WriterSchemas/whenAnswered(_:_:)`` tells when to go on.
        case away
        case closed
    }

    /// What a host should know.
    enum News: Sendable {
        case waiting(KafkaError)
        case goingOn
    }

    private struct Fetch {
        /// Why there is no answer yet; nil where nobody was told of a reason.
        var trouble: RegistryError?
        var isAway: Bool { trouble != nil }
        var task: Task<Void, Never>?
        /// Left at the first news of any kind.
        let firstNews = DispatchGroup()
        /// Left when it is settled.
        let end = DispatchGroup()
        var listeners: [@Sendable () -> Void] = []
    }
    private struct State {
        static let mostRefusals = 1000

        var settled: [SchemaKey: Answer] = [:]
        /// When a refusal is asked for anew; in the order in which they came.
        var refusals: [(key: SchemaKey, until: ContinuousClock.Instant)] = []
        var fetches: [SchemaKey: Fetch] = [:]
        var isClosed = false
        /// The reason that the host was told last; nil where nothing is waited for.
        var told: RegistryError?

        /// What the registry didn't have may be there now; and records that name what never was fill no memory.
        mutating func forgetOldRefusals() {
            while let oldest = refusals.first, refusals.count > Self.mostRefusals || oldest.until < .now {
                refusals.removeFirst()
                settled[oldest.key] = nil
            }
        }
    }

    private static let firstWait = DispatchTimeInterval.seconds(2)
    private static let refusalLife = Duration.seconds(10)

    private let state = Mutex(State())
    /// How payloads name their schemas.
    let framing: PayloadFraming
    private let registry: SchemaRegistry
    /// Where ids have their meaning: a subject may stand in a context of its own (`:.context:orders-value`).
    private let subject: String?
    private let isPatient: Bool
    private let note: @Sendable (News) -> Void

    /// - Parameters:
    ///   - subject: where the topics' schemas stand, where that is known; its context counts.
    ///   - isPatient: whether a question waits until there is an answer or the source is closed, as a bounded read does.
    ///   - note: called from any thread, one at a time and in order.
    init(
        _ registry: SchemaRegistry, framing: PayloadFraming, subject: String?, isPatient: Bool,
        note: @escaping @Sendable (News) -> Void
    ) {
        self.registry = registry
        self.framing = framing
        self.subject = subject
        self.isPatient = isPatient
        self.note = note
    }

    /// A writer's schema. Blocks: for decode threads only.
    func schema(for key: SchemaKey) -> Answer {
        let (answer, fetch) = state.withLock { state -> (Answer?, Fetch?) in
            if state.isClosed { return (.closed, nil) }
            state.forgetOldRefusals()
            if let answer = state.settled[key] { return (answer, nil) }
            if let fetch = state.fetches[key] { return (fetch.isAway && !isPatient ? .away : nil, fetch) }
            let fetch = begin(key)
            state.fetches[key] = fetch
            return (nil, fetch)
        }
        if let answer { return answer }
        guard let fetch else { return .away }
        if isPatient { fetch.end.wait() } else { _ = fetch.firstNews.wait(timeout: .now() + Self.firstWait) }
        if let late = state.withLock({ $0.isClosed ? .closed : $0.settled[key] }) { return late }
        // A registry that is slow is away as far as this thread is concerned.
        if state.withLock({ $0.fetches[key]?.isAway == false }) { isAway(key, Self.slow) }
        return .away
    }

    // A group that is left alone while somebody has entered it ends the program.
    deinit { close() }

    /// Calls `body` once there is an answer, at once where there is one; never after a close.
    func whenAnswered(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            if state.isClosed { return false }
            guard state.fetches[key] != nil else { return true }
            state.fetches[key]?.listeners.append(body)
            return false
        }
        if isThere { body() }
    }

    /// Ends every fetch; whoever waits gets `closed`.
    func close() {
        let fetches = state.withLock { state in
            state.isClosed = true
            defer { state.fetches = [:] }
            return state.fetches.values.map(\.self)
        }
        for fetch in fetches {
            fetch.task?.cancel()
            if !fetch.isAway { fetch.firstNews.leave() }
            fetch.end.leave()
        }
    }

    private static let slow = RegistryError(
        .unavailable, "The schema registry hasn't answered yet: records of a schema that isn't known wait.")
}

extension WriterSchemas {
    /// Starts to fetch. Called under the lock, so that the fetch is there before its news.
    private func begin(_ key: SchemaKey) -> Fetch {
        var fetch = Fetch()
        fetch.firstNews.enter()
        fetch.end.enter()
        fetch.task = Task { [weak self, registry, subject] in
            var backoff = Backoff(base: .seconds(1), cap: .seconds(20))
            while !Task.isCancelled {
                do throws(RegistryError) {
                    let schema = try await registry.schema(for: key, subject: subject)
                    self?.settle(key, .schema(schema))
                    return
                } catch {
                    guard error.isAnOutage else {
                        self?.settle(key, .refused(DecodeFailure(.schema, error.message)))
                        return
                    }
                    self?.isAway(key, error)
                }
                try? await Task.sleep(for: backoff.next())
            }
        }
        return fetch
    }

    private func isAway(_ key: SchemaKey, _ error: RegistryError) {
        state.withLock { state in
            guard let fetch = state.fetches[key] else { return }
            state.fetches[key]?.trouble = error
            if !fetch.isAway { fetch.firstNews.leave() }
            tell(&state, error)
        }
    }

    /// Tells the host where the reason is another one than it knows. Under the lock, so that news come in their order; the
    /// host's side never asks back.
    private func tell(_ state: inout State, _ trouble: RegistryError?) {
        guard state.told != trouble else { return }
        state.told = trouble
        guard let trouble else { return note(.goingOn) }
        note(.waiting(KafkaError(code: .schemaRegistry, message: trouble.message, underlying: trouble)))
    }

    private func settle(_ key: SchemaKey, _ answer: Answer) {
        let fetch = state.withLock { state -> Fetch? in
            guard let fetch = state.fetches.removeValue(forKey: key) else { return nil }
            state.settled[key] = answer
            if case .refused = answer { state.refusals.append((key, .now + Self.refusalLife)) }
            tell(&state, state.fetches.values.compactMap(\.trouble).first)
            return fetch
        }
        guard let fetch else { return }
        if !fetch.isAway { fetch.firstNews.leave() }
        fetch.end.leave()
        for listener in fetch.listeners { listener() }
    }
}

extension RegistryError {
    /// Whether the registry is to blame, or the way to it, and not the record that names a schema: then the answer is waited
    /// for.
    fileprivate var isAnOutage: Bool {
        ![.notFound, .invalidSchema, .otherLanguage, .encrypted].contains(code)
    }
}
