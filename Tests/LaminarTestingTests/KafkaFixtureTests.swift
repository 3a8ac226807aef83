import LaminarTesting
import Testing

// One after the other: each JVM wants a core of its own while it starts.
@Suite(.serialized) struct KafkaFixtureTests {
    private func values(of topic: String, from servers: String, _ options: [String] = []) async throws -> [String] {
        let peer = try Peers.kcat(
            ["-C", "-q", "-e", "-b", servers, "-t", topic, "-o", "beginning", "-f", "%s\\n"] + options)
        return try await peer.success(within: .seconds(60)).output.split(separator: "\n").map(String.init).sorted()
    }

    @Test("the shared broker keeps records, and one test's topic isn't another's")
    func sharedBroker() async throws {
        let kafka = try await KafkaFixture.shared
        let one = try await kafka.createTopic("shared", partitions: 2)
        let other = try await kafka.createTopic("shared", partitions: 2)
        #expect(one != other)
        try await kafka.produce([TestRecord(value: "a"), TestRecord(value: "b")], to: one)
        #expect(try await values(of: one, from: kafka.bootstrapServers) == ["a", "b"])
    }

    @Test("a topic is gone once deleteTopic returns, and there once createTopic returns") func topics() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("brief", partitions: 1, configuration: ["retention.ms": "-1"])
        try await kafka.deleteTopic(topic)
        try await kafka.createTopic(named: topic, partitions: 3)
        let error = await #expect(throws: FixtureError.self) {
            try await kafka.createTopic(named: topic, partitions: 3)
        }
        #expect(error?.code == .broker)
        try await kafka.addPartitions(to: topic, total: 5)
        let metadata = try await Peers.kcat(["-L", "-b", kafka.bootstrapServers, "-t", topic]).success().output
        #expect(metadata.contains("with 5 partitions"))
    }

    @Test("deleting records moves the low watermark") func deleteRecords() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("short", partitions: 1)
        try await kafka.produce((0..<10).map { TestRecord(value: "\($0)") }, to: topic)
        try await kafka.deleteRecords(of: topic, partition: 0, before: 7)
        #expect(try await values(of: topic, from: kafka.bootstrapServers) == ["7", "8", "9"])
    }

    @Test("a group's committed offsets can be asked for") func committedOffsets() async throws {
        let kafka = try await KafkaFixture.shared
        let topic = try await kafka.createTopic("committed", partitions: 1)
        try await kafka.produce((0..<5).map { TestRecord(value: "\($0)") }, to: topic)
        #expect(try await kafka.committedOffsets(of: "nobody-\(topic)", topic: topic) == [:])
        let script = """
            import sys
            from confluent_kafka import Consumer, TopicPartition
            servers, group, topic = sys.argv[1:]
            consumer = Consumer({"bootstrap.servers": servers, "group.id": group})
            consumer.commit(offsets=[TopicPartition(topic, 0, 3)], asynchronous=False)
            consumer.close()
            """
        try await Peers.python(script, [kafka.bootstrapServers, "group-\(topic)", topic]).success()
        #expect(try await kafka.committedOffsets(of: "group-\(topic)", topic: topic) == [0: 3])
    }

    @Test(
        "every listener lets a client in", arguments: [KafkaFixture.Listener.plaintext, .saslPlaintext, .ssl, .saslSSL])
    func listeners(listener: KafkaFixture.Listener) async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a client comes in by \(listener.rawValue)") else { return }
        let topic = try await kafka.createTopic("secured", partitions: 1)
        try await kafka.produce([TestRecord(value: "in")], to: topic)
        var options = ["-X", "security.protocol=\(listener.rawValue)"]
        if listener == .saslSSL || listener == .saslPlaintext {
            options += [
                "-X", "sasl.mechanism=PLAIN", "-X", "sasl.username=\(KafkaFixture.User.alice.name)", "-X",
                "sasl.password=\(KafkaFixture.User.alice.password)",
            ]
        }
        if listener == .ssl || listener == .saslSSL {
            options += ["-X", "ssl.ca.location=\(kafka.certificates.authority)"]
        }
        #expect(try await values(of: topic, from: kafka.bootstrapServers(listener), options) == ["in"])
    }

    @Test("a wrong password stays out") func wrongPassword() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a wrong password stays out") else { return }
        let peer = try Peers.kcat([
            "-L", "-m", "5", "-b", kafka.bootstrapServers(.saslPlaintext), "-X", "security.protocol=SASL_PLAINTEXT",
            "-X", "sasl.mechanism=PLAIN", "-X", "sasl.username=alice", "-X", "sasl.password=wrong",
        ])
        let result = try await peer.result(within: .seconds(30))
        #expect(result.status != 0)
        #expect(result.errors.contains("Authentication failed"))
    }

    @Test("three nodes: one is killed, its partitions move, it comes back; one is frozen and goes on")
    func failover() async throws {
        let kafka = try await KafkaFixture.start(nodes: 3)
        let topic = try await kafka.createTopic("spread", partitions: 3)
        try await kafka.produce((0..<30).map { TestRecord(value: "a\($0)") }, to: topic)
        try await kafka.kill(node: 2)
        try await kafka.produce((0..<30).map { TestRecord(value: "b\($0)") }, to: topic)
        try await kafka.start(node: 2)
        try await kafka.pause(node: 3)
        try await kafka.resume(node: 3)
        #expect(try await values(of: topic, from: kafka.bootstrapServers).count == 60)
        #expect(kafka.logs().contains("node 2"))
        await #expect(throws: FixtureError.self) { try await kafka.kill(node: 9) }
        await kafka.stop()
    }

    @Test("Kafka 3.9 runs beside 4.1") func older() async throws {
        let kafka = try await KafkaFixture.start(version: .v3_9)
        guard kafka.offers(.failover, promise: "the fixture starts Apache Kafka 3.9") else { return }
        let topic = try await kafka.createTopic("older", partitions: 1)
        try await kafka.produce([TestRecord(value: "x")], to: topic)
        #expect(try await values(of: topic, from: kafka.bootstrapServers) == ["x"])
        await kafka.stop()
    }

    @Test("no node and no folder remain when whoever started them is killed") func orphans() async throws {
        let parent = try Peers.python(
            """
            import subprocess, sys
            keeper = subprocess.Popen(["bash", sys.argv[1], "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for line in keeper.stdout:
                print(line, end="")
            """, [KafkaFixture.script])
        let folder = try await parent.line(within: .seconds(240)) { $0.hasPrefix("folder ") }.dropFirst(7)
        _ = try await parent.line { $0 == "ready" }
        // Only it: `kill()` would take what it started along.
        try await ExternalProcess("kill", ["-9", "\(parent.identifier)"]).success()
        try await ExternalProcess(
            "sh", ["-c", "while [ -d '\(folder)' ] || pgrep -f 'kafka[.]Kafka \(folder)/'; do sleep 0.1; done"]
        ).success(within: .seconds(60))
    }

    @Test("a property of the brokers can be overruled") func properties() async throws {
        let kafka = try await KafkaFixture.start(properties: ["auto.create.topics.enable": "false"])
        let producer = try TestProducer(
            bootstrapServers: kafka.bootstrapServers, properties: ["message.timeout.ms": "1500"])
        if kafka.offers(.failover, promise: "a broker's property can be overruled") {
            await #expect(throws: FixtureError.self) {
                try await producer.produce([TestRecord(value: "x")], to: "nowhere")
            }
        }
        await kafka.stop()
    }
}
