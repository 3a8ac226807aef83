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
        do { try await cancelWhenGracefulShutdown { try await agree() } } catch is CancellationError {}
    }

    private func agree() async throws {
        while true {
            let agreed: Sums? = try await withSpan("reconcile") { _ -> Sums? in try await agreement() }
            if let agreed, agreed.orders == expected {
                print("billed:", agreed.orders, "orders,", agreed.cents, "cents, and the pipeline says the same")
                return
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// What both say; nil where they differ.
    private func agreement() async throws -> Sums? {
        let (spent, billed) = (try await spent(), try await billed())
        return spent == billed ? billed : nil
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
