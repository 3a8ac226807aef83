import Dispatch
import LaminarCore
import LaminarFormats
import LaminarRegistry
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("Writers' schemas for decode threads", .timeLimit(.minutes(5)))
struct WriterSchemasTests {
    /// A registry whose answers a test gives.
    private final class Service: SchemaService {
        private let answers = Mutex<[Result<PublishedSchema, RegistryError>]>([])
        private let asked = Mutex<[String?]>([])
        private let isOpen: Bool

        /// - Parameter isOpen: false: it never answers.
        init(_ answers: [Result<PublishedSchema, RegistryError>], isOpen: Bool = true) {
            self.answers.withLock { $0 = answers }
            self.isOpen = isOpen
        }

        var subjects: [String?] { asked.withLock { $0 } }

        func schema(for key: SchemaKey, subject: String?) async throws(RegistryError) -> PublishedSchema {
            asked.withLock { $0.append(subject) }
            guard isOpen else {
                // Ends when the task is cancelled.
                let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
                for await _ in stream {}
                withExtendedLifetime(continuation) {}
                throw RegistryError(.cancelled, "cancelled")
            }
            let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
            return try answer.get()
        }
        func latest(subject: String) async throws(RegistryError) -> RegisteredSchema { throw Self.away }
        func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
            throw Self.away
        }
        func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
            throw Self.away
        }

        static let away = RegistryError(.unavailable, "registry:8081 doesn't answer")
    }

    private final class News: Sendable {
        private let heard = Mutex<[String]>([])
        var all: [String] { heard.withLock { $0 } }
        func note(_ news: WriterSchemas.News) {
            heard.withLock { heard in
                switch news {
                case .waiting(let error): heard.append(error.message)
                case .goingOn: heard.append("on")
                }
            }
        }
    }

    private static let schema = PublishedSchema(.avro, #""long""#)

    private func schemas(
        _ service: Service, _ news: News, subject: String? = nil, isPatient: Bool = false,
        firstWait: Duration = .seconds(60)
    ) -> WriterSchemas {
        let registry = SchemaRegistry(service)
        return WriterSchemas(
            RegistryInUse(registry) { registry }, framing: .confluent, subject: subject, isPatient: isPatient,
            firstWait: firstWait
        ) { news.note($0) }
    }

    /// Asks as a decode thread does: not on a thread of the pool, which the fetch needs.
    private func ask(_ schemas: WriterSchemas, _ id: Int32 = 1) async -> String {
        let answer = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: schemas.schema(for: .id(id))) }
        }
        return switch answer {
        case .schema(let schema): schema.text
        case .refused(let failure): failure.message
        case .away: "away"
        case .closed: "closed"
        }
    }

    @Test("a schema is had at once, in the context of its subject, and asked for once") func answered() async {
        let service = Service([.success(Self.schema)])
        let news = News()
        let schemas = schemas(service, news, subject: ":.lab:orders-value")
        #expect(await ask(schemas) == #""long""#)
        #expect(await ask(schemas) == #""long""#)
        #expect(service.subjects == [":.lab:orders-value"])
        #expect(news.all.isEmpty)
    }

    @Test("what the registry doesn't have is refused, in its words, and nobody waits") func unknown() async {
        let service = Service([.failure(RegistryError(.notFound, "registry:8081 doesn't know id 1"))])
        let news = News()
        #expect(await ask(schemas(service, news)) == "registry:8081 doesn't know id 1")
        #expect(news.all.isEmpty)
    }

    @Test("a registry that is away holds up nobody for long; its own reason is told, and when it is over")
    func outage() async {
        let service = Service([.failure(Service.away), .success(Self.schema)])
        let news = News()
        let schemas = schemas(service, news)
        #expect(await ask(schemas) == "away")
        await withCheckedContinuation { continuation in
            schemas.whenAnswered(.id(1)) { continuation.resume() }
        }
        #expect(await ask(schemas) == #""long""#)
        #expect(news.all == ["registry:8081 doesn't answer", "on"])
    }

    @Test("a patient question waits until the answer is there") func patient() async {
        let service = Service([.failure(Service.away), .success(Self.schema)])
        let schemas = schemas(service, News(), isPatient: true)
        #expect(await ask(schemas) == #""long""#)
    }

    @Test("whoever waits when it is closed gets to know, and whoever asks afterwards too") func closed() async {
        let service = Service([], isOpen: false)
        let schemas = schemas(service, News(), isPatient: true)
        async let waiting = ask(schemas)
        while service.subjects.isEmpty { await Task.yield() }
        schemas.close()
        #expect(await waiting == "closed")
        #expect(await ask(schemas, 2) == "closed")
    }

    @Test("what nobody waits for any more is fetched no longer, and the others' waiting is told")
    func abandoned() async {
        let service = Service([], isOpen: false)
        let news = News()
        let schemas = schemas(service, news, firstWait: .milliseconds(1))
        #expect(await ask(schemas) == "away")
        #expect(await ask(schemas, 2) == "away")
        #expect(news.all.count == 1, "one reason, told once")
        let first = schemas.whenAnswered(.id(1)) {}
        let again = schemas.whenAnswered(.id(1)) {}
        let second = schemas.whenAnswered(.id(2)) {}
        schemas.abandon(first)
        schemas.abandon(first)
        schemas.abandon(second)
        #expect(news.all.count == 1, "one still waits for the first")
        schemas.abandon(again)
        #expect(news.all.last == "on")
        // Who needs it later asks anew, and what comes of the old question doesn't count.
        #expect(await ask(schemas) == "away")
        #expect(news.all.count == 3)
        #expect(service.subjects.count == 3)
    }

    @Test("a registry's secret that is rotated is looked up again, and counts with the next question") func rotated()
        async throws
    {
        let fake = try FakeSchemaRegistry(user: "app", password: "new")
        let id = try fake.register(#""long""#, under: "orders-value")
        var confluent = SchemaRegistryConfiguration.Confluent(endpoints: [fake.url])
        confluent.credentials = .basic(key: SecretText(Secret("app")), secret: .secret(named: "registry"))
        let configuration = SchemaRegistryConfiguration.confluent(confluent)
        let password = Mutex("old")
        let secrets = ClosureSecretProvider { _ in Secret(password.withLock { $0 }) }
        let registry = RegistryInUse(try await configuration.connect(secrets: secrets)) {
            try await configuration.connect(secrets: secrets)
        }
        let news = News()
        let schemas = WriterSchemas(
            registry, framing: .confluent, subject: nil, isPatient: false, firstWait: .seconds(60)
        ) { news.note($0) }
        #expect(await ask(schemas, Int32(id)) == "away")
        password.withLock { $0 = "new" }
        await withCheckedContinuation { continuation in
            schemas.whenAnswered(.id(Int32(id))) { continuation.resume() }
        }
        #expect(await ask(schemas, Int32(id)) == #""long""#)
        #expect(news.all.last == "on")
    }

    @Test("a registry that doesn't answer at all is told of as one that is slow") func slow() async {
        let service = Service([], isOpen: false)
        let news = News()
        let schemas = schemas(service, news, firstWait: .milliseconds(1))
        #expect(await ask(schemas) == "away")
        #expect(news.all == ["The schema registry hasn't answered yet: records of a schema that isn't known wait."])
    }
}
