import Foundation
import LaminarFormats
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarRegistry

@Suite struct GlueRegistryTests {
    let clock = HandClock()
    static let version = "b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63"

    private func registry(
        _ server: FakeHTTPServer, _ change: (inout GlueRegistry.Options) -> Void = { _ in }
    ) throws -> GlueRegistry {
        var options = GlueRegistry.Options(region: "eu-central-1", endpoint: server.url)
        change(&options)
        return GlueRegistry(options, transport: try HTTPClient(), time: clock.time) { request in
            var signed = request
            signed.headers.append(("Authorization", "signed"))
            return signed
        }
    }

    private static func answer(_ status: Int = 200, _ text: String) -> FakeHTTPServer.Answer {
        .text(status, text, type: "application/x-amz-json-1.1")
    }

    private static func fault(_ name: String, _ message: String = "no") -> FakeHTTPServer.Answer {
        answer(400, #"{"__type":"\#(name)","Message":"\#(message)"}"#)
    }

    @Test("a version is asked for by its UUID, signed") func reading() async throws {
        let server = try FakeHTTPServer { _ in
            Self.answer(
                200, #"{"SchemaDefinition":"\"int\"","DataFormat":"AVRO","VersionNumber":3,"Status":"AVAILABLE"}"#)
        }
        let key = SchemaKey.version(try #require(SchemaUUID(Self.version)))
        #expect(try await registry(server).schema(for: key, subject: nil) == PublishedSchema(.avro, #""int""#))
        let seen = try #require(server.requests.first)
        #expect(seen.method == "POST" && seen.path == "/")
        #expect(seen.header("X-Amz-Target") == "AWSGlue.GetSchemaVersion")
        #expect(seen.header("Content-Type") == "application/x-amz-json-1.1")
        #expect(seen.header("Authorization") == "signed")
        #expect(String(decoding: seen.body, as: UTF8.self) == #"{"SchemaVersionId":"\#(Self.version)"}"#)
    }

    static let faults: [(FakeHTTPServer.Answer, RegistryError.Code)] = [
        (fault("EntityNotFoundException"), .notFound), (fault("com.amazonaws.glue#EntityNotFoundException"), .notFound),
        (fault("AccessDeniedException"), .unauthorized), (fault("ThrottlingException"), .unavailable),
        (fault("InvalidInputException"), .invalidSchema), (answer(500, "oops"), .unavailable),
        (.text(403, "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>"), .unauthorized),
        (answer(200, "[]"), .invalidResponse), (answer(200, "{}"), .invalidResponse), (.hangUp, .unavailable),
        (answer(200, #"{"SchemaDefinition":"x","DataFormat":"XML"}"#), .otherLanguage),
        (.redirect(to: "https://elsewhere.example/"), .redirected),
    ]

    @Test("faults have their codes, in JSON and in XML", arguments: faults.indices) func fault(index: Int) async throws
    {
        let (answer, code) = Self.faults[index]
        let server = try FakeHTTPServer { _ in answer }
        let registry = try registry(server)
        let key = SchemaKey.version(try #require(SchemaUUID(Self.version)))
        let error = await #expect(throws: RegistryError.self) { try await registry.schema(for: key, subject: nil) }
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(clock.waits.count == (code == .unavailable ? 3 : 0))
    }

    @Test("a definition that isn't there is registered only where that is asked for, and waited for") func registering()
        async throws
    {
        let server = try FakeHTTPServer { request in
            switch request.header("X-Amz-Target") {
            case "AWSGlue.GetSchemaByDefinition", "AWSGlue.RegisterSchemaVersion":
                Self.fault("EntityNotFoundException")
            case "AWSGlue.CreateSchema":
                Self.answer(200, #"{"SchemaVersionId":"\#(Self.version)","SchemaVersionStatus":"PENDING"}"#)
            default: Self.answer(200, #"{"Status":"AVAILABLE"}"#)
            }
        }
        let schema = PublishedSchema(.avro, #""int""#)
        let reader = try registry(server)
        let error = await #expect(throws: RegistryError.self) { try await reader.register(schema, subject: "orders") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("auto_register") == true)
        let writer = try registry(server) {
            $0.registersSchemas = true
            $0.compatibility = "FULL"
        }
        let key = try await writer.register(schema, subject: "orders")
        #expect(key == .version(try #require(SchemaUUID(Self.version))))
        #expect(clock.waits == [.seconds(1)])
        let created = try #require(server.requests.first { $0.header("X-Amz-Target") == "AWSGlue.CreateSchema" })
        let text = String(decoding: created.body, as: UTF8.self)
        for part in [#""SchemaName":"orders""#, #""Compatibility":"FULL""#, #""RegistryName":"default-registry""#] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test("a version that Glue refuses is incompatible") func incompatible() async throws {
        let server = try FakeHTTPServer { request in
            request.header("X-Amz-Target") == "AWSGlue.GetSchemaByDefinition"
                ? Self.fault("EntityNotFoundException")
                : Self.answer(200, #"{"SchemaVersionId":"\#(Self.version)","Status":"FAILURE"}"#)
        }
        let registry = try registry(server) { $0.registersSchemas = true }
        let error = await #expect(throws: RegistryError.self) {
            try await registry.register(PublishedSchema(.avro, #""int""#), subject: "orders")
        }
        #expect(error?.code == .incompatible)
    }

    @Test("a schema goes to moto's Glue and comes back") func moto() async throws {
        let port = Int.random(in: 24_000...26_900)
        let server = try Peers.python(
            """
            import sys
            from moto.server import ThreadedMotoServer
            server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]))
            server.start()
            print("ready")
            sys.stdin.read()
            server.stop()
            """, [String(port)])
        _ = try await server.line { $0 == "ready" }
        let options = GlueRegistry.Options(
            region: "eu-central-1", registryName: "tests", registersSchemas: true, endpoint: "http://127.0.0.1:\(port)")
        // moto tells the region from the credential's scope, and verifies no signature unless it is asked to.
        let scope =
            "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-central-1/glue/aws4_request, SignedHeaders=host, Signature=0"
        let client = try HTTPClient()
        let sign: GlueRegistry.Signer = { request in
            var signed = request
            signed.headers.append(("Authorization", scope))
            return signed
        }
        let made = try await client.send(
            sign(
                HTTPRequest(
                    .post, options.url,
                    headers: [
                        ("X-Amz-Target", "AWSGlue.CreateRegistry"), ("Content-Type", "application/x-amz-json-1.1"),
                    ], body: Array(#"{"RegistryName":"tests"}"#.utf8))))
        #expect(made.status == 200)
        let registry = GlueRegistry(options, transport: client, signer: sign)
        let first = PublishedSchema(.avro, #"{"type":"record","name":"A","fields":[{"name":"a","type":"int"}]}"#)
        let second = PublishedSchema(
            .avro,
            #"{"type":"record","name":"A","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}"#)
        let key = try await registry.register(first, subject: "orders")
        #expect(try await registry.register(first, subject: "orders") == key)
        #expect(try await registry.schema(for: key, subject: nil) == first)
        let next = try await registry.register(second, subject: "orders")
        #expect(next != key)
        let latest = try await registry.latest(subject: "orders")
        #expect(latest.key == next && latest.version == 2 && latest.schema == second)
        let unknown = await #expect(throws: RegistryError.self) {
            try await registry.schema(
                for: .version(try #require(SchemaUUID("00000000-0000-0000-0000-000000000000"))), subject: nil)
        }
        #expect(unknown?.code == .notFound)
        server.endInput()
    }
}
