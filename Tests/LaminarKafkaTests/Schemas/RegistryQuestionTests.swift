import LaminarCore
import LaminarTesting
import Testing

@testable import LaminarKafka

@Suite("What a connection's test asks the registry")
struct RegistryQuestionTests {
    private func question(_ url: String, topics: [String] = ["orders"]) -> RegistryQuestion {
        var source = KafkaSourceConfiguration(bootstrapServers: "localhost:1", subscription: .topics(topics))
        let registry = SchemaRegistryConfiguration.confluent(.init(endpoints: [url]))
        source.schemaRegistry = registry
        return RegistryQuestion(.kafkaSource(source), registry)
    }

    @Test("the subject's version, or that there is none yet") func subject() async throws {
        let fake = try FakeSchemaRegistry()
        #expect(
            try await question(fake.url).ask(secrets: .standard)
                == "The registry answers, and has no schema orders-value yet.")
        try fake.register(#""long""#, under: "orders-value")
        #expect(
            try await question(fake.url).ask(secrets: .standard) == "The registry has version 1 of orders-value.")
        #expect(try await question(fake.url, topics: ["a", "b"]).ask(secrets: .standard) == "The registry answers.")
    }

    @Test("one that doesn't let us in, and one that isn't a registry, say what to check") func refusals() async throws {
        let fake = try FakeSchemaRegistry(user: "u", password: "p")
        await #expect {
            _ = try await question(fake.url).ask(secrets: .standard)
        } throws: {
            "\($0)".contains("credentials")
        }
        let server = try FakeHTTPServer { _ in .text(404, "<html>") }
        await #expect {
            _ = try await question(server.url).ask(secrets: .standard)
        } throws: {
            "\($0)".contains("is that the URL of a schema registry")
        }
    }
}
