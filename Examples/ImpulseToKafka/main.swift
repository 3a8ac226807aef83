import ExampleCluster
import LaminarKafka

// Impulse to Kafka: makes records at a rate and writes them as JSON.
//
//   swift run ImpulseToKafka [--bootstrap SERVERS] [--output TOPIC] [--count N] [--rate N]

struct Tick: Codable, Sendable {
    let counter: Int64
    let timestamp: Timestamp
}

let cluster = try Cluster(topics: ["output"], options: ["count", "rate"])
let topic = try await cluster.topic("output")
let count = cluster.option("count") ?? "100"
let rate = cluster.option("rate") ?? "100"

try await withLaminar(database: .inMemory) { laminar in
    try await laminar.execute(
        """
        CREATE CONNECTION pulse TO impulse (event_rate = '\(rate)', message_count = '\(count)');
        CREATE TABLE ticks (counter BIGINT, timestamp TIMESTAMP) WITH (connector = 'pulse');
        CREATE CONNECTION kafka_sink TO kafka (
            bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', type = 'sink', format = 'json',
            'sink.key_field' = 'counter', 'sink.timestamp_field' = 'timestamp');
        CREATE TABLE output (counter BIGINT NOT NULL, timestamp TIMESTAMP) WITH (connector = 'kafka_sink');
        """)
    let sink = try await laminar.sink("output", of: Tick.self)
    for try await tick in try laminar.impulse("ticks", as: Tick.self) { try await sink.enqueue(tick) }
    try await sink.flush()
}
print("\(count) records written to \(topic).")
await cluster.close()
