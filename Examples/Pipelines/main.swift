import LaminarKafka

// What docs/pipelines.md shows: a pipeline that keeps groups, one whose rows the program reads, and how both are looked at.

func groups() async throws {
    let laminar = try await Laminar(database: .file("laminar.db"))
    try await laminar.execute(
        """
        CREATE CONNECTION shop TO kafka (bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
        CREATE TABLE orders (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'shop');
        CREATE PIPELINE spend AS SELECT customer, SUM(amount) AS total FROM orders GROUP BY customer;
        """)
    try await laminar.run()  // until cancelled, or shutdown()
}

func rows(of laminar: Laminar) async throws {
    try await laminar.execute("CREATE PIPELINE large AS SELECT id, amount FROM orders WHERE amount > 100")
    struct Large: Decodable, Sendable { let id: Int64; let amount: Double }
    for try await order in try laminar.pipeline("large").values(as: Large.self) { print(order.id, order.amount) }
}

func looks(at laminar: Laminar) async throws {
    for try await row in try await laminar.query("SELECT * FROM spend WHERE total > 1000 ORDER BY total DESC") {
        print(row)
    }
    for try await row in try laminar.pipeline("spend").rows { print("changed:", row) }
}

try await groups()
