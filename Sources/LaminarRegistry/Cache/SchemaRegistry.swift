internal import LaminarCore
public import LaminarFormats
internal import Synchronization

/// A registry with a memory: what a frame names is asked for once in the life of the process.
///
///     let registry = SchemaRegistry(ConfluentRegistry(endpoints: ["https://registry:8081"], transport: client))
///     let schema = try await registry.schema(for: key, subject: "orders-value")
///
/// Ids never change their meaning, so they are kept for good; that a registry doesn't know one is kept for ten seconds, of
/// at most a thousand ids. Questions that are the same at the same time are one request. A decoder keeps a table of its own
/// from ``WriterMark`` to its plan, so that this is asked once for each new mark and not for each record.
///
/// - Throws: ``RegistryError``; one that `isTransient` is an outage, to be waited for, and never a bad record.
public final class SchemaRegistry: Sendable {
    /// An id has a meaning within its context only; the names of contexts stand in subjects.
    private struct Question: Hashable {
        let key: SchemaKey
        let context: String
    }

    private struct Memory {
        var schemas: [Question: PublishedSchema] = [:]
        var unknown: [Question: (error: RegistryError, until: Duration)] = [:]
        var registered: [String: [PublishedSchema: SchemaKey]] = [:]
    }

    private let service: any SchemaService
    private let time: RegistryTime
    private let memory = Mutex(Memory())
    private let flights = SingleFlight<Question, PublishedSchema, RegistryError>(
        cancelled: RegistryError(.cancelled, "The question was cancelled."))

    private static let unknownFor = Duration.seconds(10)
    private static let mostUnknown = 1000

    /// - Parameters:
    ///   - service: the registry behind it.
    ///   - time: a test's, where it isn't the system's.
    public init(_ service: any SchemaService, time: RegistryTime = .system) {
        self.service = service
        self.time = time
    }

    // MARK: Reading

    /// The schema that a frame names.
    ///
    /// - Parameters:
    ///   - key: of a frame.
    ///   - subject: where the topic's schemas stand (`orders-value`); needed where it has a context.
    ///   - language: what the table says; another one is an error that says both.
    public func schema(
        for key: SchemaKey, subject: String? = nil, language: PublishedSchema.Language? = nil
    ) async throws(RegistryError) -> PublishedSchema {
        let question = Question(key: key, context: Self.context(of: subject))
        let found = try await remembered(question, subject)
        if let language, found.language != language {
            throw RegistryError(
                .otherLanguage,
                "The schema of \(key) is \(found.language.rawValue), and the table's format is for "
                    + "\(language.rawValue): declare the connection with the format that the topic is written in.")
        }
        return found
    }

    private func remembered(_ question: Question, _ subject: String?) async throws(RegistryError) -> PublishedSchema {
        let now = time.now()
        let (known, unknown) = memory.withLock { memory in
            (memory.schemas[question], memory.unknown[question].flatMap { $0.until > now ? $0.error : nil })
        }
        if let known { return known }
        if let unknown { throw unknown }
        return try await flights.answer(question) { [self] in
            // Who found nothing just before the last flight landed finds it now.
            if let known = memory.withLock({ $0.schemas[question] }) { return .success(known) }
            do throws(RegistryError) {
                let schema = try await service.schema(for: question.key, subject: subject)
                memory.withLock { memory in
                    memory.schemas[question] = schema
                    memory.unknown[question] = nil
                }
                return .success(schema)
            } catch {
                if error.code == .notFound { note(question, error) }
                return .failure(error)
            }
        }
    }

    private func note(_ question: Question, _ error: RegistryError) {
        let now = time.now()
        memory.withLock { memory in
            if memory.unknown.count >= Self.mostUnknown {
                memory.unknown = memory.unknown.filter { $0.value.until > now }
                if memory.unknown.count >= Self.mostUnknown { memory.unknown.removeAll() }
            }
            memory.unknown[question] = (error, now + Self.unknownFor)
        }
    }

    /// The newest schema of a subject, asked for each time.
    public func latest(subject: String) async throws(RegistryError) -> RegisteredSchema {
        let latest = try await service.latest(subject: subject)
        keep(latest.schema, under: latest.key, subject: subject)
        return latest
    }

    // MARK: Writing

    /// Registers a schema under a subject, or finds that it is there; remembered for the life of the process.
    public func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        if let known = memory.withLock({ $0.registered[subject]?[schema] }) { return known }
        let key = try await service.register(schema, subject: subject)
        remember(schema, key, subject)
        return key
    }

    /// Finds a schema under a subject, and registers nothing; remembered for the life of the process.
    public func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        if let known = memory.withLock({ $0.registered[subject]?[schema] }) { return known }
        let key = try await service.lookUp(schema, subject: subject)
        remember(schema, key, subject)
        return key
    }

    private func remember(_ schema: PublishedSchema, _ key: SchemaKey, _ subject: String) {
        memory.withLock { $0.registered[subject, default: [:]][schema] = key }
    }

    private func keep(_ schema: PublishedSchema, under key: SchemaKey, subject: String) {
        let question = Question(key: key, context: Self.context(of: subject))
        memory.withLock { $0.schemas[question] = schema }
    }

    /// `:.context:subject` has one, `subject` doesn't.
    static func context(of subject: String?) -> String {
        guard let subject, subject.hasPrefix(":.") else { return "" }
        return String(subject.dropFirst(2).prefix { $0 != ":" })
    }
}
