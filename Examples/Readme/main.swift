import LaminarKafka

let laminar = try await Laminar(database: .file("laminar.db"))
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
    CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE) WITH (connector = 'shop');
    """)
struct Order: Codable, Sendable { let id: Int64, amount: Double? }
for try await order in try laminar.source("orders", as: Order.self) { print(order.id, order.amount ?? 0) }
