import LaminarTesting
import Testing

@Suite("Consumers of one group come and go at random, with one checkpoint store", .timeLimit(.minutes(30)))
struct ChurnTests {
    /// Three consumers join, leave and are killed at random, under load.
    private func churn(_ proof: Proof, for duration: Duration) async throws {
        let random = SeededRandom()
        do {
            try await proof.underLoad {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for slot in 0..<3 {
                        group.addTask {
                            var random = SeededRandom(seed: random.seed + UInt64(slot))
                            try await Self.comeAndGo(proof, for: duration, &random)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            try await proof.complete()
        } catch {
            Issue.record(error, "LAMINAR_SEED=\(random.seed)")
        }
    }

    private static func comeAndGo(_ proof: Proof, for duration: Duration, _ random: inout SeededRandom) async throws {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            let program = try proof.victim.start()
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...6000, using: &random)))
            let isKilled = Int.random(in: 0..<3, using: &random) == 0
            if isKilled { program.kill() }
            let result = try await program.result(within: .seconds(60))
            guard result.status == (isKilled ? -9 : 0) else {
                throw FixtureError(
                    code: .process, message: "A consumer ended with \(result.status): \(result.errors.suffix(1000))")
            }
        }
    }

    @Test("a minute with PostgreSQL: nothing lost, nothing twice")
    func postgres() async throws {
        let destination = try await PostgresDestination(on: try await PostgresFixture.shared)
        try await churn(
            try await Proof(on: try await KafkaFixture.shared, into: destination), for: .seconds(3 * Proof.rounds))
    }

    @Test("with one SQLite file: nothing lost, nothing twice")
    func sqlite() async throws {
        let destination = SQLiteDestination()
        defer { destination.remove() }
        try await churn(
            try await Proof(on: try await KafkaFixture.shared, into: destination), for: .seconds(Proof.rounds))
    }

    @Test("Kafka to Kafka: nothing lost, nothing twice")
    func kafka() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.eviction, promise: "Kafka to Kafka exactly once while members come and go") else { return }
        let destination = try await TopicDestination(on: kafka)
        try await churn(try await Proof(on: kafka, into: destination), for: .seconds(Proof.rounds))
    }
}
