import LaminarKafka

// What docs/sinks.md shows, so that it is compiled. It writes nothing unless it is given brokers.

struct Order: Codable, Sendable {
    let id: Int64
    let customer: String
    let amount: Double?
}

struct Total: Codable, Sendable {
    let customer: String
    let amount: Double
}

func fromATable(_ laminar: Laminar, _ orders: [Order]) async throws {
    try await laminar.execute(
        """
        CREATE CONNECTION outgoing TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'sink', format = 'json',
            'sink.key_field' = 'customer');
        CREATE TABLE orders_out (id BIGINT NOT NULL, customer TEXT, amount DOUBLE) WITH (connector = 'outgoing');
        """)
    let sink = try await laminar.sink("orders_out", of: Order.self)
    let delivery = try await sink.send(orders[0])  // waits for the broker: where the record is
    for order in orders { try await sink.enqueue(order) }  // waits only for room
    try await sink.flush()  // all there, or an error
    await sink.close()
    print(delivery.partition, delivery.offset)
}

func inCode(_ servers: String, _ order: Order) async throws {
    var configuration = KafkaSinkConfiguration(bootstrapServers: servers, topic: "orders")
    configuration.keyField = "customer"
    configuration.properties["compression.type"] = "zstd"
    let sink = try await KafkaSink(configuration, encoding: .json(Order.self))
    try await sink.send(order)
    try await sink.send(SinkRecord(order, key: "other", headers: [KafkaHeader("trace", text: "7")]))
    try await sink.send(SinkRecord(tombstone: "customer-7"))
    await sink.close()
}

func exactlyOnce(_ servers: String) async throws {
    let orders = KafkaSourceConfiguration(
        bootstrapServers: servers, subscription: .topics(["orders"]), groupID: "totals")
    var totals = KafkaSinkConfiguration(bootstrapServers: servers, topic: "totals")
    totals.commitMode = .exactlyOnce
    let transform = try KafkaTransform(
        orders, decoding: .json(Order.self), into: totals, encoding: .json(Total.self))
    for try await batch in transform.batches {
        try await transform.process(batch) { output in
            for order in batch {
                if let amount = order.amount { try output.send(Total(customer: order.customer, amount: amount)) }
            }
        }
    }
    await transform.close()
}

struct SemicolonFormat: RecordFormat, RecordEncoder {
    let name = "semicolons"

    func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        throw FormatError(.option, "The format semicolons is only written.")
    }

    func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder { self }

    func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
        payload.bytes.append(contentsOf: row.values.map(\.description).joined(separator: ";").utf8)
    }
}

if CommandLine.arguments.count > 1 {
    let order = Order(id: 1, customer: "customer-7", amount: 2.5)
    try await inCode(CommandLine.arguments[1], order)
    try await withLaminar(database: .inMemory) { laminar in
        try laminar.register(format: SemicolonFormat())
        try await fromATable(laminar, [order])
    }
    try await exactlyOnce(CommandLine.arguments[1])
}
