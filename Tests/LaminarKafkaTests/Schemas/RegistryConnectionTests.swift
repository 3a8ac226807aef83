import LaminarCore
import LaminarRegistry
import LaminarTesting
import Testing

@testable import LaminarKafka

@Suite struct RegistryConnectionTests {
    /// Sees a registry and doesn't hold it.
    private struct Observed {
        weak var registry: SchemaRegistry?
    }

    private static func connect(
        _ url: String, _ secret: String = "", metrics: MetricsRegistry = .shared
    ) async throws -> SchemaRegistry {
        var confluent = SchemaRegistryConfiguration.Confluent(endpoints: [url])
        if !secret.isEmpty { confluent.credentials = .bearer(.secret(named: "token")) }
        let secrets = ClosureSecretProvider { _ in Secret(secret) }
        return try await SchemaRegistryConfiguration.confluent(confluent).connect(
            secrets: secrets, metrics: metrics)
    }

    @Test("who connects in the same way shares a registry; another secret is another one") func shared() async throws {
        let one = try await Self.connect("http://127.0.0.1:1/shared", "a")
        #expect(try await Self.connect("http://127.0.0.1:1/shared", "a") === one)
        #expect(try await Self.connect("http://127.0.0.1:1/shared", "b") !== one)
    }

    @Test("what a registry is asked is counted by its answer, and what is remembered isn't asked") func counted()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        let id = try fake.register(#""long""#, under: "orders-value")
        let metrics = MetricsRegistry()
        let registry = try await Self.connect(fake.url, metrics: metrics)
        for _ in 0..<3 { _ = try await registry.schema(for: .id(Int32(id))) }
        await #expect(throws: RegistryError.self) { try await registry.schema(for: .id(999)) }
        _ = try await registry.latest(subject: "orders-value")
        #expect(metrics.value(.registryRequests, ["operation": "schema", "result": "ok"]) == 1)
        #expect(metrics.value(.registryRequests, ["operation": "schema", "result": "not_found"]) == 1)
        #expect(metrics.value(.registryRequests, ["operation": "latest", "result": "ok"]) == 1)
        #expect(metrics.value(.registrySeconds) == 3)
        #expect(try await Self.connect(fake.url, metrics: MetricsRegistry()) !== registry)
        #expect(try await Self.connect(fake.url, metrics: metrics) === registry)
    }

    @Test("a registry in use lives on when the process forgets it, and one that isn't ends") func forgotten()
        async throws
    {
        let fake = try FakeSchemaRegistry()
        let id = try fake.register(#""long""#, under: "orders-value")
        let used = try await Self.connect(fake.url)
        let unused = Observed(registry: try await Self.connect(fake.url + "/unused"))
        for number in 0..<130 { _ = try await Self.connect("http://127.0.0.1:1/\(number)") }
        #expect(unused.registry == nil)
        #expect(try await Self.connect(fake.url) !== used)
        #expect(try await used.schema(for: .id(Int32(id))).text == #""long""#)
    }
}
