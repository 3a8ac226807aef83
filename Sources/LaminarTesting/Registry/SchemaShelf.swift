import Foundation
import Synchronization

/// The subjects of a fake registry, and its answers.
final class SchemaShelf: Sendable {
    static let mediaType = "application/vnd.schemaregistry.v1+json"

    struct Reference: Equatable {
        var name: String
        var subject: String
        var version: Int
    }

    struct Entry {
        var version: Int
        var id: Int
        var isDeleted = false
    }

    struct Stored: Equatable {
        var text: String
        var type: String
        var references: [Reference]
    }

    struct Shelf {
        /// In the order of their first registration.
        var order: [String] = []
        var subjects: [String: [Entry]] = [:]
        /// By id, from 1.
        var schemas: [Stored] = []
        var level = "BACKWARD"
        var levels: [String: String] = [:]
        /// The last one that fits counts.
        var verdicts: [Judgement] = []
    }

    struct Judgement {
        var schema: String
        var subject: String?
        var isReferring: Bool?
        var verdict: FakeSchemaRegistry.Verdict
    }

    /// What is answered with another status than 200.
    struct Refusal: Error {
        var status: Int
        var code: Int
        var message: String
    }

    private let shelf = Mutex(Shelf())

    func judge(_ judgement: Judgement) { shelf.withLock { $0.verdicts.append(judgement) } }

    func register(
        _ schema: String, _ type: String, _ references: [(name: String, subject: String, version: Int)],
        _ subject: String
    ) throws(FixtureError) -> Int {
        let references = references.map { Reference(name: $0.name, subject: $0.subject, version: $0.version) }
        let result = shelf.withLock { shelf in
            Result { try shelf.register(Stored(text: schema, type: type, references: references), subject) }
        }
        do {
            return try result.get()
        } catch {
            throw FixtureError(code: .broker, message: "The fake registry refuses the schema: \(error).")
        }
    }

    /// The answer to a request, in the order and the words of Karapace.
    func answer(_ request: FakeHTTPServer.Request) -> FakeHTTPServer.Answer {
        if request.method == "GET", let accept = request.header("Accept"), !Self.accepts(accept) {
            return Self.json(406, #"{"message":"HTTP 406 Not Acceptable"}"#)
        }
        if let type = request.header("Content-Type"), !request.body.isEmpty, !type.contains("json") {
            return Self.json(415, #"{"message":"HTTP 415 Unsupported Media Type"}"#)
        }
        let parts = request.path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let segments = parts[0].split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        do {
            let text = try shelf.withLock { try $0.route(request.method, segments, Set(query), request.body) }
            guard let text else { return .text(404, #""Not Found""#, type: "application/json") }
            return Self.json(200, text)
        } catch let refusal as Refusal where refusal.code == 405 {
            return .text(405, #""Method Not Allowed""#, type: "application/json")
        } catch let refusal as Refusal where refusal.code == 500 {
            return .text(500, refusal.message, type: "text/plain; charset=utf-8")
        } catch let refusal as Refusal {
            let message = refusal.message.hasPrefix("[") ? refusal.message : SchemaText.quoted(refusal.message)
            return Self.json(refusal.status, #"{"error_code":\#(refusal.code),"message":\#(message)}"#)
        } catch {
            return .text(500, "Internal Server Error")
        }
    }

    private static func json(_ status: Int, _ text: String) -> FakeHTTPServer.Answer {
        .text(status, text, type: mediaType)
    }

    private static func accepts(_ accept: String) -> Bool {
        accept.contains("json") || accept.contains("*/*")
    }
}

extension SchemaShelf.Shelf {
    typealias Refusal = SchemaShelf.Refusal

    // MARK: Looking

    func live(_ subject: String) throws(Refusal) -> [SchemaShelf.Entry] {
        let entries = (subjects[subject] ?? []).filter { !$0.isDeleted }
        guard !entries.isEmpty else {
            throw Refusal(status: 404, code: 40401, message: "Subject '\(subject)' not found.")
        }
        return entries
    }

    func entry(
        _ subject: String, _ version: String, withDeleted: Bool, unknownSubject: Bool = true
    ) throws(Refusal) -> SchemaShelf.Entry {
        guard version == "latest" || (Int(version).map { $0 == -1 || (1...Int(Int32.max)).contains($0) } ?? false)
        else {
            throw Refusal(
                status: 422, code: 42202,
                message: "The specified version '\(version)' is not a valid version id. Allowed values are between "
                    + "[1, 2^31-1] and the string \"latest\"")
        }
        let isLatest = version == "latest" || version == "-1"
        let shown = isLatest ? "-1" : version
        let all = subjects[subject] ?? []
        let entries = withDeleted ? all : all.filter { !$0.isDeleted }
        guard unknownSubject == false || !all.isEmpty else {
            throw Refusal(status: 404, code: 40401, message: "Subject '\(subject)' not found.")
        }
        guard let found = isLatest ? entries.last : entries.first(where: { String($0.version) == version }) else {
            throw Refusal(status: 404, code: 40402, message: "Version \(shown) not found.")
        }
        return found
    }

    func schema(_ id: Int) throws(Refusal) -> SchemaShelf.Stored {
        guard schemas.indices.contains(id - 1) else {
            throw Refusal(status: 404, code: 40403, message: "Schema not found")
        }
        return schemas[id - 1]
    }

    // MARK: Registering

    func verdict(_ schema: SchemaShelf.Stored, _ subject: String) -> FakeSchemaRegistry.Verdict? {
        verdicts.last { judgement in
            judgement.schema == schema.text && (judgement.subject ?? subject) == subject
                && judgement.isReferring != schema.references.isEmpty
        }?.verdict
    }

    /// As it is stored, or why it isn't.
    func judged(_ schema: SchemaShelf.Stored, _ subject: String) throws(Refusal) -> SchemaShelf.Stored {
        var stored = schema
        switch verdict(schema, subject) {
        case .invalid(let code, let message): throw Refusal(status: 422, code: code, message: message)
        case .incompatible(let message): throw Refusal(status: 409, code: 409, message: message)
        case .stored(let text): stored.text = text
        case nil:
            guard schema.type != "PROTOBUF" else { break }
            guard let text = SchemaText.canonical(schema.text) else {
                throw Refusal(status: 422, code: 42201, message: "Invalid \(schema.type) schema.")
            }
            stored.text = text
        }
        for reference in schema.references {
            let isThere = subjects[reference.subject]?.contains { $0.version == reference.version && !$0.isDeleted }
            guard isThere == true else {
                let shown = schema.references.map {
                    "{name='\($0.name)', subject='\($0.subject)', version=\($0.version)}"
                }.joined(separator: ", ")
                throw Refusal(
                    status: 422, code: 42201,
                    message: "Invalid \(schema.type) schema. Error: Invalid schema \(schema.text) with refs [\(shown)] "
                        + "of type SchemaType.\(schema.type)")
            }
        }
        return stored
    }

    mutating func register(_ schema: SchemaShelf.Stored, _ subject: String) throws(Refusal) -> Int {
        let stored = try judged(schema, subject)
        let entries = subjects[subject] ?? []
        if let known = entries.first(where: { !$0.isDeleted && schemas[$0.id - 1] == stored }) { return known.id }
        let id: Int
        if let place = schemas.firstIndex(of: stored) {
            id = place + 1
        } else {
            schemas.append(stored)
            id = schemas.count
        }
        if subjects[subject] == nil { order.append(subject) }
        subjects[subject, default: []].append(.init(version: (entries.last?.version ?? 0) + 1, id: id))
        return id
    }
}

/// Texts as a registry prints them.
enum SchemaText {
    /// JSON without spaces, its keys in order; nil where it is no JSON.
    static func canonical(_ text: String) -> String? {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed),
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        canonicalString(text) ?? "\"\""
    }

    private static func canonicalString(_ text: String) -> String? {
        (try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes]))
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
