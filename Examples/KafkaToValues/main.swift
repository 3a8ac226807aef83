import ExampleCluster
import LaminarKafka

// Kafka to values: reads a topic of JSON and prints each value, as a member of a group.
//
//   swift run KafkaToValues [--bootstrap SERVERS] [--input TOPIC] [--group GROUP] [--limit N]

struct Event: Codable, Sendable {
    let id: Int64
    let message: String?
}

let cluster = try Cluster(topics: ["input"], options: ["group"])
let topic = try await cluster.topic("input") { #"{"id": \#($0), "message": "event \#($0)"}"# }
let group = cluster.option("group") ?? "kafka-to-values"

try await withLaminar(database: .inMemory) { laminar in
    try await laminar.execute(
        """
        CREATE CONNECTION kafka_source TO kafka (
            bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', group_id = '\(group)',
            type = 'source', format = 'json');
        CREATE TABLE events (id BIGINT NOT NULL, message TEXT) WITH (connector = 'kafka_source');
        """)
    var count = 0
    for try await event in try laminar.source("events", as: Event.self) {
        print(event.id, event.message ?? "NULL")
        count += 1
        if count >= cluster.limit { break }
    }
}
await cluster.close()
