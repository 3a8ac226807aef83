import Dispatch
import LaminarFormats
import LaminarRegistry
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("Writers' schemas for decode threads", .timeLimit(.minutes(1)))
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
        _ service: Service, _ news: News, subject: String? = nil, isPatient: Bool = false
    ) -> WriterSchemas {
        WriterSchemas(
            SchemaRegistry(service), framing: .confluent, subject: subject, isPatient: isPatient
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
}
