import LaminarKafka

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json', group_id = 'billing',
        bad_data = 'dlq', dlq_topic = 'orders-dlq', max_errors_per_batch = 100);
    CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE) WITH (connector = 'shop');
    """)
struct Order: Codable, Sendable { let id: Int64, amount: Double? }

let source = try laminar.source("orders", as: Order.self)
let events = source.events
let watching = Task {
    for await case .deadLettered(let error) in events { print("dead letter:", error.offset, error.failure) }
}
for try await order in source { print(order.id, order.amount ?? 0) }
print(source.counters.deadLettered, source.counters.records)
for error in laminar.errors.suffix(10) { print(error) }
