import Foundation
import LaminarCore
import LaminarFormats
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarRegistry

/// The same promises against a registry that nobody here wrote.
@Suite struct ApicurioTests {
    private func client(_ url: String, _ tls: HTTPTLS = HTTPTLS(), credentials: ConfluentRegistry.Credentials = .none)
        throws -> ConfluentRegistry
    {
        ConfluentRegistry(
            endpoints: [url], credentials: credentials, transport: try HTTPClient(.init(tls: tls)))
    }

    static let schemas: [PublishedSchema] = [
        PublishedSchema(.avro, #"{"type":"record","name":"Plain","fields":[{"name":"id","type":"long"}]}"#),
        PublishedSchema(.protobuf, "syntax = \"proto3\";\npackage ex;\n\nmessage Plain {\n  int64 id = 1;\n}\n"),
        PublishedSchema(.json, #"{"type":"object","properties":{"id":{"type":"integer"}}}"#),
        PublishedSchema(
            .avro, #"{"type":"record","name":"Person","fields":[{"name":"home","type":"ex.Address"}]}"#,
            references: [
                .init(
                    name: "ex.Address",
                    text:
                        #"{"type":"record","name":"Address","namespace":"ex","fields":[{"name":"s","type":"string"}]}"#)
            ]),
        PublishedSchema(
            .protobuf,
            "syntax = \"proto3\";\npackage ex;\n\nimport \"money.proto\";\n\nmessage Order {\n  Money total = 1;\n}\n",
            references: [
                .init(
                    name: "money.proto",
                    text: "syntax = \"proto3\";\npackage ex;\n\nmessage Money {\n  int64 units = 1;\n}\n")
            ]),
    ]

    @Test("a schema goes there and comes back with what it refers to", arguments: schemas.indices)
    func roundTrip(index: Int) async throws {
        let promise = "schemas go to a real registry and come back"
        guard let fixture = try await RegistryFixture.offered(promise: promise) else { return }
        let registry = try client(fixture.url)
        let schema = Self.schemas[index]
        let subject = fixture.subject("round/trip é")
        let key = try await registry.register(schema, subject: subject)
        #expect(try await registry.register(schema, subject: subject) == key)
        #expect(try await registry.lookUp(schema, subject: subject) == key)
        let read = try await registry.schema(for: key, subject: subject)
        #expect(read.language == schema.language)
        #expect(read.text.filter { !$0.isWhitespace } == schema.text.filter { !$0.isWhitespace })
        #expect(read.references.map(\.name) == schema.references.map(\.name))
        let latest = try await registry.latest(subject: subject)
        #expect(latest.key == key && latest.version == 1 && latest.schema == read)
    }

    @Test("what it doesn't know and what it refuses have their codes") func faults() async throws {
        guard let fixture = try await RegistryFixture.offered(promise: "a real registry's refusals are understood")
        else { return }
        let registry = try client(fixture.url)
        let unknown = await #expect(throws: RegistryError.self) {
            try await registry.schema(for: .id(999_999), subject: nil)
        }
        #expect(unknown?.code == .notFound)
        let subject = await #expect(throws: RegistryError.self) { try await registry.latest(subject: "nobody's") }
        #expect(subject?.code == .notFound)
        let broken = await #expect(throws: RegistryError.self) {
            try await registry.register(
                PublishedSchema(.avro, #"{"type":"record"}"#), subject: fixture.subject("broken"))
        }
        #expect(broken?.code == .invalidSchema)
    }

    @Test("behind TLS, client certificates and basic authentication it is the same registry") func behindTLS()
        async throws
    {
        guard let fixture = try await RegistryFixture.offered(promise: "a real registry behind TLS is talked to")
        else { return }
        let front = try await TLSFront.start(before: fixture.port)
        let schema = Self.schemas[0]
        let key = try await client(fixture.url).register(schema, subject: fixture.subject("front"))
        let trust = HTTPTLS.PEM.file(front.authority)
        let user = ConfluentRegistry.Credentials.basic(
            user: Secret(TLSFront.user.name), password: Secret(TLSFront.user.password))
        let mutual = HTTPTLS(
            authorities: trust, certificate: .file(front.client), key: .file(front.encryptedClientKey),
            keyPassword: Secret(TLSFront.keyPassword))
        for (door, tls, credentials) in [
            (TLSFront.Door.tls, HTTPTLS(authorities: trust), ConfluentRegistry.Credentials.none),
            (.basic, HTTPTLS(authorities: trust), user), (.mutual, mutual, .none),
        ] {
            let registry = try client(front.url(door) + fixture.path, tls, credentials: credentials)
            #expect(try await registry.schema(for: key, subject: nil).language == .avro, "\(door)")
        }
        let stranger = try client(front.url(.basic) + fixture.path, HTTPTLS(authorities: trust))
        let refused = await #expect(throws: RegistryError.self) { try await stranger.schema(for: key, subject: nil) }
        #expect(refused?.code == .unauthorized)
        let distrustful = try client(front.url(.tls) + fixture.path)
        let untrusted = await #expect(throws: RegistryError.self) {
            try await distrustful.schema(for: key, subject: nil)
        }
        #expect(untrusted?.code == .tls)
        await front.stop()
    }
}
