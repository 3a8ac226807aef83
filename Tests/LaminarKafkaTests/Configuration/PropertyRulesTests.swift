import Testing

@testable import LaminarKafka

@Suite struct PropertyRulesTests {
    @Test("what Laminar owns is refused with what to use", arguments: DeniedProperty.all.flatMap(\.names))
    func denied(name: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check([name: "hunter2"], side: .consumer)
        }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("'\(name)'") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(
        "so are families of names",
        arguments: ["sasl.oauthbearer.client.secret", "sasl.kerberos.keytab", "test.mock.num.brokers", "rebalance_cb"])
    func families(name: String) {
        #expect(throws: ConfigurationError.self) { try PropertyRules.check([name: "1"], side: .consumer) }
    }

    @Test("a value that says what Laminar does anyway does no harm") func harmless() throws {
        try PropertyRules.check(["acks": "all", "enable.idempotence": "true"], side: .producer)
        #expect(throws: ConfigurationError.self) { try PropertyRules.check(["acks": "1"], side: .producer) }
    }

    @Test("every property of the requirement's document is accepted") func document() throws {
        let source = try StatementOptions.source([
            "fetch.min.bytes": "1024", "fetch.max.wait.ms": "500", "max.partition.fetch.bytes": "1048576",
            "session.timeout.ms": "30000", "heartbeat.interval.ms": "3000", "connections.max.idle.ms": "540000",
            "max.poll.records": "500", "max.poll.interval.ms": "300000",
        ]).source()
        #expect(source.batch.records == 500)
        #expect(source.properties["fetch.wait.max.ms"] == "500")
        #expect(source.properties["max.partition.fetch.bytes"] == "1048576")
        #expect(source.properties["fetch.max.wait.ms"] == nil)
    }

    @Test(
        "Java's other names are translated",
        arguments: [
            ("fetch.max.wait.ms", "500", "fetch.wait.max.ms", "500"),
            ("receive.buffer.bytes", "-1", "socket.receive.buffer.bytes", "0"),
            ("send.buffer.bytes", "65536", "socket.send.buffer.bytes", "65536"),
            ("request.timeout.ms", "30000", "socket.timeout.ms", "30000"),
            (
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor",
                "partition.assignment.strategy", "range"
            ),
        ])
    func javaNames(java: String, value: String, name: String, translated: String) throws {
        let resolved = try PropertyRules.resolve(java, value, side: .consumer)
        #expect(resolved == PropertyRules.Resolved(name: name, value: translated))
    }

    @Test("a producer's Java names are translated too") func producerNames() throws {
        #expect(try PropertyRules.resolve("buffer.memory", "33554432", side: .producer)?.value == "32768")
        #expect(try PropertyRules.resolve("max.request.size", "2000000", side: .producer)?.name == "message.max.bytes")
        #expect(try PropertyRules.resolve("request.timeout.ms", "10", side: .producer)?.name == "request.timeout.ms")
        for name in ["linger.ms", "batch.size", "retries", "delivery.timeout.ms", "compression.type"] {
            #expect(LibrdkafkaProperties.knows(name))
        }
    }

    @Test("Java's properties without a counterpart name what to use", arguments: JavaProperty.refused.flatMap(\.names))
    func refusedJavaNames(name: String) {
        guard !LibrdkafkaProperties.knows(name) else { return }
        let error = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check([name: "hunter2"], side: .consumer)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(
        "a value is checked by librdkafka itself",
        arguments: [
            ("session.timeout.ms", "soon", ConfigurationError.Code.invalidValue),
            ("session.timeout.ms", "0", .outOfRange),
            ("debug", "everything", .invalidValue), ("broker.address.family", "v5", .invalidValue),
            ("fetch.min.bytes", "", .invalidValue), ("check.crcs", "perhaps", .invalidValue),
            ("topic.blacklist", "(a", .invalidValue), ("fetch.min.bytes", "${secret:", .malformedSecret),
        ])
    func values(name: String, value: String, code: ConfigurationError.Code) {
        let error = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check([name: value], side: .consumer)
        }
        #expect(error?.code == code)
        #expect(error?.option == name)
    }

    @Test("a range is told") func ranges() throws {
        let range = try #require(LibrdkafkaProperties.loaded["fetch.min.bytes"]?.range)
        let error = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check(["fetch.min.bytes": "-1"], side: .consumer)
        }
        #expect(error?.message.contains(range) == true)
    }

    @Test("a value that refers to a secret is checked by its name alone") func references() throws {
        try PropertyRules.check(["client.rack": "${secret:rack}", "fetch.min.bytes": "${secret:n}"], side: .consumer)
        #expect(throws: ConfigurationError.self) {
            try PropertyRules.check(["client.rak": "${secret:rack}"], side: .consumer)
        }
    }

    @Test("assignors of both kinds don't mix") func assignors() {
        #expect(throws: ConfigurationError.self) {
            try PropertyRules.check(["partition.assignment.strategy": "cooperative-sticky,range"], side: .consumer)
        }
        let unknown = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check(["partition.assignment.strategy": "cooperativesticky"], side: .consumer)
        }
        #expect(unknown?.suggestion == "cooperative-sticky")
    }

    @Test("group.protocol = consumer needs a library that has it") func groupProtocol() throws {
        try PropertyRules.check(["group.protocol": "classic"], side: .consumer)
        guard !LibrdkafkaProperties.knows("group.protocol") else { return }
        let error = #expect(throws: ConfigurationError.self) {
            try PropertyRules.check(["group.protocol": "consumer"], side: .consumer)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(LibrdkafkaProperties.version) == true)
    }

    @Test("an option doesn't go among the properties of a configuration in code") func options() {
        var configuration = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .topics(["t"]))
        configuration.properties["isolation.level"] = "read_committed"
        #expect(throws: ConfigurationError.self) { try configuration.validate() }
    }
}
