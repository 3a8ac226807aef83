import Foundation
import LaminarTesting
import Testing

@Suite("The examples", .timeLimit(.minutes(5)))
struct ExampleTests {
    @Test("run with a broker of their own, end by themselves, and print what they promise", arguments: ExampleRun.all)
    func embedded(run: ExampleRun) async throws { try await run.check() }

    @Test(
        "run with the brokers that they are given, and samples there, as well",
        arguments: ExampleRun.all.filter { ["ExactlyOnceSQLite", "AvroRegistry", "SQLPipeline"].contains($0.name) })
    func given(run: ExampleRun) async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("orders")
        try await run.check([
            "--bootstrap", kafka.bootstrapServers, "--orders", topic, "--samples", "\(run.samples)",
        ])
    }

    @Test("dead letters of real brokers are mended and come back") func replay() async throws {
        let kafka = try await KafkaFixture.shared
        let orders = try await kafka.createTopic("orders")
        let letters = try await kafka.createTopic("letters", partitions: 1)
        let run = try #require(ExampleRun.all.first { $0.name == "DeadLetterReplay" })
        try await run.check([
            "--bootstrap", kafka.bootstrapServers, "--orders", orders, "--letters", letters,
            "--samples", "\(run.samples)",
        ])
    }

    @Test("orders are in the PostgreSQL that the example is given, as psql sees it") func postgres() async throws {
        let postgres = try await PostgresFixture.shared
        let database = try await postgres.createDatabase("examples")
        let run = try #require(ExampleRun.all.first { $0.name == "ExactlyOncePostgres" })
        try await run.check(["--postgres", postgres.connection(to: database)])
        #expect(try await postgres.query("SELECT count(*), sum(amount) FROM orders", in: database) == ["200|20000"])
    }

    @Test("the service shows itself on its dashboard, and ends when it is told to") func dashboard() async throws {
        let service = try ExampleRun("DashboardExample").process(["--listen", "127.0.0.1:0"])
        let line = try await service.line { $0.hasPrefix("The dashboard is at ") }
        let url = line.split(separator: " ").last.map(String.init) ?? ""
        let deadline = ContinuousClock.now + .seconds(60)
        var (metrics, health) = ("", "")
        func isWell() -> Bool {
            metrics.contains(/laminar_sink_records_total\{topic="large-orders"\} [1-9]/)
                && health.contains(/"ok": ?true/)
        }
        while !isWell(), ContinuousClock.now < deadline {
            metrics = try await ExternalProcess("curl", ["-sS", "\(url)/metrics"]).success().output
            health = try await ExternalProcess("curl", ["-sS", "\(url)/health/ready"]).success().output
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        #expect(isWell(), "\(health)\n\(metrics)\n\(service.errorsSoFar)")
        service.kill()

        let short = try ExampleRun("DashboardExample").process(["--listen", "127.0.0.1:0", "--seconds", "1"])
        try await short.success(within: .seconds(60))
    }

    @Test("an option that isn't known is told, with those that are") func usage() async throws {
        let result = try await ExampleRun("SQLPipeline").process(["--topic", "orders"]).result(within: .seconds(20))
        #expect(result.status == 2)
        #expect(result.errors.contains("usage: SQLPipeline [--bootstrap VALUE]"))
    }
}
