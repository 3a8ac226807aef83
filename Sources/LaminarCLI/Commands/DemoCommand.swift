internal import LaminarKafka
internal import LaminarTesting

/// `laminar demo`: a broker in this process, a topic, the documentation's DDL, typed rows, metadata, a commit.
struct DemoCommand {
    private let tool: CommandLineTool
    private static let eventCount = 1000
    private static let shown = 8

    init(tool: CommandLineTool) { self.tool = tool }

    func run() async throws {
        step("Starting a Kafka broker inside of this process (librdkafka's test broker: no Java, no network).")
        let broker = try EmbeddedBroker()
        do {
            try await show(broker)
        } catch {
            await broker.close()
            throw error
        }
        await broker.close()
    }

    private func show(_ broker: EmbeddedBroker) async throws {
        tool.say("  It listens at \(broker.bootstrapServers).")
        step("Writing \(Self.eventCount) events as JSON to the topic events, 4 partitions, with keys and headers.")
        try broker.createTopic("events", partitions: 4)
        try await broker.produce((0..<Self.eventCount).map(Self.event), to: "events")

        step("Creating a connection and a table: DDL, as an application would run it at every start.")
        try await withLaminar(database: .inMemory) { laminar in
            for statement in Self.statements(broker.bootstrapServers) {
                tool.say(statement.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
                for result in try await laminar.execute(statement) { tool.say("  \(result.message)") }
            }
            step("Reading the table: typed columns from the payload, and the record's own metadata.")
            let first = try await read(laminar, stopAfter: Self.eventCount / 2)
            tool.say(
                "  \(first.count) rows read; \(Self.shown) of them are shown. The source was closed in the middle.")
            tell(first.committed)

            step("Opening the same table again, in the same consumer group: it goes on where the group stopped.")
            let second = try await read(laminar, stopAfter: Self.eventCount - first.count)
            tool.say(
                "  \(second.count) rows read, none of them twice: \(first.count) + \(second.count) = \(Self.eventCount)."
            )
            tell(second.committed)
        }
        step("That's all. Next: laminar sql --help, laminar consume --help, and the README's ten lines of Swift.")
    }

    private func step(_ text: String) {
        tool.say(tool.errorTerminal.colour ? "\u{1b}[1m» \(text)\u{1b}[0m" : "» \(text)")
    }

    private func tell(_ committed: [TopicPartition: Int64]) {
        let positions = committed.sorted { $0.key.partition < $1.key.partition }
            .map { "\($0.key.topic)/\($0.key.partition) at \($0.value)" }
        tool.say("  Committed: \(positions.joined(separator: ", ")).")
    }

    /// Reads rows in the connection's group, shows the first few, closes and waits for what the group has taken.
    private func read(
        _ laminar: Laminar, stopAfter limit: Int
    ) async throws -> (count: Int, committed: [TopicPartition: Int64]) {
        let source = try laminar.rows("events_with_metadata", acknowledgement: .explicit)
        let events = source.events
        let columns = try laminar.resolveTable("events_with_metadata").schema.columns
        var printer = RowPrinter(.table, columns: columns, to: tool.output, on: tool.outputTerminal)
        var count = 0
        for try await record in source.records {
            if let row = record.value, count < Self.shown { try printer.print(row.values) }
            source.acknowledge(record)
            count += 1
            if count == limit { break }
        }
        try printer.finish()
        await source.close()
        var committed: [TopicPartition: Int64] = [:]
        for await case .committed(let positions) in events { committed.merge(positions) { $1 } }
        return (count, committed)
    }

    private static func event(_ number: Int) -> TestRecord {
        let messages = ["signed in", "added a book to the cart", "paid", "asked for a refund", "signed out"]
        return TestRecord(
            value: "{\"id\": \(number), \"message\": \"\(messages[number % messages.count])\", \"ignored\": [1, 2]}",
            key: "customer-\(number % 17)", headers: [("trace", "\(number * 7919 % 10_007)")],
            timestamp: 1_717_200_000_000 + Int64(number) * 250)
    }

    /// From the documentation's "Connection Configuration" and "Metadata Fields", with this broker's address put in.
    private static func statements(_ servers: String) -> [String] {
        [
            """
            CREATE CONNECTION kafka_source TO kafka (
                bootstrap_servers = '\(servers)',
                topic = 'events',
                group_id = 'laminar-consumer-group',
                type = 'source',
                format = 'json'
            );
            """,
            """
            CREATE TABLE events_with_metadata (
                -- Data fields
                id BIGINT,
                message TEXT,

                -- Kafka metadata fields
                _kafka_topic TEXT,
                _kafka_partition INT,
                _kafka_offset BIGINT,
                _kafka_timestamp TIMESTAMP,
                _kafka_key BYTEA,
                _kafka_headers JSON
            ) WITH (
                connector = 'kafka_source',
                include_metadata = 'true'
            );
            """,
        ]
    }
}
