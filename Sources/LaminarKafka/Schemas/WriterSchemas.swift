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
        /// What comes of an earlier fetch of the same schema doesn't count.
        let number: Int
        /// Why there is no answer yet; nil where nobody was told of a reason.
        var trouble: RegistryError?
        var isAway: Bool { trouble != nil }
        var task: Task<Void, Never>?
        /// Left at the first news of any kind.
        let firstNews = DispatchGroup()
        /// Left when it is settled.
        let end = DispatchGroup()
        var listeners: [Int: @Sendable () -> Void] = [:]
    }

    /// Somebody's waiting for a schema.
    struct Wait: Sendable, Equatable {
        fileprivate let key: SchemaKey
        fileprivate let number: Int
    }

    private struct State {
        static let mostRefusals = 1000

        var settled: [SchemaKey: Answer] = [:]
        /// When a refusal is asked for anew; in the order in which they came.
        var refusals: [(key: SchemaKey, until: ContinuousClock.Instant)] = []
        var fetches: [SchemaKey: Fetch] = [:]
        var isClosed = false
        var counter = 0
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

    private static let refusalLife = Duration.seconds(10)

    private let state = Mutex(State())
    /// How payloads name their schemas.
    let framing: PayloadFraming
    private let registry: RegistryInUse
    /// Where ids have their meaning: a subject may stand in a context of its own (`:.context:orders-value`).
    private let subject: String?
    private let isPatient: Bool
    private let firstWait: Duration
    private let note: @Sendable (News) -> Void

    /// - Parameters:
    ///   - subject: where the topics' schemas stand, where that is known; its context counts.
    ///   - isPatient: whether a question waits until there is an answer or the source is closed, as a bounded read does.
    ///   - firstWait: how long a decode thread waits for an answer.
    ///   - note: called from any thread, one at a time and in order.
    init(
        _ registry: RegistryInUse, framing: PayloadFraming, subject: String?, isPatient: Bool,
        firstWait: Duration = .seconds(2), note: @escaping @Sendable (News) -> Void
    ) {
        self.registry = registry
        self.framing = framing
        self.subject = subject
        self.isPatient = isPatient
        self.firstWait = firstWait
        self.note = note
    }

    /// A writer's schema. Blocks: for decode threads only.
    func schema(for key: SchemaKey) -> Answer {
        let (answer, fetch) = state.withLock { state -> (Answer?, Fetch?) in
            if state.isClosed { return (.closed, nil) }
            state.forgetOldRefusals()
            if let answer = state.settled[key] { return (answer, nil) }
            if let fetch = state.fetches[key] { return (fetch.isAway && !isPatient ? .away : nil, fetch) }
            state.counter += 1
            let fetch = begin(key, state.counter)
            state.fetches[key] = fetch
            return (nil, fetch)
        }
        if let answer { return answer }
        guard let fetch else { return .away }
        let deadline = DispatchTime.now() + .milliseconds(Int(firstWait / .milliseconds(1)))
        if isPatient { fetch.end.wait() } else { _ = fetch.firstNews.wait(timeout: deadline) }
        if let late = state.withLock({ $0.isClosed ? .closed : $0.settled[key] }) { return late }
        // A registry that is slow is away as far as this thread is concerned; a reason that it gave by now counts more.
        isAway(key, fetch.number, Self.slow, unlessKnown: true)
        return .away
    }

    // A group that is left alone while somebody has entered it ends the program.
    deinit { close() }

    /// Calls `body` once there is an answer, at once where there is one; never after a close.
    ///
    /// - Returns: what ``abandon(_:)`` takes.
    @discardableResult
    func whenAnswered(_ key: SchemaKey, _ body: @escaping @Sendable () -> Void) -> Wait {
        let (wait, isThere) = state.withLock { state in
            state.counter += 1
            let wait = Wait(key: key, number: state.counter)
            if state.isClosed { return (wait, false) }
            guard state.fetches[key] != nil else { return (wait, true) }
            state.fetches[key]?.listeners[wait.number] = body
            return (wait, false)
        }
        if isThere { body() }
        return wait
    }

    /// Waits no longer. With the last who waits the fetch ends, so that a source doesn't stand at a schema that none of its
    /// partitions needs any more; who needs it later begins a new one.
    func abandon(_ wait: Wait) {
        let fetch = state.withLock { state -> Fetch? in
            guard state.fetches[wait.key]?.listeners.removeValue(forKey: wait.number) != nil,
                state.fetches[wait.key]?.listeners.isEmpty == true
            else { return nil }
            let fetch = state.fetches.removeValue(forKey: wait.key)
            tell(&state, state.fetches.values.compactMap(\.trouble).first)
            return fetch
        }
        fetch.map(Self.end)
    }

    /// Ends every fetch; whoever waits gets `closed`.
    func close() {
        let fetches = state.withLock { state in
            state.isClosed = true
            defer { state.fetches = [:] }
            return state.fetches.values.map(\.self)
        }
        for fetch in fetches { Self.end(fetch) }
    }

    /// Ends a fetch that is no longer in the table.
    private static func end(_ fetch: Fetch) {
        fetch.task?.cancel()
        if !fetch.isAway { fetch.firstNews.leave() }
        fetch.end.leave()
    }

    private static let slow = RegistryError(
        .unavailable, "The schema registry hasn't answered yet: records of a schema that isn't known wait.")
}

extension WriterSchemas {
    /// Starts to fetch. Called under the lock, so that the fetch is there before its news.
    private func begin(_ key: SchemaKey, _ number: Int) -> Fetch {
        var fetch = Fetch(number: number)
        fetch.firstNews.enter()
        fetch.end.enter()
        fetch.task = Task { [weak self, registry, subject] in
            var backoff = Backoff(base: .seconds(1), cap: .seconds(20))
            while !Task.isCancelled {
                do throws(RegistryError) {
                    let schema = try await registry.registry.schema(for: key, subject: subject)
                    self?.settle(key, number, .schema(schema))
                    return
                } catch {
                    guard error.isAnOutage else {
                        self?.settle(key, number, .refused(DecodeFailure(.schema, error.message)))
                        return
                    }
                    self?.isAway(key, number, error)
                    await registry.lookAgain()
                }
                try? await Task.sleep(for: backoff.next())
            }
        }
        return fetch
    }

    private func isAway(_ key: SchemaKey, _ number: Int, _ error: RegistryError, unlessKnown: Bool = false) {
        state.withLock { state in
            guard let fetch = state.fetches[key], fetch.number == number, !(unlessKnown && fetch.isAway) else { return }
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

    private func settle(_ key: SchemaKey, _ number: Int, _ answer: Answer) {
        let fetch = state.withLock { state -> Fetch? in
            guard state.fetches[key]?.number == number, let fetch = state.fetches.removeValue(forKey: key) else {
                return nil
            }
            state.settled[key] = answer
            if case .refused = answer { state.refusals.append((key, .now + Self.refusalLife)) }
            tell(&state, state.fetches.values.compactMap(\.trouble).first)
            return fetch
        }
        guard let fetch else { return }
        if !fetch.isAway { fetch.firstNews.leave() }
        fetch.end.leave()
        for listener in fetch.listeners.values { listener() }
    }
}

extension RegistryError {
    /// Whether the registry is to blame, or the way to it, and not the record that names a schema: then the answer is waited
    /// for.
    fileprivate var isAnOutage: Bool {
        ![.notFound, .invalidSchema, .otherLanguage, .encrypted].contains(code)
    }
}
