import LaminarTesting
import Testing

@Suite("Killed at any instant, round after round: nothing lost, nothing twice", .timeLimit(.minutes(60)))
struct CrashTests {
    /// Lives and deaths, with new records in each; then the comparison.
    private func crash(
        _ proof: Proof, _ random: SeededRandom,
        meanwhile: @escaping @Sendable (Int, Duration) async throws -> Void = { _, _ in }
    ) async throws {
        var random = random
        do {
            for round in 0..<Proof.rounds {
                let moment = Duration.milliseconds(Int.random(in: 0...1500, using: &random))
                async let writing: Void = proof.produce(600)
                async let happening: Void = meanwhile(round, moment)
                try await proof.victim.live(
                    using: &random, interval: proof.destination.interval, where: Proof.isProgress)
                try await writing
                try await happening
            }
            try await proof.complete()
        } catch {
            Issue.record(error, "LAMINAR_SEED=\(random.seed)")
        }
    }

    @Test("into SQLite: the table equals the topic, record for record")
    func sqlite() async throws {
        let destination = SQLiteDestination()
        defer { destination.remove() }
        try await crash(try await Proof(on: try await KafkaFixture.shared, into: destination), SeededRandom())
    }

    @Test("into PostgreSQL, the server itself killed in every fourth round: the table equals the topic")
    func postgres() async throws {
        let postgres = try await PostgresFixture.start()
        let proof = try await Proof(
            on: try await KafkaFixture.shared, into: try await PostgresDestination(on: postgres))
        try await crash(proof, SeededRandom()) { round, moment in
            guard round % 4 == 3 else { return }
            try await Task.sleep(for: moment)
            try await postgres.kill()
            try await postgres.start()
        }
        // The server's own word that the moments were well chosen.
        let interrupted = postgres.log(lines: .max).split(separator: "\n").count {
            $0.contains("unexpected EOF on client connection with an open transaction")
        }
        #expect(interrupted > 0, "no life ended inside of a transaction")
        await postgres.stop()
    }

    @Test("the proof finds what it looks for: without a checkpoint, records are there twice")
    func careless() async throws {
        var destination = SQLiteDestination()
        destination.kind = "careless"
        defer { destination.remove() }
        let proof = try await Proof(on: try await KafkaFixture.shared, into: destination)
        var random = SeededRandom()
        for _ in 0..<6 {
            try await proof.produce(600)
            try await proof.victim.live(using: &random, where: Proof.isProgress)
        }
        let (found, expected) = try await proof.ending()
        #expect(Set(found) == Set(expected) && found.count > expected.count)
    }

    @Test("Kafka to Kafka, read with read_committed: the copy equals the topic")
    func kafka() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.eviction, promise: "Kafka to Kafka exactly once over crashes") else { return }
        try await crash(try await Proof(on: kafka, into: try await TopicDestination(on: kafka)), SeededRandom())
    }
}
