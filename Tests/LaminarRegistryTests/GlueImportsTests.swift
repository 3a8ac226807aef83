import Foundation
import LaminarFormats
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarRegistry

@Suite("What Protobuf schemas in AWS Glue import") struct GlueImportsTests {
    private static let version = "b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63"

    /// Schemas by name, each with what it imports; the one that is asked for by its version imports `main`.
    private struct Shelf {
        var main: [String]
        var schemas: [String: [String]] = [:]
        /// Of those that aren't Protobuf.
        var languages: [String: String] = [:]
        var faults: [String: String] = [:]

        func serve() throws -> FakeHTTPServer {
            try FakeHTTPServer { [self] request in
                let question = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any]
                let name = (question?["SchemaId"] as? [String: Any])?["SchemaName"] as? String
                if let name, schemas[name] == nil || faults[name] != nil {
                    return .text(400, #"{"__type":"\#(faults[name] ?? "EntityNotFoundException")","Message":"no"}"#)
                }
                let answer: [String: Any] = [
                    "SchemaDefinition": text(name.flatMap { schemas[$0] } ?? main), "SchemaVersionId": version,
                    "DataFormat": name.flatMap { languages[$0] } ?? "PROTOBUF", "VersionNumber": 1,
                ]
                return .response(200, body: Array((try? JSONSerialization.data(withJSONObject: answer)) ?? Data()))
            }
        }
    }

    private static func text(_ imports: [String]) -> String {
        #"syntax = "proto3"; "# + imports.map { "import \"\($0)\"; " }.joined() + "message M { int32 n = 1; }"
    }

    /// The names of what is given with the schema.
    private static func references(_ server: FakeHTTPServer) async throws -> [String] {
        let registry = GlueRegistry(
            .init(region: "eu-central-1", schemaName: "main", endpoint: server.url), transport: try HTTPClient(),
            time: HandClock().time
        ) { $0 }
        let key = SchemaKey.version(try #require(SchemaUUID(version)))
        return try await registry.schema(for: key, subject: nil).references.map(\.name)
    }

    private static func asked(_ server: FakeHTTPServer) -> [String] {
        server.requests.compactMap { request in
            let question = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any]
            return (question?["SchemaId"] as? [String: Any])?["SchemaName"] as? String
        }
    }

    @Test("each comes before those that need it, once, and what everybody has isn't asked for") func order()
        async throws
    {
        let server = try Shelf(
            main: ["b.proto", "google/protobuf/timestamp.proto", "a.proto"],
            schemas: ["a.proto": ["c.proto"], "b.proto": ["c.proto", "a.proto"], "c.proto": []]
        ).serve()
        #expect(try await Self.references(server) == ["c.proto", "a.proto", "b.proto"])
        #expect(Self.asked(server) == ["b.proto", "c.proto", "a.proto"])
    }

    @Test("a name may lack the suffix or have dots for slashes; one of another language is no import") func names()
        async throws
    {
        let server = try Shelf(
            main: ["bare.proto", "shop/money.proto", "shop/unit.proto", "table.proto", "gone.proto"],
            schemas: ["bare": [], "shop.money.proto": [], "shop.unit": [], "table.proto": [], "table": []],
            languages: ["table.proto": "AVRO", "table": "JSON"], faults: ["shop/money.proto": "InvalidInputException"]
        ).serve()
        #expect(try await Self.references(server) == ["bare.proto", "shop/money.proto", "shop/unit.proto"])
        #expect(Self.asked(server).suffix(2) == ["gone.proto", "gone"])
    }

    @Test("an outage and a closed door are thrown, and no import is taken for missing") func outage() async throws {
        for (fault, code) in [
            ("ThrottlingException", RegistryError.Code.unavailable), ("AccessDeniedException", .unauthorized),
        ] {
            let server = try Shelf(main: ["a.proto"], faults: ["a.proto": fault]).serve()
            let error = await #expect(throws: RegistryError.self) { try await Self.references(server) }
            #expect(error?.code == code)
        }
    }

    @Test("circles, too deep and too many are refused after a bounded number of questions") func bounds() async throws {
        let chain = Dictionary(uniqueKeysWithValues: (0..<100).map { ("\($0).proto", ["\($0 + 1).proto"]) })
        let wide = (0..<1000).map { "\($0).proto" }
        let shelves = [
            Shelf(main: ["a.proto"], schemas: ["a.proto": ["b.proto"], "b.proto": ["a.proto"]]),
            Shelf(main: ["0.proto"], schemas: chain),
            Shelf(main: wide, schemas: Dictionary(uniqueKeysWithValues: wide.map { ($0, []) })),
        ]
        for shelf in shelves {
            let server = try shelf.serve()
            let error = await #expect(throws: RegistryError.self) { try await Self.references(server) }
            #expect(error?.code == .invalidSchema)
            #expect(server.requests.count <= 257)
        }
    }

    @Test("a schema comes back with its imports, and isn't registered where they are missing") func registering()
        async throws
    {
        let server = try Shelf(main: [], schemas: ["main": ["a.proto"], "a.proto": []]).serve()
        let registry = GlueRegistry(
            .init(region: "eu-central-1", schemaName: "main", registersSchemas: true, endpoint: server.url),
            transport: try HTTPClient(), time: HandClock().time
        ) { $0 }
        let latest = try await registry.latest(subject: "main")
        #expect(latest.schema.references == [.init(name: "a.proto", text: Self.text([]))])
        let other = PublishedSchema(
            .protobuf, Self.text(["x.proto"]), references: [.init(name: "x.proto", text: Self.text([]))])
        let error = await #expect(throws: RegistryError.self) { try await registry.register(other, subject: "main") }
        #expect(error?.code == .invalidSchema)
        #expect(error?.message.contains("x.proto") == true)
    }
}
