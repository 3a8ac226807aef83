import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@testable import LaminarFormats

/// Every golden vector by the way that a topic's records take: a broker has the payload, a registry has the schema, DDL makes
/// the table, and values come out. `LAMINAR_VECTORS` names another folder of such files.
@Suite("Golden vectors", .timeLimit(.minutes(10)))
struct GoldenVectorTests {
    @Test("what other encoders wrote is read as other decoders read it, and what is malformed is refused")
    func all() async throws {
        // Glue's requests are signed, with whatever: nobody checks here.
        setenv("AWS_ACCESS_KEY_ID", "vectors", 0)
        setenv("AWS_SECRET_ACCESS_KEY", "vectors", 0)
        let vectors = try GoldenVector.loadAll()
        try #require(vectors.count > 0)
        let shelf = try GoldenShelf(vectors)
        let broker = try EmbeddedBroker()
        try broker.createTopic("vectors", partitions: 1)
        for vector in vectors {
            try await broker.produce(
                [
                    TestRecord(
                        value: vector.payload,
                        headers: vector.headers.map { ($0.name, Optional($0.value)) })
                ], to: "vectors")
        }
        var failures: [String] = []
        for (number, vector) in vectors.enumerated() {
            let clock = ContinuousClock.now
            var difference = await Self.difference(vector, number, shelf, broker)
            if vector.expected == nil {
                // Refused: what was read instead would be the difference. One that is ours to choose may go either way.
                difference = difference == nil && !vector.isOptional ? "it was not refused" : nil
            }
            if clock.duration(to: .now) > .seconds(20) { difference = difference ?? "it took longer than 20 s" }
            if let difference { failures.append("\(vector.file) \(vector.name): \(difference.prefix(400))") }
        }
        print("vectors: \(vectors.count - failures.count) passed, \(failures.count) failed")
        for failure in failures { print("  \(failure)") }
        #expect(failures.isEmpty)
        await broker.close()
    }

    /// Why a vector isn't read as it must be: the difference, or the error; nil where it is, or was read at all where it
    /// must be refused.
    private static func difference(
        _ vector: GoldenVector, _ number: Int, _ shelf: GoldenShelf, _ broker: EmbeddedBroker
    ) async -> String? {
        do {
            let laminar = try await Laminar(database: .inMemory)
            try await laminar.execute(ddl(vector, number, shelf, broker))
            let source = try laminar.rows("v", extent: .everything)
            let events = source.events
            // Nothing of what a vector needs is away.
            let watching = Task { () -> String? in
                for await case .state(.stalled(let reason)) in events {
                    await source.close()
                    return reason
                }
                return nil
            }
            var row: Row?
            for try await value in source {
                row = value
                break
            }
            await laminar.shutdown()
            let stalled: String? = await watching.value
            guard let row else { return stalled.map { "stalled: \($0)" } ?? "nothing was read" }
            return vector.expected.flatMap { GoldenExpectation.difference(row, $0) }
        } catch {
            return "\(error)"
        }
    }

    private static func ddl(
        _ vector: GoldenVector, _ number: Int, _ shelf: GoldenShelf, _ broker: EmbeddedBroker
    ) -> String {
        var options = [
            "bootstrap_servers = '\(broker.bootstrapServers)'", "topic = 'vectors'", "type = 'source'",
            "format = '\(vector.language)'", "offset = '0:\(number)'", "batch_size = 1",
            "'schema_registry.endpoint' = '\(shelf.url(number))'",
        ]
        if vector.isGlue {
            options += ["'schema_registry.type' = 'glue'", "'schema_registry.region' = 'eu-central-1'"]
        } else if vector.language == "json" {
            options.append("'json.confluent_schema_registry' = 'true'")
        }
        if let reader = vector.readerSchema {
            options.append("'avro.reader_schema' = '\(reader.replacingOccurrences(of: "'", with: "''"))'")
        }
        // Protobuf's expectations are canonical JSON, and JSON Schema says too little about columns.
        let columns = vector.language == "avro" ? "" : "(value JSON)"
        if vector.language == "json" { options += ["'json.unstructured' = 'true'", "'json.validate' = 'true'"] }
        return """
            CREATE CONNECTION c TO kafka (\(options.joined(separator: ", ")));
            CREATE TABLE v \(columns) WITH (connector = 'c');
            """
    }
}

/// A registry for each vector behind one address, since all of them begin to count at 1.
private final class GoldenShelf: Sendable {
    private let server: FakeHTTPServer

    init(_ vectors: [GoldenVector]) throws {
        server = try FakeHTTPServer { request in
            let parts = request.path.split(separator: "/").map(String.init)
            guard let number = parts.first.flatMap({ Int($0) }), vectors.indices.contains(number) else {
                return .text(404, "{}")
            }
            let vector = vectors[number]
            return vector.isGlue ? Self.glue(vector, request.body) : Self.confluent(vector, Array(parts.dropFirst()))
        }
    }

    func url(_ number: Int) -> String { "\(server.url)/\(number)" }

    private static func confluent(_ vector: GoldenVector, _ path: [String]) -> FakeHTTPServer.Answer {
        let references = vector.references.map {
            ["name": $0.name, "subject": $0.subject, "version": $0.version] as [String: Any]
        }
        switch path.first {
        case "subjects" where path.count == 4 && path[1] != "vectors-value":
            let subject = path[1].removingPercentEncoding
            guard let reference = vector.references.first(where: { $0.subject == subject }) else {
                return .text(404, "{}")
            }
            return answer(schema: reference.text, vector, [])
        case "subjects", "schemas": return answer(schema: vector.schema, vector, references)
        default: return .text(404, "{}")
        }
    }

    private static func answer(
        schema: String, _ vector: GoldenVector, _ references: [[String: Any]]
    ) -> FakeHTTPServer.Answer {
        var object: [String: Any] = [
            "schema": schema, "schemaType": vector.language.uppercased(), "id": 1, "version": 1, "subject": "s",
        ]
        if !references.isEmpty { object["references"] = references }
        return json(object)
    }

    /// By a version's UUID, which is the vector's, or by a schema's name, which is an import's.
    private static func glue(_ vector: GoldenVector, _ body: [UInt8]) -> FakeHTTPServer.Answer {
        let question = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
        let name = (question?["SchemaId"] as? [String: Any])?["SchemaName"] as? String
        var text = vector.schema
        if let name, name != "vectors" {
            guard let reference = vector.references.first(where: { $0.name == name }) else {
                return json(["__type": "EntityNotFoundException", "Message": "Schema is not found."], status: 400)
            }
            text = reference.text
        }
        return json([
            "SchemaDefinition": text, "DataFormat": vector.language.uppercased(), "Status": "AVAILABLE",
            "SchemaVersionId": "b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63", "VersionNumber": 1,
            "SchemaArn": "arn:aws:glue:eu-central-1:123456789012:schema/default-registry/\(name ?? "vectors")",
        ])
    }

    private static func json(_ object: [String: Any], status: Int = 200) -> FakeHTTPServer.Answer {
        let data = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
        return .text(status, String(decoding: data, as: UTF8.self), type: "application/json")
    }
}
