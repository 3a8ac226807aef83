import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct KafkaAdminConfigurationTests {
    @Test("a source's way to the cluster is taken, and nothing of its group or of how it reads") func source()
        async throws
    {
        var source = KafkaSourceConfiguration(
            bootstrapServers: "b1:9092", subscription: .topics(["orders"]), groupID: "billing")
        source.properties = [
            "socket.timeout.ms": "9000", "fetch.min.bytes": "5", "group.instance.id": "one", "client.id": "shop",
            "request.timeout.ms": "9000",
        ]
        let configuration = KafkaAdminConfiguration(source)
        #expect(configuration.properties["socket.timeout.ms"] == "9000")
        #expect(configuration.properties["client.id"] == "shop")
        #expect(configuration.properties["fetch.min.bytes"] == nil)
        let properties = try await configuration.clientProperties(secrets: .standard)
        #expect(properties["group.id"] == nil && properties["group.instance.id"] == nil)
        #expect(properties["client.id"] == "shop")
        #expect(properties["isolation.level"] == "read_uncommitted")
    }

    @Test("a sink's too") func sink() async throws {
        var sink = KafkaSinkConfiguration(bootstrapServers: "b1:9092", topic: "orders")
        sink.properties = ["linger.ms": "5", "client.id": "shop"]
        sink.security = .tls()
        let configuration = KafkaAdminConfiguration(sink)
        #expect(configuration.properties == ["client.id": "shop"])
        #expect(try await configuration.clientProperties(secrets: .standard)["security.protocol"] == "SSL")
    }

    @Test("the same brokers in another order are the same door") func door() {
        let one = KafkaAdminConfiguration(bootstrapServers: "b2:9092, b1:9092")
        #expect(one.door == KafkaAdminConfiguration(bootstrapServers: "b1:9092,b2:9092").door)
        #expect(one.door != KafkaAdminConfiguration(bootstrapServers: "b1:9092,b2:9092", security: .tls()).door)
    }

    @Test("a time that can't be is refused", arguments: [Duration.zero, .seconds(3601), .seconds(-1)])
    func timeout(bound: Duration) {
        var configuration = KafkaAdminConfiguration(bootstrapServers: "b1:9092")
        configuration.timeout = bound
        #expect(throws: ConfigurationError.self) { _ = try KafkaAdmin(configuration) }
    }
}
