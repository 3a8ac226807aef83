import LaminarFormats
import LaminarHTTP
import LaminarTesting
import Testing

@testable import LaminarRegistry

@Suite struct SchemaRegistryTests {
    let clock = HandClock()

    private func registry(_ fake: FakeSchemaRegistry) throws -> SchemaRegistry {
        SchemaRegistry(
            ConfluentRegistry(endpoints: [fake.url], transport: try HTTPClient(), time: clock.time), time: clock.time)
    }

    @Test("an id is asked for once in the life of the process") func once() async throws {
        let fake = try FakeSchemaRegistry()
        try fake.register(#""int""#, under: "u")
        let registry = try registry(fake)
        for _ in 0..<5 { #expect(try await registry.schema(for: .id(1)).text == #""int""#) }
        clock.advance(by: .seconds(1_000_000))
        #expect(try await registry.schema(for: .id(1)).text == #""int""#)
        #expect(try await registry.schema(for: .id(1), subject: ":.lab:u").text == #""int""#)
        #expect(fake.requests.count == 2)
    }

    @Test("a hundred who ask the same at once are one request; who is cancelled leaves the others be")
    func singleFlight()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        fake.fail(next: 1, with: .silence(then: .text(200, #"{"schema":"\"int\""}"#)))
        let registry = try registry(fake)
        let tasks = (0..<100).map { _ in Task { try await registry.schema(for: .id(1)) } }
        try await fake.awaitRequests(1)
        tasks[0].cancel()
        let error = await #expect(throws: RegistryError.self) { try await tasks[0].value }
        #expect(error?.code == .cancelled)
        fake.release()
        for task in tasks.dropFirst() { #expect(try await task.value.text == #""int""#) }
        #expect(fake.requests.count == 1)
    }

    @Test("when everybody who asked is cancelled, the request is, and the next one asks anew") func allCancelled()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        try fake.register(#""int""#, under: "u")
        fake.fail(next: 1, with: .silence(then: .hangUp))
        let registry = try registry(fake)
        let task = Task { try await registry.schema(for: .id(1)) }
        try await fake.awaitRequests(1)
        task.cancel()
        await #expect(throws: RegistryError.self) { try await task.value }
        #expect(try await registry.schema(for: .id(1)).text == #""int""#)
        #expect(fake.requests.count == 2)
    }

    @Test("that an id is unknown is remembered for ten seconds; an outage isn't") func unknown() async throws {
        let fake = try FakeSchemaRegistry()
        let registry = try registry(fake)
        for _ in 0..<3 {
            let error = await #expect(throws: RegistryError.self) { try await registry.schema(for: .id(1)) }
            #expect(error?.code == .notFound)
        }
        #expect(fake.requests.count == 1)
        try fake.register(#""int""#, under: "u")
        clock.advance(by: .seconds(10))
        #expect(try await registry.schema(for: .id(1)).text == #""int""#)
        fake.fail(next: 4, with: .text(503, ""))
        await #expect(throws: RegistryError.self) { try await registry.schema(for: .id(2)) }
        try fake.register(#""long""#, under: "u")
        #expect(try await registry.schema(for: .id(2)).text == #""long""#)
    }

    @Test("a schema of another language than the table's is named, and cached all the same") func otherLanguage()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        try fake.register("{}", type: "JSON", under: "u")
        let registry = try registry(fake)
        let error = await #expect(throws: RegistryError.self) {
            try await registry.schema(for: .id(1), language: .protobuf)
        }
        #expect(error?.code == .otherLanguage)
        #expect(error?.message.contains("JSON") == true && error?.message.contains("PROTOBUF") == true)
        #expect(try await registry.schema(for: .id(1), language: .json).text == "{}")
        #expect(fake.requests.count == 1)
    }

    @Test("a registered schema is registered once, and known by its id") func registered() async throws {
        let fake = try FakeSchemaRegistry()
        let registry = try registry(fake)
        let schema = PublishedSchema(.avro, #""int""#)
        let key = try await registry.register(schema, subject: "u")
        #expect(try await registry.register(schema, subject: "u") == key)
        #expect(try await registry.lookUp(schema, subject: "u") == key)
        #expect(fake.requests.count == 1)
        #expect(try await registry.latest(subject: "u").key == key)
        #expect(try await registry.schema(for: key, subject: "u") == schema)
        #expect(fake.requests.count == 2)
    }
}
