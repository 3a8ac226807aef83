// swift-format-ignore-file
import LaminarKafka

// What docs/configuration.md shows.

func billing() -> KafkaSourceConfiguration {
    var configuration = KafkaSourceConfiguration(
        bootstrapServers: "broker1:9092,broker2:9092", subscription: .topics(["orders"]), groupID: "billing")
    configuration.format = .json()
    configuration.properties["fetch.min.bytes"] = "1024"
    return configuration
}
