import LaminarAWS
import LaminarCore
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

    @Test("a schema goes to moto's Glue, signed as AWS checks it, and comes back; a wrong key does not get in")
    func moto() async throws {
        let moto = try await MotoFixture.start()
        defer { moto.stop() }
        let client = try HTTPClient()
        defer { client.close() }
        let options = GlueRegistry.Options(
            region: "eu-central-1", registryName: "tests", registersSchemas: true, endpoint: moto.endpoint)
        let sign = Self.signer(moto.accessKeyID, moto.secretAccessKey)
        let made = try await client.send(
            sign(
                HTTPRequest(
                    .post, options.url,
                    headers: [
                        ("X-Amz-Target", "AWSGlue.CreateRegistry"), ("Content-Type", "application/x-amz-json-1.1"),
                    ], body: Array(#"{"RegistryName":"tests"}"#.utf8))))
        #expect(made.status == 200, "\(moto.log.suffix(600))")
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

        let common = PublishedSchema(.protobuf, #"syntax = "proto3"; message Money { int64 units = 1; }"#)
        let text =
            #"syntax = "proto3"; import "shop/common.proto"; import "a b.proto"; message Order { Money price = 1; }"#
        _ = try await registry.register(common, subject: "shop.common.proto")
        let order = try await registry.register(PublishedSchema(.protobuf, text), subject: "bought")
        #expect(
            try await registry.schema(for: order, subject: nil).references
                == [.init(name: "shop/common.proto", text: common.text)])

        let stranger = GlueRegistry(options, transport: client, signer: Self.signer(moto.accessKeyID, "wrong-secret"))
        let refused = await #expect(throws: RegistryError.self) { try await stranger.latest(subject: "orders") }
        #expect(refused?.code == .unauthorized)
        #expect(refused?.message.contains("wrong-secret") == false)
    }

    private static func signer(_ key: String, _ secret: String) -> GlueRegistry.Signer {
        let signer = AWSRequestSigner(
            credentials: StaticAWSCredentials(AWSCredentials(accessKeyID: key, secretAccessKey: Secret(secret))))
        return { try await signer.sign($0, service: "glue", region: "eu-central-1") }
    }
}
