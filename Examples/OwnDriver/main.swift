import ExampleCluster
import LaminarKafka

// Exactly once into a database whose driver is the host's own.
//
//   swift run OwnDriverExample [--bootstrap SERVERS] [--orders TOPIC] [--database FILE]

struct Order: Codable, Sendable {
    let id: Int64
    let city: String
}

/// Reads until `isEnough` says so of the number of rows that are stored; what is taken then and not stored comes again.
func read(_ configuration: KafkaSourceConfiguration, into database: OwnDatabase, until isEnough: (Int64) -> Bool)
    async throws
{
    let store = try await OwnCheckpoints(database)
    let source = try CheckpointedSource(configuration, decoding: .json(Order.self), checkpoint: store)
    for try await batch in source.batches {
        if isEnough(try await count(database)) { break }
        let prepared = try await source.prepareCheckpoint(batch, dialect: .sqlite)
        do {
            try await database.transaction { connection in
                for order in batch {
                    try await connection.run(
                        "INSERT INTO orders VALUES (?, ?)", [.integer(order.id), .text(order.city)])
                }
                for statement in prepared.statements {
                    let changed = try await connection.run(statement.sql, statement.parameters.map(\.cell)).changed
                    guard changed == statement.expectedRows else { throw prepared.fencedError }
                }
            }
            prepared.committed()
        } catch let error as CheckpointError where error.code == .fenced {
            // Another process has a partition of the batch by now; what is still ours comes again.
            try await prepared.readAgain()
        }
        if isEnough(try await count(database)) { break }
    }
    await source.close()
}

func count(_ database: OwnDatabase) async throws -> Int64 {
    let rows = try await database.transaction { try await $0.run("SELECT count(*) FROM orders").rows }
    guard case .integer(let number) = rows.first?.first else { return 0 }
    return number
}

let cluster = try Cluster(topics: ["orders"], options: ["database"], samples: 500)
let topic = try await cluster.topic("orders") { #"{"id": \#($0), "city": "Lviv"}"# }
let database = OwnDatabase(path: try cluster.file("database"))
// The host's own key would refuse an order that came twice.
try await database.transaction {
    try await $0.run("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, city TEXT)")
}

var configuration = KafkaSourceConfiguration(
    bootstrapServers: cluster.bootstrapServers, subscription: .topics([topic]), groupID: "own-driver")
configuration.batch.records = 40
// The broker in this process lets a new member in when the session of the one that left is over.
configuration.properties["session.timeout.ms"] = "6000"
try await read(configuration, into: database) { $0 >= 100 }
print("stopped with some orders stored and a batch in hand")
try await read(configuration, into: database) { $0 >= cluster.limit }
print("went on: \(try await count(database)) orders, each once")
await cluster.close()
