import LaminarKafka

// Kafka to values: reads a topic of JSON and prints each value, as a member of a group.
//
//   KafkaToValues [SERVERS] [TOPIC] [GROUP] [LIMIT]

let arguments = CommandLine.arguments
let servers = arguments.count > 1 ? arguments[1] : "localhost:9092"
let topic = arguments.count > 2 ? arguments[2] : "test-input"
let group = arguments.count > 3 ? arguments[3] : "kafka-to-values"
let limit = arguments.count > 4 ? Int(arguments[4]) ?? .max : .max

struct Event: Codable, Sendable {
    let id: Int64
    let message: String?
}

try await withLaminar(database: .inMemory) { laminar in
    try await laminar.execute(
        """
        CREATE CONNECTION kafka_source TO kafka (
            bootstrap_servers = '\(servers)', topic = '\(topic)', group_id = '\(group)',
            type = 'source', format = 'json');
        CREATE TABLE events (id BIGINT NOT NULL, message TEXT) WITH (connector = 'kafka_source');
        """)
    var count = 0
    for try await event in try laminar.source("events", as: Event.self) {
        print(event.id, event.message ?? "NULL")
        count += 1
        if count >= limit { break }
    }
}
