import ExampleCluster
import Foundation
import LaminarCore
import LaminarDashboard
import LaminarKafka
import LaminarTesting

// A service with its dashboard: reads orders, passes the large ones on, and shows itself while it does.
//
//   swift run DashboardExample [--bootstrap SERVERS] [--orders TOPIC] [--large-orders TOPIC]
//                              [--listen ADDRESS] [--seconds N]
//
// The broker in this process gets new orders every second.

struct Order: Codable, Sendable { let id: Int64, amount: Double }

let cluster = try Cluster(topics: ["orders", "large-orders"], options: ["listen", "seconds"])
let orders = try await cluster.topic("orders")
let largeOrders = try await cluster.topic("large-orders")
let address = cluster.option("listen") ?? "127.0.0.1:9404"
let seconds = cluster.option("seconds").flatMap { Double($0) } ?? .infinity

let laminar = try await Laminar(
    database: .inMemory,
    log: ClosureLogSink { level, message, metadata in print(level, metadata["component"] ?? "", message) })
let page = try await Dashboard.start(for: laminar, on: address)
print("The dashboard is at \(page.url)")
fflush(nil)  // Whoever reads it through a pipe is told at once.

try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(orders)', group_id = 'large-orders',
        type = 'source', format = 'json', bad_data = 'skip');
    CREATE TABLE orders (id BIGINT NOT NULL, amount DOUBLE NOT NULL) WITH (connector = 'shop');
    CREATE CONNECTION audit TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(orders)', group_id = 'audit',
        type = 'source', format = 'json', bad_data = 'skip');
    CREATE TABLE audited (id BIGINT NOT NULL) WITH (connector = 'audit');
    CREATE CONNECTION passed_on TO kafka (
        bootstrap_servers = '\(cluster.bootstrapServers)', topic = '\(largeOrders)', type = 'sink', format = 'json');
    CREATE TABLE large_orders (id BIGINT NOT NULL, amount DOUBLE NOT NULL) WITH (connector = 'passed_on');
    """)

struct Audited: Codable, Sendable { let id: Int64 }
let transform = try laminar.transform("orders", as: Order.self, into: "large_orders", of: Order.self)
let audit = try laminar.source("audited", as: Audited.self)

try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await transform.run { order in order.amount > 900 ? order : nil } }
    // A slow reader, so that the page has some lag to show.
    group.addTask {
        for try await batch in audit.batches { try await Task.sleep(for: .milliseconds(batch.count * 3 / 4)) }
    }
    if cluster.isEmbedded {
        group.addTask {
            for second in 0..<Int.max {
                let count = 1200 + 900 * (second % 60 < 30 ? second % 30 : 30 - second % 30) / 30
                let records = (0..<count).map { number in
                    let amount = Double((second * 7919 + number * 104_729) % 100_000) / 100
                    return TestRecord(
                        value: number == 0 && second % 5 == 0 ? "{" : "{\"id\": \(number), \"amount\": \(amount)}",
                        key: "customer-\(number % 50)")
                }
                try await cluster.produce(records, to: orders)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
    group.addTask {
        if seconds.isFinite { try await Task.sleep(for: .seconds(seconds)) } else { try await laminar.run() }
    }
    // Whatever ends first ends the service: its sources commit, leave their groups, and the page goes last.
    try await group.next()
    await laminar.shutdown()
    group.cancelAll()
    while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }
}
await cluster.close()
