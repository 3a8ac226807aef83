import GRDB
import LaminarKafka
import ServiceLifecycle
import Tracing

/// Compares what was billed with what the pipeline says, once a second, and ends when all that is expected is there.
struct Reconciliation: Service {
    struct Sums: Decodable, FetchableRecord, Sendable, Equatable { var orders = 0, cents: Int64 = 0 }

    let laminar: Laminar
    let database: any DatabaseReader
    let expected: Int?

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                let (spent, billed) = try await withSpan("reconcile") { _ in (try await spent(), try await billed()) }
                if spent == billed, spent.orders == expected {
                    print("billed:", billed.orders, "orders,", billed.cents, "cents, and the pipeline says the same")
                    return
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func spent() async throws -> Sums {
        let sums = try await laminar.query(
            "SELECT COALESCE(SUM(orders), 0) AS orders, COALESCE(SUM(cents), 0) AS cents FROM spend")
        for try await sum in sums.values(as: Sums.self) { return sum }
        return Sums()
    }

    private func billed() async throws -> Sums {
        try await database.read { db in
            try Sums.fetchOne(db, sql: "SELECT count(*) AS orders, coalesce(sum(cents), 0) AS cents FROM bill")
                ?? Sums()
        }
    }
}
