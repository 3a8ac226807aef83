import Foundation
import LaminarKafka
import ProcessUsage

/// Many pipelines over one table: each keeps sums of its own, by one of three columns.
struct PipelinesCase {
    let servers: String
    let topic: String
    let records: Int
    let pipelines: Int
    let folder: String

    func run() async throws {
        let laminar = try await Laminar(database: .file(folder + "/pipelines.db"))
        try await laminar.execute(
            """
            CREATE CONNECTION scale TO kafka (bootstrap_servers = '\(servers)', topic = '\(topic)', type = 'source',
                format = 'json', group_id = 'scale-\(UUID().uuidString)', 'commit.interval.ms' = '1000');
            CREATE TABLE orders (id BIGINT, user_id BIGINT, name TEXT, amount DOUBLE, currency TEXT, ts TIMESTAMP,
                active BOOLEAN) WITH (connector = 'scale');
            """)
        let made = Usage.wallSeconds()
        for number in 0..<pipelines {
            let key = ["currency", "active", "MOD(user_id, 100)"][number % 3]
            try await laminar.execute(
                """
                CREATE PIPELINE p\(number) AS SELECT \(key) AS k, COUNT(*) AS n, SUM(amount) AS total FROM orders
                WHERE amount > \(number) GROUP BY \(key)
                """)
        }
        let started = (wall: Usage.wallSeconds(), cpu: ProcessUsage.cpuSeconds())
        let running = Task { try await laminar.run() }
        var done: Int64 = 0
        var first: Double?
        while done < Int64(records) {
            try await Task.sleep(for: .milliseconds(100))
            for try await row in try await laminar.query("SELECT MIN(rows_in) AS n FROM system.pipelines") {
                done = try row["n", as: Int64?.self] ?? 0
            }
            if first == nil, done > 0 { first = Usage.wallSeconds() }
        }
        Usage.tell(
            #""pipelines": \#(pipelines), "records": \#(records), "made_s": \#(started.wall - made), "#
                + #""first_s": \#((first ?? 0) - started.wall), "seconds": \#(Usage.wallSeconds() - started.wall), "#
                + #""used": \#(ProcessUsage.cpuSeconds() - started.cpu)"#)
        await laminar.shutdown()
        _ = await running.result
    }
}
