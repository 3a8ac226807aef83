import ExampleCluster
import LaminarKafka

// Avro with a schema registry: two versions of a schema in one topic, and a table that takes its columns from the latest.
//
//   swift run AvroRegistry [--bootstrap SERVERS] [--orders TOPIC] [--registry URL]

struct FirstOrder: Codable, Sendable { let id: Int64, amount: Double }
struct Order: Codable, Sendable { let id: Int64, amount: Double, coupon: String? }

let cluster = try Cluster(topics: ["orders"], options: ["registry"])
let topic = try await cluster.topic("orders")
let registry = try ThrowawayRegistry(cluster.option("registry"))

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION writing TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', type = 'sink', format = 'avro',
        'schema_registry.endpoint' = '\(registry.url)', 'schema_registry.auto_register' = 'true');
    CREATE TABLE first_orders (id BIGINT NOT NULL, amount DOUBLE NOT NULL) WITH (connector = 'writing');
    CREATE TABLE later_orders (id BIGINT NOT NULL, amount DOUBLE NOT NULL, coupon TEXT) WITH (connector = 'writing');
    """)
let first = try await laminar.sink("first_orders", of: FirstOrder.self)
try await first.send(FirstOrder(id: 1, amount: 10.5))
let later = try await laminar.sink("later_orders", of: Order.self)
try await later.send(Order(id: 2, amount: 20.5, coupon: "SPRING"))

// The registry has the schema by now, so the table lists no columns.
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', type = 'source', format = 'avro',
        'schema_registry.endpoint' = '\(registry.url)');
    CREATE TABLE orders WITH (connector = 'shop');
    """)
for try await order in try laminar.source("orders", as: Order.self, extent: .snapshot) {
    print(order.id, order.amount, order.coupon ?? "no coupon")
}
await laminar.shutdown()
registry.close()
await cluster.close()
