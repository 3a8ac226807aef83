import LaminarKafka

// Impulse to Kafka: makes records at a rate and writes them as JSON.
//
//   ImpulseToKafka [SERVERS] [TOPIC] [COUNT] [RATE]

let arguments = CommandLine.arguments
let servers = arguments.count > 1 ? arguments[1] : "localhost:9092"
let topic = arguments.count > 2 ? arguments[2] : "test-output"
let count = arguments.count > 3 ? arguments[3] : "1000"
let rate = arguments.count > 4 ? arguments[4] : "100"

struct Tick: Codable, Sendable {
    let counter: Int64
    let timestamp: Timestamp
}

try await withLaminar(database: .inMemory) { laminar in
    try await laminar.execute(
        """
        CREATE CONNECTION pulse TO impulse (event_rate = '\(rate)', message_count = '\(count)');
        CREATE TABLE ticks (counter BIGINT, timestamp TIMESTAMP) WITH (connector = 'pulse');
        CREATE CONNECTION kafka_sink TO kafka (
            bootstrap_servers = '\(servers)', topic = '\(topic)', type = 'sink', format = 'json',
            'sink.key_field' = 'counter', 'sink.timestamp_field' = 'timestamp');
        CREATE TABLE output (counter BIGINT NOT NULL, timestamp TIMESTAMP) WITH (connector = 'kafka_sink');
        """)
    let sink = try await laminar.sink("output", of: Tick.self)
    for try await tick in try laminar.impulse("ticks", as: Tick.self) { try await sink.enqueue(tick) }
    try await sink.flush()
}
print("\(count) records written to \(topic).")
