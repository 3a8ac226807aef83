import ExampleCluster
import LaminarKafka

// A pipeline in SQL: groups that are kept up to date in the Laminar database, followed as they change and asked like a table.
//
//   swift run SQLPipeline [--bootstrap SERVERS] [--orders TOPIC] [--limit N]

struct Spend: Decodable, Sendable {
    let customer: String
    let orders: Int
    let total: Double
}

let cluster = try Cluster(topics: ["orders"])
let topic = try await cluster.topic("orders") { id in
    #"{"id": \#(id), "customer": "customer-\#(id % 4)", "amount": \#(id * 10)}"#
}

let laminar = try await Laminar(database: .inMemory)  // .file("laminar.db") keeps the groups over a restart
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(topic)', group_id = 'spend',
        type = 'source', format = 'json', 'commit.interval.ms' = '1000');
    CREATE TABLE orders (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'shop');
    CREATE PIPELINE spend AS
        SELECT customer, COUNT(*) AS orders, SUM(amount) AS total FROM orders GROUP BY customer;
    """)

try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await laminar.run() }
    var orders: [String: Int] = [:]
    for try await change in try laminar.pipeline("spend").values(as: Spend.self) {
        orders[change.customer] = change.orders
        if orders.values.reduce(0, +) >= cluster.limit { break }
    }
    let rows = try await laminar.query("SELECT * FROM spend WHERE total > ? ORDER BY total DESC", 420)
    for try await spend in rows.values(as: Spend.self) { print(spend.customer, spend.orders, spend.total) }
    await laminar.shutdown()
}
await cluster.close()
