import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Groups that a pipeline writes into a topic", .timeLimit(.minutes(4)))
struct EmittedGroupsTests {
    @Test(
        "groups go into a topic in transactions, each change once, also where the database is put back to an older copy"
    )
    func emitted() async throws {
        let orders = try await Orders()
        let output = try await orders.kafka.createTopic("totals", partitions: 2)
        let statements =
            orders.statements + """
                CREATE CONNECTION out TO kafka (bootstrap_servers = '\(orders.kafka.bootstrapServers)',
                    topic = '\(output)', type = 'sink', format = 'json', 'sink.commit_mode' = 'exactly_once');
                CREATE TABLE large (customer TEXT, n BIGINT, total DOUBLE) WITH (connector = 'out');
                CREATE PIPELINE totals AS
                INSERT INTO large SELECT customer, COUNT(*), SUM(amount) FROM orders GROUP BY customer;
                """
        let path = FileManager.default.temporaryDirectory.appending(path: "laminar-\(UUID().uuidString).db").path
        let copy = path + ".copy"
        defer {
            for file in [path, copy] {
                for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            }
        }
        struct Total: Decodable { let customer: String; let n: Int; let total: Double }
        @Sendable func written() async throws -> [Total] {
            try await orders.kafka.read(output, format: "%s").map {
                try JSONDecoder().decode(Total.self, from: Data($0.utf8))
            }
        }
        // Runs until the topic's last state of each group is that of so many orders.
        @Sendable func run(_ count: Int) async throws {
            let laminar = try await Laminar(database: .file(path))
            try await laminar.execute(statements)
            try await running(laminar) {
                let deadline = ContinuousClock.now + .seconds(90)
                var found: [String] = []
                repeat {
                    try await Task.sleep(for: .milliseconds(100))
                    var counts: [String: [Int]] = [:]
                    var greatest: [String: Total] = [:]
                    for total in try await written() {
                        counts[total.customer, default: []].append(total.n)
                        if greatest[total.customer].map({ $0.n < total.n }) ?? true { greatest[total.customer] = total }
                    }
                    // Each change is written once, so no count comes twice.
                    for (customer, counts) in counts {
                        #expect(Set(counts).count == counts.count, "\(customer): \(counts)")
                    }
                    found = greatest.values.map { "\($0.customer)|\($0.n)|\($0.total)" }.sorted()
                } while found != Orders.totals(0..<count) && ContinuousClock.now < deadline
                #expect(found == Orders.totals(0..<count))
                #expect(try await laminar.lines("SELECT * FROM totals") == found)
            }
        }
        try await orders.produce(0..<300)
        try await run(300)
        try Self.copy(path, to: copy)
        try await orders.produce(300..<700)
        try await run(700)
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try Self.copy(copy, to: path)
        let before = try await written().count
        try await orders.produce(700..<710)
        try await run(710)
        // One order more for each customer, which is one change.
        #expect(try await written().count == before + 10)
    }

    /// A database's file and what is beside it.
    private static func copy(_ path: String, to other: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: other + suffix)
        }
    }
}
