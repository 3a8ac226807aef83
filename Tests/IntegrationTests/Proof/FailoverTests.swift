import LaminarTesting
import Testing

// One after the other: three nodes want their cores while they start.
@Suite("Brokers that die under a consumer: nothing lost, nothing twice", .serialized, .timeLimit(.minutes(10)))
struct FailoverTests {
    @Test("of three nodes each is killed or stopped and comes back; coordinators of groups and transactions move")
    func threeNodes() async throws {
        let kafka = try await KafkaFixture.start(nodes: 3)
        guard kafka.offers(.failover, promise: "a node of three is killed under load") else { return }
        let destination = SQLiteDestination()
        defer { destination.remove() }
        let table = try await Proof(on: kafka, into: destination)
        let copy = try await Proof(on: kafka, into: try await TopicDestination(on: kafka))
        try await table.survives {
            try await copy.survives {
                for node in 1...3 {
                    try await kafka.kill(node: node)
                    try await kafka.start(node: node)
                }
                let coordinator = try await kafka.coordinator(of: table.group)
                try await kafka.stop(node: coordinator)
                try await kafka.start(node: coordinator)
                #expect(try await kafka.coordinator(of: copy.group) > 0)
            }
        }
        await kafka.stop()
    }

    @Test("the only broker is killed and comes back, twice; once it is frozen")
    func onlyBroker() async throws {
        let kafka = try await KafkaFixture.start()
        guard kafka.offers(.failover, promise: "the only broker is killed under load") else { return }
        let proof = try await Proof(
            on: kafka, into: try await PostgresDestination(on: try await PostgresFixture.shared))
        try await proof.survives {
            for _ in 0..<2 {
                try await kafka.kill(node: 1)
                try await kafka.start(node: 1)
            }
            try await kafka.pause(node: 1)
            // Longer than the session of the consumer.
            try await Task.sleep(for: .seconds(3))
            try await kafka.resume(node: 1)
        }
        await kafka.stop()
    }
}

extension KafkaFixture {
    /// The node that coordinates a group, as confluent-kafka for Python finds it.
    func coordinator(of group: String) async throws -> Int {
        let script = """
            import sys
            from confluent_kafka.admin import AdminClient
            admin = AdminClient({"bootstrap.servers": sys.argv[1]})
            print(admin.describe_consumer_groups([sys.argv[2]])[sys.argv[2]].result(30).coordinator.id)
            """
        let answer = try await Peers.python(script, [bootstrapServers, group]).success(within: .seconds(60)).lines
        return try #require(answer.first.flatMap { Int($0) })
    }
}
