import ExampleCluster
import LaminarKafka

// Dead letters and back: a service goes on while records that it can't decode wait in a topic of their own, and a replay
// sends them back mended.
//
//   swift run DeadLetterReplay [--bootstrap SERVERS] [--orders TOPIC] [--letters TOPIC] [--limit N]

struct Order: Codable, Sendable {
    let id: Int64
    let amount: Double
}

let cluster = try Cluster(topics: ["orders", "letters"])
let letters = try await cluster.topic("letters")
// A producer with a comma in some of its amounts.
let orders = try await cluster.topic("orders") { id in
    #"{"id": \#(id), "amount": \#(id % 7 == 3 ? #""\#(id),50""# : "\(id).50")}"#
}

let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(orders)', group_id = 'billing',
        type = 'source', format = 'json', bad_data = 'dlq', dlq_topic = '\(letters)');
    CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE NOT NULL) WITH (connector = 'shop');
    """)

try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
        let replay = try await Replay(of: letters, to: orders, at: cluster.bootstrapServers)
        try await replay.run()
    }
    let source = try laminar.source("orders", as: Order.self)
    var count = 0
    for try await order in source {
        print(order.id, order.amount)
        count += 1
        if count >= cluster.limit { break }
    }
    print("\(source.counters.deadLettered.values.reduce(0, +)) were dead letters first")
    group.cancelAll()
}
await laminar.shutdown()
await cluster.close()
