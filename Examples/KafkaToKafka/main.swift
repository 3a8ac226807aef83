import Dispatch
import ExampleCluster
import Foundation
import LaminarKafka

// Kafka to Kafka: reads a topic, makes another record of each, and writes those, exactly once. Ends at SIGTERM; kill -9
// does no harm.
//
//   swift run KafkaToKafka [--bootstrap SERVERS] [--input TOPIC] [--output TOPIC] [--group GROUP] [--limit N]

struct Event: Codable, Sendable {
    let id: Int64
    let message: String?
}

struct Shout: Codable, Sendable {
    let id: Int64
    let message: String
    let length: Int
}

let cluster = try Cluster(topics: ["input", "output"], options: ["group"])
let input = try await cluster.topic("input") { #"{"id": \#($0), "message": "event \#($0)"}"# }
let output = try await cluster.topic("output")
let group = cluster.option("group") ?? "kafka-to-kafka"

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION kafka_in TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(input)', group_id = '\(group)',
        type = 'source', format = 'json',
        -- A process that was killed gives its partitions up after this time
        'session.timeout.ms' = '6000', 'heartbeat.interval.ms' = '1500');
    CREATE TABLE events (id BIGINT NOT NULL, message TEXT) WITH (connector = 'kafka_in');
    CREATE CONNECTION kafka_out TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(output)', type = 'sink', format = 'json',
        'sink.commit_mode' = 'exactly_once', 'sink.key_field' = 'id');
    CREATE TABLE shouts (id BIGINT NOT NULL, message TEXT, length INT) WITH (connector = 'kafka_out');
    """)

signal(SIGTERM, SIG_IGN)
let terminated = DispatchSource.makeSignalSource(signal: SIGTERM)
terminated.setEventHandler { Task { await laminar.shutdown() } }
terminated.resume()

if cluster.limit < .max {
    Task {
        do {
            try await printOutput(of: output, at: cluster.bootstrapServers, upTo: cluster.limit)
        } catch { print("The output can't be read: \(error)") }
        await laminar.shutdown()
    }
}

let transform = try laminar.transform("events", as: Event.self, into: "shouts", of: Shout.self)
try await transform.run { event in
    guard let message = event.message else { return nil }
    return Shout(id: event.id, message: message.uppercased(), length: message.count)
}
await laminar.shutdown()
await cluster.close()
