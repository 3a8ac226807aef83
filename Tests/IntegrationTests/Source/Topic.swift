import Foundation
import LaminarKafka
import LaminarTesting

/// A topic of its own for one test, filled with texts `0`, `1`, … spread evenly over its partitions.
struct Topic {
    let kafka: KafkaFixture
    let name: String
    let count: Int

    init(records count: Int, partitions: Int = 4, on kafka: KafkaFixture? = nil) async throws {
        self.kafka = if let kafka { kafka } else { try await KafkaFixture.shared }
        self.count = count
        name = "topic-\(UUID().uuidString.lowercased())"
        try await self.kafka.createTopic(
            named: name, partitions: partitions,
            // Records of tests carry timestamps of long ago.
            configuration: ["retention.ms": "-1"])
        let records = (0..<count).map { TestRecord(value: Array("\($0)".utf8), partition: Int32($0 % partitions)) }
        if count > 0 { try await self.kafka.produce(records, to: name) }
    }

    /// A topic that is there.
    init(named name: String, on kafka: KafkaFixture) {
        self.kafka = kafka
        self.name = name
        count = 0
    }

    /// The same topic, known to hold `count` records by now.
    init(_ topic: Topic, count: Int) {
        kafka = topic.kafka
        name = topic.name
        self.count = count
    }

    func group(_ role: String) -> String { "\(name)-\(role)" }

    func source(
        group role: String, acknowledgement: Acknowledgement = .automatic, extent: SourceExtent = .group,
        drainTimeout: Duration = .seconds(30), configure: (inout KafkaSourceConfiguration) -> Void = { _ in }
    ) throws -> KafkaSource<Payload> {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .topics([name]), groupID: group(role))
        configure(&configuration)
        return try KafkaSource(
            configuration, decoding: .payload, acknowledgement: acknowledgement, extent: extent,
            drainTimeout: drainTimeout)
    }
}
