import ExampleCluster
import LaminarKafka
import LaminarPostgres

// Exactly once into PostgreSQL: rows and positions are one transaction of the host's own database, so that this process or
// the server may be killed at any moment and started again.
//
//   swift run ExactlyOncePostgres [--bootstrap SERVERS] [--orders TOPIC] [--postgres CONNECTION] [--limit N]

struct Order: Codable, Sendable {
    let id: Int64
    let customer: String
    let amount: Double
}

let cluster = try Cluster(topics: ["orders"], options: ["postgres"], samples: 200)
let topic = try await cluster.topic("orders") { id in
    #"{"id": \#(id), "customer": "customer-\#(id % 7)", "amount": \#(id).5}"#
}
let postgres = try await ThrowawayPostgres(cluster.option("postgres"))
let store = try PostgresCheckpointStore(postgres.connection)

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', group_id = 'exactly-once-postgres',
        type = 'source', format = 'json');
    CREATE TABLE orders (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'shop');
    """)
let source = try laminar.source("orders", as: Order.self, checkpoint: store)
var stored = 0
var counts = [0, 0]
for try await batch in source.batches {
    do {
        counts = try await source.checkpoint(batch) { db in
            // No key: a second row of an order would be seen.
            try db.run("CREATE TABLE IF NOT EXISTS orders (id bigint NOT NULL, customer text, amount double precision)")
            let insert = try db.prepare("INSERT INTO orders VALUES ($1, $2, $3)")
            try insert.run(each: batch) { order in [order.id, order.customer, order.amount] }
            return try db.first("SELECT count(*), count(DISTINCT id) FROM orders") { row in
                [row.int(0) ?? 0, row.int(1) ?? 0]
            } ?? [0, 0]
        }
        stored += batch.count
    } catch let error as CheckpointError where error.code == .fenced {
        continue  // Another process has its partitions by now, and nothing was stored.
    }
    if stored >= cluster.limit { break }
}
await laminar.shutdown()
await store.close()
print("\(counts[0]) rows of \(counts[1]) orders")
await postgres.close()
await cluster.close()
