import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct ClientPropertiesTests {
    @Test("the last value counts, in the place of the first") func order() {
        var properties = ClientProperties()
        properties.set("a", "1")
        properties.set("b", "2")
        properties.set("a", "3")
        var seen: [String] = []
        properties.forEach { seen.append("\($0)=\($1)") }
        #expect(seen == ["a=3", "b=2"])
        properties.remove("a")
        #expect(properties["a"] == nil)
    }

    @Test("a secret is lent and never shown") func secrets() {
        var properties = ClientProperties()
        properties.set("sasl.password", secret: Secret("hunter2"))
        properties.set("client.id", "me")
        var dumped = ""
        dump(properties, to: &dumped)
        #expect(properties.description == "sasl.password=<redacted>\nclient.id=me")
        #expect(!dumped.contains("hunter2"))
        #expect(properties["sasl.password"] == nil)
    }

    @Test("a user's property wins over a default, and never over what Laminar owns") func precedence() async throws {
        var configuration = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .topics(["t"]))
        configuration.properties = [
            "queued.max.messages.kbytes": "1024", "client.id": "${secret:name}", "fetch.max.wait.ms": "7",
        ]
        let secrets = ClosureSecretProvider { _ in Secret("me") }
        let properties = try await configuration.clientProperties(secrets: secrets)
        #expect(properties["queued.max.messages.kbytes"] == "1024")
        #expect(properties["fetch.wait.max.ms"] == "7")
        #expect(properties["fetch.max.wait.ms"] == nil)
        #expect(properties["client.id"] == nil)
        #expect(properties["enable.auto.offset.store"] == "false")
        #expect(properties["isolation.level"] == "read_committed")
        configuration.properties = ["enable.auto.offset.store": "true"]
        await #expect(throws: ConfigurationError.self) {
            _ = try await configuration.clientProperties(secrets: secrets)
        }
    }
}
