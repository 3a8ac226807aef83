import Dispatch
import Foundation
import LaminarKafka

// Kafka to Kafka: reads a topic, makes another record of each, and writes those, exactly once. Ends at SIGTERM; kill -9
// does no harm.
//
//   KafkaToKafka [SERVERS] [INPUT] [OUTPUT] [GROUP]

let arguments = CommandLine.arguments
let servers = arguments.count > 1 ? arguments[1] : "localhost:9092"
let input = arguments.count > 2 ? arguments[2] : "test-input"
let output = arguments.count > 3 ? arguments[3] : "test-output"
let group = arguments.count > 4 ? arguments[4] : "kafka-to-kafka"

struct Event: Codable, Sendable {
    let id: Int64
    let message: String?
}

struct Shout: Codable, Sendable {
    let id: Int64
    let message: String
    let length: Int
}

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION kafka_in TO kafka (
        bootstrap_servers = '\(servers)', topic = '\(input)', group_id = '\(group)', type = 'source', format = 'json',
        -- A process that was killed gives its partitions up after this time
        'session.timeout.ms' = '6000', 'heartbeat.interval.ms' = '1500');
    CREATE TABLE events (id BIGINT NOT NULL, message TEXT) WITH (connector = 'kafka_in');
    CREATE CONNECTION kafka_out TO kafka (
        bootstrap_servers = '\(servers)', topic = '\(output)', type = 'sink', format = 'json',
        'sink.commit_mode' = 'exactly_once', 'sink.key_field' = 'id');
    CREATE TABLE shouts (id BIGINT NOT NULL, message TEXT, length INT) WITH (connector = 'kafka_out');
    """)

signal(SIGTERM, SIG_IGN)
let terminated = DispatchSource.makeSignalSource(signal: SIGTERM)
terminated.setEventHandler { Task { await laminar.shutdown() } }
terminated.resume()

let transform = try laminar.transform("events", as: Event.self, into: "shouts", of: Shout.self)
try await transform.run { event in
    guard let message = event.message else { return nil }
    return Shout(id: event.id, message: message.uppercased(), length: message.count)
}
await laminar.shutdown()
