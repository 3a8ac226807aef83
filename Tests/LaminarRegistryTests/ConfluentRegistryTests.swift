import Foundation
import LaminarCore
import LaminarFormats
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarRegistry

@Suite struct ConfluentRegistryTests {
    let clock = HandClock()

    private func client(
        _ urls: [String], credentials: ConfluentRegistry.Credentials = .none, timeout: Duration = .seconds(10)
    ) throws -> ConfluentRegistry {
        ConfluentRegistry(
            endpoints: urls, credentials: credentials, timeout: timeout, transport: try HTTPClient(), time: clock.time)
    }

    private func failure(_ body: () async throws -> PublishedSchema) async -> RegistryError? {
        await #expect(throws: RegistryError.self) { _ = try await body() }
    }

    static let user = #"{"fields":[{"name":"id","type":"long"}],"name":"User","type":"record"}"#

    // MARK: Reading

    @Test("a schema is had by id, by version and as the newest; without a type it is Avro") func reading() async throws
    {
        let fake = try FakeSchemaRegistry()
        let id = try fake.register(Self.user, under: "u/ü value")
        try fake.register(#"{"type":"object"}"#, type: "JSON", under: "u/ü value")
        let registry = try client([fake.url + "/"])
        #expect(try await registry.schema(for: .id(Int32(id)), subject: nil) == PublishedSchema(.avro, Self.user))
        let first = try await registry.version(1, of: "u/ü value")
        #expect(first.key == .id(1) && first.version == 1 && first.schema.text == Self.user)
        let latest = try await registry.latest(subject: "u/ü value")
        #expect(latest.key == .id(2) && latest.version == 2 && latest.schema.language == .json)
        #expect(fake.connections == 1)
        #expect(fake.requests.allSatisfy { $0.header("Accept")?.contains("schemaregistry.v1+json") == true })
    }

    @Test("a GUID is asked for by its path") func guid() async throws {
        let fake = try FakeSchemaRegistry()
        let guid = try #require(SchemaUUID("89791762-2336-4186-9674-299b90a802e2"))
        fake.answer("/schemas/guids/\(guid)", with: .text(200, #"{"schema":"\"string\""}"#))
        let registry = try client([fake.url])
        #expect(try await registry.schema(for: .guid(guid), subject: nil) == PublishedSchema(.avro, #""string""#))
    }

    @Test("a context's ids are asked for with its subject") func contexts() async throws {
        let fake = try FakeSchemaRegistry()
        try fake.register(Self.user, under: "u")
        let registry = try client([fake.url])
        _ = try await registry.schema(for: .id(1), subject: ":.lab:u")
        _ = try await registry.schema(for: .id(1), subject: "u")
        #expect(fake.requests.map(\.path) == ["/schemas/ids/1?subject=%3A.lab%3Au", "/schemas/ids/1"])
    }

    @Test("references are followed by their pins, each before those that need it and once") func references()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        func proto(_ name: String, _ imports: [String]) throws {
            try fake.register(
                "syntax = \"proto3\"; // \(name)", type: "PROTOBUF", references: imports.map { ($0, $0, 1) },
                under: name)
        }
        try proto("a", [])
        try proto("b", ["a"])
        try proto("c", ["a", "b"])
        try proto("d", ["c", "a", "b"])
        let schema = try await client([fake.url]).latest(subject: "d").schema
        #expect(schema.references.map(\.name) == ["a", "b", "c"])
        #expect(schema.references.allSatisfy { $0.text.hasSuffix("// \($0.name)") })
        #expect(fake.requests.count == 4)
        #expect(fake.requests.dropFirst().allSatisfy { $0.path.hasSuffix("?deleted=true") })
    }

    @Test("references in a circle, without an end, or of another language are refused") func badReferences()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        func answer(_ subject: String, _ references: [String], type: String = "AVRO") {
            let list = references.map { #"{"name":"\#($0)","subject":"\#($0)","version":1}"# }.joined(separator: ",")
            fake.answer(
                "/subjects/\(subject)/versions/1?deleted=true",
                with: .text(200, #"{"schema":"\"int\"","schemaType":"\#(type)","references":[\#(list)]}"#))
        }
        func top(_ id: Int, _ reference: String) {
            let one = #"{"name":"\#(reference)","subject":"\#(reference)","version":1}"#
            fake.answer("/schemas/ids/\(id)", with: .text(200, #"{"schema":"\"int\"","references":[\#(one)]}"#))
        }
        answer("x", ["y"])
        answer("y", ["x"])
        top(1, "x")
        for number in 0..<100 { answer("deep\(number)", ["deep\(number + 1)"]) }
        top(2, "deep0")
        answer("wide", (0..<400).map { "leaf\($0)" })
        for number in 0..<400 { answer("leaf\(number)", []) }
        top(3, "wide")
        answer("other", [], type: "JSON")
        top(4, "other")
        let registry = try client([fake.url])
        for id in 1...4 as ClosedRange<Int32> {
            let error = await failure { try await registry.schema(for: .id(id), subject: nil) }
            #expect(error?.code == .invalidSchema, "\(id): \(error?.message ?? "")")
        }
        #expect(fake.requests.count < 400)
    }

    // MARK: Writing

    @Test("a schema is registered with what it refers to, and found again") func registering() async throws {
        let fake = try FakeSchemaRegistry()
        let registry = try client([fake.url])
        let schema = PublishedSchema(
            .protobuf, "syntax = \"proto3\"; import \"money.proto\"; message Order {}",
            references: [.init(name: "money.proto", text: "syntax = \"proto3\"; message Money {}")])
        let before = await #expect(throws: RegistryError.self) {
            try await registry.lookUp(schema, subject: "orders-value")
        }
        #expect(before?.code == .notFound)
        let key = try await registry.register(schema, subject: "orders-value")
        #expect(try await registry.register(schema, subject: "orders-value") == key)
        #expect(try await registry.lookUp(schema, subject: "orders-value") == key)
        #expect(try await registry.schema(for: key, subject: nil) == schema)
    }

    @Test("a schema that is refused says why") func refused() async throws {
        let fake = try FakeSchemaRegistry()
        fake.judge(#""int""#, .incompatible(message: "Incompatible schema: reader type: int"))
        let registry = try client([fake.url])
        for (text, code) in [(#""int""#, RegistryError.Code.incompatible), ("{", .invalidSchema)] {
            let error = await #expect(throws: RegistryError.self) {
                try await registry.register(PublishedSchema(.avro, text), subject: "s")
            }
            #expect(error?.code == code)
            #expect(error?.isTransient == false)
            #expect(error?.message.contains("/subjects/s") == true)
        }
        #expect(clock.waits.isEmpty)
    }

    // MARK: Coming in

    @Test("credentials are sent, wrong ones are named as such, and neither shows in an error") func credentials()
        async throws
    {
        let basic = try FakeSchemaRegistry(user: "key", password: "sésame")
        try basic.register(Self.user, under: "u")
        let bearer = try FakeSchemaRegistry(token: "sesame-token")
        try bearer.register(Self.user, under: "u")
        let right = ConfluentRegistry.Credentials.basic(user: Secret("key"), password: Secret("sésame"))
        #expect(
            try await client([basic.url], credentials: right).schema(for: .id(1), subject: nil).text == Self.user)
        #expect(
            try await client([bearer.url], credentials: .bearer(Secret("sesame-token")))
                .schema(for: .id(1), subject: nil).text == Self.user)
        for (url, wrong) in [
            (basic.url, ConfluentRegistry.Credentials.none), (bearer.url, .bearer(Secret("sesame-wrong"))),
        ] {
            let registry = try client([url], credentials: wrong)
            let error = await failure { try await registry.schema(for: .id(1), subject: nil) }
            #expect(error?.code == .unauthorized)
            #expect(error?.message.contains("sesame") == false)
        }
    }

    // MARK: Outages

    @Test(
        "an outage is outlasted by three more tries, after up to 1, 2 and 4 seconds",
        arguments: [
            .text(408, ""), .text(429, ""), .text(500, "<html>"), .text(503, ""), .hangUp,
            .cutOff(body: Array("{}{}".utf8)),
        ] as [FakeHTTPServer.Answer])
    func outage(answer: FakeHTTPServer.Answer) async throws {
        let fake = try FakeSchemaRegistry()
        try fake.register(Self.user, under: "u")
        // A connection that breaks before anything came is tried once more by libcurl itself, where it was used before.
        fake.answer("/schemas/ids/9", with: answer)
        let registry = try client([fake.url])
        let error = await failure { try await registry.schema(for: .id(9), subject: nil) }
        #expect(error?.code == .unavailable)
        #expect(error?.isTransient == true)
        #expect(fake.requests.count >= 4)
        #expect(clock.waits.count == 3)
        for (wait, bound) in zip(clock.waits, [1, 2, 4]) { #expect(wait <= .seconds(bound)) }
        fake.fail(next: 3, with: .text(502, ""))
        #expect(try await registry.schema(for: .id(1), subject: nil).text == Self.user)
    }

    @Test("what the server asks for is waited, up to 20 seconds", arguments: [("7", 7), ("500", 20), ("0", 0)])
    func retryAfter(header: String, seconds: Int) async throws {
        let fake = try FakeSchemaRegistry()
        try fake.register(Self.user, under: "u")
        fake.fail(next: 1, with: .response(429, headers: [("Retry-After", header)], body: []))
        _ = try await client([fake.url]).schema(for: .id(1), subject: nil)
        #expect(clock.waits == [.seconds(seconds)])
    }

    @Test("another endpoint stands in at once, and is kept while it answers") func failover() async throws {
        let dead = try FakeSchemaRegistry()
        dead.stop()
        let ill = try FakeSchemaRegistry()
        ill.fail(next: 100, with: .text(500, ""))
        let well = try FakeSchemaRegistry()
        try well.register(Self.user, under: "u")
        let registry = try client([dead.url, ill.url, well.url])
        for _ in 0..<3 { _ = try await registry.schema(for: .id(1), subject: nil) }
        #expect(ill.requests.count == 1)
        #expect(well.requests.count == 3)
        #expect(clock.waits.isEmpty)
        well.fail(next: 1, with: .text(404, #"{"error_code":40403,"message":"Schema not found"}"#))
        let error = await failure { try await registry.schema(for: .id(1), subject: nil) }
        #expect(error?.code == .notFound)
        #expect(ill.requests.count == 1)
    }

    @Test("a registry that is slow is an outage") func slow() async throws {
        let fake = try FakeSchemaRegistry()
        fake.fail(next: 4, with: .silence(then: .hangUp))
        let registry = try client([fake.url], timeout: .milliseconds(100))
        let error = await failure { try await registry.schema(for: .id(1), subject: nil) }
        #expect(error?.code == .unavailable)
    }

    // MARK: Strange answers

    static let strange: [(FakeHTTPServer.Answer, RegistryError.Code)] = [
        (.text(200, "<html>hello</html>"), .invalidResponse), (.text(200, ""), .invalidResponse),
        (.text(200, "{}"), .invalidResponse), (.text(200, #"{"schema":7}"#), .invalidResponse),
        (.text(200, "[]"), .invalidResponse), (.response(200, body: [0xFF, 0xFE, 0]), .invalidResponse),
        (.text(200, String(repeating: "[", count: 2_000_000)), .invalidResponse),
        (.text(200, String(repeating: #"{"schema":"#, count: 200_000)), .invalidResponse),
        (.text(200, #"{"schema":"x","references":"# + String(repeating: "[", count: 300) + "}"), .invalidResponse),
        (.text(200, #"{"schema":"x","schemaType":"XML"}"#), .otherLanguage), (.text(204, ""), .invalidResponse),
        (.text(400, "what?"), .invalidResponse), (.text(418, "{"), .invalidResponse),
        (.redirect(to: "https://user:secret@elsewhere.example/path?q=secret"), .redirected),
        (.redirect(to: "/login", status: 307), .redirected), (.text(404, "<html>"), .invalidResponse),
        (
            .text(
                200, #"{"schema":"x","ruleSet":{"domainRules":[{"name":"pii","kind":"TRANSFORM","type":"ENCRYPT"}]}}"#),
            .encrypted
        ),
        (
            .text(
                200, #"{"schema":"x","ruleSet":{"encodingRules":[{"name":"pii","type":"ENCRYPT_PAYLOAD"}]}}"#),
            .encrypted
        ),
    ]

    @Test("whatever comes, it is an answer or an error that says what to do", arguments: strange.indices)
    func strangeAnswer(index: Int) async throws {
        let (answer, code) = Self.strange[index]
        let fake = try FakeSchemaRegistry()
        fake.answer("/schemas/ids/1", with: answer)
        let registry = try client([fake.url])
        let error = await failure { try await registry.schema(for: .id(1), subject: nil) }
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(error?.isTransient == false)
        #expect(error?.message.contains("secret") == false)
        if code == .encrypted { #expect(error?.message.contains("pii") == true) }
        if code == .redirected, index == 13 { #expect(error?.message.contains("elsewhere.example") == true) }
        #expect(clock.waits.isEmpty)
    }

    @Test("rules that don't encrypt, or are off, are no hindrance") func otherRules() async throws {
        let fake = try FakeSchemaRegistry()
        fake.answer(
            "/schemas/ids/1",
            with: .text(
                200,
                #"{"schema":"\"int\"","ruleSet":{"domainRules":[{"name":"a","type":"CEL"},"#
                    + #"{"name":"b","type":"ENCRYPT","disabled":true}]},"metadata":null,"new":[1]}"#))
        #expect(try await client([fake.url]).schema(for: .id(1), subject: nil).text == #""int""#)
    }
}
