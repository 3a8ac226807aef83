import Foundation
import LaminarTesting
import Synchronization
import Testing

@Suite("A pipeline that is killed at any instant stores every record once", .timeLimit(.minutes(60)))
struct PipelineCrashTests {
    /// How many lives end by SIGKILL: `$LAMINAR_ROUNDS`, else 6.
    private static var rounds: Int { ProcessInfo.processInfo.environment["LAMINAR_ROUNDS"].flatMap { Int($0) } ?? 6 }

    @Test("the groups, and the rows of a table, equal the topic record for record", arguments: ["groups", "inserts"])
    func crash(kind: String) async throws {
        let destination = PipelineDestination(kind: kind)
        defer { destination.remove() }
        try await prove(try await Proof(on: try await KafkaFixture.shared, into: destination))
    }

    @Test("groups that go into a topic in transactions are there once") func emitted() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.transactionTimeouts, promise: "groups go into a topic exactly once") else { return }
        let destination = EmittedGroups(on: kafka)
        defer { destination.remove() }
        let proof = try await Proof(on: kafka, into: destination)
        destination.topic.withLock { $0 = "\(proof.topic)-groups" }
        try await kafka.createTopic(named: "\(proof.topic)-groups", partitions: 2)
        try await prove(proof)
    }

    private func prove(_ proof: Proof) async throws {
        var random = SeededRandom()
        do {
            for _ in 0..<Self.rounds {
                async let writing: Void = proof.produce(600)
                try await Self.live(proof.victim, &random)
                try await writing
            }
            try await proof.complete()
        } catch {
            Issue.record(error, "LAMINAR_SEED=\(random.seed)")
        }
    }
}

extension PipelineCrashTests {
    /// One life: up to a moment after a checkpoint, or to any moment of the first two seconds. A pipeline may store all that
    /// was written in one checkpoint, so more than one can't be waited for.
    private static func live(_ victim: CrashVictim, _ random: inout SeededRandom) async throws {
        let isBrief = UInt8.random(in: 0..<4, using: &random) == 0
        let more = Duration.milliseconds(isBrief ? 2_000 : 60) * Double.random(in: 0...1, using: &random)
        let program = try victim.start()
        if !isBrief { _ = try await program.line(within: .seconds(60), where: Proof.isProgress) }
        try await Task.sleep(for: more)
        program.kill()
        let end = try await program.result(within: .seconds(30))
        #expect(end.status == -9, "it ended by itself: \(end.errors.suffix(1000))")
    }
}

/// A topic into which a pipeline writes a group for each record, read by kcat with `read_committed`.
private final class EmittedGroups: Destination {
    private let kafka: KafkaFixture
    private let file = PipelineDestination(kind: "emitted")
    let topic = Mutex("")
    let kind = "emitted"
    let interval = Duration.milliseconds(60)
    var place: String { file.place }

    init(on kafka: KafkaFixture) { self.kafka = kafka }

    func records() async throws -> [String] { try await kafka.read(topic.withLock { $0 }, format: "%s") }

    func remove() { file.remove() }
}

/// A Laminar database in which a pipeline stores records, read by Python: each as often as it was counted.
private struct PipelineDestination: Destination {
    let place = FileManager.default.temporaryDirectory.appending(path: "laminar-proof-\(UUID().uuidString).db").path
    let kind: String
    let interval = Duration.milliseconds(60)

    func records() async throws -> [String] {
        let (table, query) =
            kind == "groups"
            ? ("laminar_groups_copy", "SELECT k0, k1, k2, a0 FROM laminar_groups_copy")
            : ("rows", "SELECT p, o, value, 1 FROM rows")
        let script = """
            import os, sqlite3, sys
            if not os.path.exists(sys.argv[1]): sys.exit()
            database = sqlite3.connect(sys.argv[1], timeout=60)
            if database.execute("SELECT count(*) FROM sqlite_schema WHERE name = ?", [sys.argv[2]]).fetchone()[0]:
                for row in database.execute(sys.argv[3]):
                    for _ in range(row[3]): print("|".join(map(str, row[:3])))
            """
        return try await Peers.python(script, [place, table, query]).success(within: .seconds(120)).lines
    }

    func remove() {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: place + suffix) }
    }
}
