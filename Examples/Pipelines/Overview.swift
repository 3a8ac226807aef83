import LaminarKafka

/// All of it at a glance: DDL, values, exactly once into a database, a query, a pipeline.
func overview(store: SQLiteCheckpointStore) async throws {
    let laminar = try await Laminar(database: .file("laminar.db"))  // or .inMemory
    try await laminar.execute(
        """
        CREATE CONNECTION shop TO kafka (bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
        CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE, _kafka_offset BIGINT) WITH (connector = 'shop', include_metadata = 'true');
        """)

    struct Order: Codable, Sendable { let id: Int64; let amount: Double? }

    for try await order in try laminar.source("orders", as: Order.self) { print(order.id) }

    let source = try laminar.source("orders", as: Order.self, checkpoint: store)
    for try await batch in source.batches {  // exactly-once into your own database
        try await source.checkpoint(batch) { db in  // synchronous, once; rows and offsets in one transaction
            let insert = try db.prepare("INSERT INTO orders VALUES (?, ?)")
            for order in batch { try insert.run(order.id, order.amount) }
        }
    }

    for try await row in try await laminar.query("SELECT id, amount FROM orders WHERE amount > 100") { print(row) }
    try await laminar.execute("CREATE PIPELINE spend AS SELECT id, SUM(amount) AS total FROM orders GROUP BY id")
    try await laminar.run()  // pipelines, until cancelled or `shutdown()`; then drains and commits
}
