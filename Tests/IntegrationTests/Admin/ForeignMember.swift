import LaminarTesting

/// A member of a group that confluent-kafka is, in a process of its own: it reads everything that there is, and commits.
struct ForeignMember {
    private let process: ExternalProcess

    private static let script = """
        import signal, sys
        from confluent_kafka import Consumer
        servers, topic, group, name, generation = sys.argv[1:6]
        properties = {
            "bootstrap.servers": servers, "group.id": group, "client.id": name, "auto.offset.reset": "earliest",
            "enable.auto.commit": False}
        if generation == "classic":
            properties["partition.assignment.strategy"] = "range"
        else:
            properties["group.protocol"] = "consumer"
        consumer = Consumer(properties)
        def assigned(consumer, partitions):
            print("assigned", len(partitions), flush=True)
        consumer.subscribe([topic], on_assign=assigned)
        ended = []
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        while not ended:
            message = consumer.poll(0.1)
            if message is not None and message.error() is None:
                consumer.commit(message=message, asynchronous=False)
                print("committed", message.partition(), message.offset() + 1, flush=True)
        consumer.close()
        """

    /// How members share partitions: by themselves, or by the broker's word (`group.protocol`).
    enum Generation: String { case classic, next }

    init(
        _ name: String, of group: String, reading topic: String, on kafka: KafkaFixture,
        _ generation: Generation = .classic
    ) throws {
        process = try Peers.python(
            Self.script, [kafka.bootstrapServers, topic, group, name, generation.rawValue])
    }

    /// Waits until it has partitions.
    func awaitAssignment() async throws { _ = try await process.line { $0.hasPrefix("assigned") } }

    /// Waits until it has committed so many records.
    func awaitCommits(_ count: Int) async throws {
        for _ in 0..<count { _ = try await process.line { $0.hasPrefix("committed") } }
    }

    /// Leaves the group.
    func leave() async throws {
        process.terminate()
        try await process.success()
    }
}
