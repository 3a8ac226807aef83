import ExampleCluster
import LaminarKafka

// Exactly once into SQLite: rows and positions are one transaction of the host's own file, so it may be killed at any
// moment and started again.
//
//   swift run ExactlyOnceSQLite [--bootstrap SERVERS] [--orders TOPIC] [--database FILE] [--limit N]

struct Order: Codable, Sendable {
    let id: Int64
    let customer: String
    let amount: Double
}

let cluster = try Cluster(topics: ["orders"], options: ["database"], samples: 200)
let topic = try await cluster.topic("orders") { id in
    #"{"id": \#(id), "customer": "customer-\#(id % 7)", "amount": \#(id).5}"#
}

let store = try await SQLiteCheckpointStore(.file(cluster.file("database")))
try await store.write { db in
    // No key: a second row of an order would be seen.
    try db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER NOT NULL, customer TEXT, amount REAL)")
}

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', group_id = 'exactly-once-sqlite',
        type = 'source', format = 'json');
    CREATE TABLE orders (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'shop');
    """)
let source = try laminar.source("orders", as: Order.self, checkpoint: store)
var stored = 0
for try await batch in source.batches {
    do {
        try await source.checkpoint(batch) { db in
            let insert = try db.prepare("INSERT INTO orders VALUES (?, ?, ?)")
            for order in batch { try insert.run(order.id, order.customer, order.amount) }
        }
        stored += batch.count
    } catch let error as CheckpointError where error.code == .fenced {
        continue  // Another process has its partitions by now, and nothing was stored.
    }
    if stored >= cluster.limit { break }
}
await laminar.shutdown()

let counts = try await store.read { db in
    try db.first("SELECT count(*), count(DISTINCT id) FROM orders") { [$0.int(0) ?? 0, $0.int(1) ?? 0] } ?? [0, 0]
}
print("\(counts[0]) rows of \(counts[1]) orders")
await cluster.close()
