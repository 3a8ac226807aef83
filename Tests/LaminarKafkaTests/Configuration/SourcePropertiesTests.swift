import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SourcePropertiesTests {
    @Test("a configuration of two lines gives everything that a client needs") func defaults() async throws {
        let configuration = KafkaSourceConfiguration(
            bootstrapServers: "localhost:9092", subscription: .topics(["orders"]), groupID: "billing")
        let properties = try await configuration.clientProperties(secrets: .standard)
        #expect(properties["bootstrap.servers"] == "localhost:9092")
        #expect(properties["group.id"] == "billing")
        #expect(properties["enable.auto.commit"] == "false")
        #expect(properties["security.protocol"] == "PLAINTEXT")
        var refused: [String] = []
        properties.forEach { name, value in
            if LibrdkafkaProperties.check(name, value) != .accepted { refused.append(name) }
        }
        #expect(refused == [])
    }

    @Test("the library tells its own properties") func reference() {
        #expect(LibrdkafkaProperties.loaded["fetch.min.bytes"]?.side == .consumer)
        #expect(LibrdkafkaProperties.loaded["acks"]?.side == .producer)
        #expect(LibrdkafkaProperties.loaded["client.id"]?.side == .both)
        #expect(LibrdkafkaProperties.loaded.count > 100)
    }
}
