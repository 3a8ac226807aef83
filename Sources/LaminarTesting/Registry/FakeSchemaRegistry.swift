import Foundation
import Synchronization

/// A Confluent-compatible schema registry in this process, for tests that count, delay and break.
///
///     let registry = try FakeSchemaRegistry()
///     let id = try registry.register(#""string""#, under: "orders-value")
///     registry.fail(next: 2, with: .text(503, ""))
///     …                                                              // schema_registry.endpoint = registry.url
///
/// It keeps subjects, versions, ids, references, configuration and deletions as Karapace does, whose answers it was made
/// after. What only a schema compiler can tell (that a schema is invalid or incompatible, how Protobuf is printed) a test
/// says by ``judge(_:under:isReferring:_:)``; without that, what is JSON is valid and everything is compatible.
public final class FakeSchemaRegistry: Sendable {
    /// What a schema compiler would say of a schema that is to be registered.
    public enum Verdict: Sendable {
        /// It isn't one, in these words.
        case invalid(code: Int, message: String)
        /// It doesn't fit to the subject's earlier ones, in these words.
        case incompatible(message: String)
        /// It is stored in this form.
        case stored(as: String)
    }

    /// What overrules the shelf.
    private final class Faults: Sendable {
        let next = Mutex<[FakeHTTPServer.Answer]>([])
        let always = Mutex<[String: FakeHTTPServer.Answer]>([:])

        func answer(_ request: FakeHTTPServer.Request) -> FakeHTTPServer.Answer? {
            next.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? always.withLock { $0[request.path] }
        }
    }

    private let shelf = SchemaShelf()
    private let faults = Faults()
    private let server: FakeHTTPServer

    /// - Parameters:
    ///   - user: with `password`: whom it lets in by basic authentication; nil lets everybody in.
    ///   - token: the bearer token that lets in.
    /// - Throws: ``FixtureError`` with code `start`.
    public init(user: String? = nil, password: String = "", token: String? = nil) throws(FixtureError) {
        let wanted =
            user.map { "Basic " + Data("\($0):\(password)".utf8).base64EncodedString() }
            ?? token.map { "Bearer \($0)" }
        server = try FakeHTTPServer { [shelf, faults] request in
            if let fault = faults.answer(request) { return fault }
            if let wanted, request.header("Authorization") != wanted {
                return .text(401, #"{"error_code":40101,"message":"Unauthorized"}"#, type: SchemaShelf.mediaType)
            }
            return shelf.answer(request)
        }
    }

    /// What `schema_registry.endpoint` takes.
    public var url: String { server.url }
    /// Everything that came so far.
    public var requests: [FakeHTTPServer.Request] { server.requests }
    /// How many connections were opened so far.
    public var connections: Int { server.connections }

    /// Registers a schema without a request.
    ///
    /// - Returns: its id.
    /// - Throws: ``FixtureError`` with code `broker` where the registry refuses it.
    @discardableResult
    public func register(
        _ schema: String, type: String = "AVRO", references: [(name: String, subject: String, version: Int)] = [],
        under subject: String
    ) throws(FixtureError) -> Int {
        try shelf.register(schema, type, references, subject)
    }

    /// Says what a compiler would say of a text.
    ///
    /// - Parameters:
    ///   - subject: where it says so; nil = everywhere.
    ///   - isReferring: whether it says so of a schema with references or of one without; nil = of both.
    public func judge(
        _ schema: String, under subject: String? = nil, isReferring: Bool? = nil, _ verdict: Verdict
    ) {
        shelf.judge(.init(schema: schema, subject: subject, isReferring: isReferring, verdict: verdict))
    }

    /// Answers the next requests in this way, whatever they are.
    public func fail(next count: Int, with answer: FakeHTTPServer.Answer) {
        faults.next.withLock { $0 += Array(repeating: answer, count: count) }
    }

    /// Answers a path, as it is sent, always in this way; nil: as the registry does.
    public func answer(_ path: String, with answer: FakeHTTPServer.Answer?) {
        faults.always.withLock { $0[path] = answer }
    }

    /// Waits until that many requests have come.
    ///
    /// - Throws: ``FixtureError`` with code `broker` where they don't come in time.
    public func awaitRequests(_ count: Int) async throws { try await server.awaitRequests(count) }

    /// Lets silent answers go.
    public func release() { server.release() }

    /// Ends it. Doing it twice is harmless.
    public func stop() { server.stop() }
}
