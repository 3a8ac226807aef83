import Foundation
import LaminarFormats
import LaminarQuery
import LaminarTesting
import Testing

@testable import LaminarKafka

@Suite("System tables", .timeLimit(.minutes(5)))
struct SystemRowsTests {
    /// A catalog with the connection `shop` over a topic, and the table `orders` over that.
    private func catalog(_ topic: Topic, group: String, format: String = "raw_string") async throws -> Laminar {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'source', format = '\(format)', group_id = '\(group)');
            CREATE TABLE orders (value TEXT) WITH (connector = 'shop');
            """)
        return laminar
    }

    @Test("a group's rows: each partition once, with its member, its offset and its lag")
    func consumerGroups() async throws {
        let topic = try await Topic(records: 12, partitions: 3)
        let group = topic.group("shown")
        let laminar = try await catalog(topic, group: group)
        // The same cluster under another name is asked once, and owns nothing.
        try await laminar.execute(
            """
            CREATE CONNECTION another TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'sink', format = 'raw_string');
            """)
        let member = try ForeignMember("reader", of: group, reading: topic.name, on: topic.kafka)
        try await member.awaitCommits(12)
        let stray = topic.group("stray")
        try await laminar.admin("shop").alterOffsets(
            of: stray, to: [TopicPartition(topic.name, 1): CommittedOffset(1)])
        try await topic.kafka.produce([TestRecord(value: "more", partition: 2)], to: topic.name)
        let all = try await laminar.rows(of: "kafka_consumer_groups")
        let rows = all.filter { $0["group_id"] == group }
        #expect(rows.map { $0["partition"] } == ["0", "1", "2"])
        #expect(rows.allSatisfy { $0["topic"] == topic.name && $0["client_id"] == "reader" })
        #expect(rows.allSatisfy { $0["connection"] == "shop" && $0["state"] == "Stable" && $0["protocol"] == "range" })
        #expect(rows.allSatisfy { $0["coordinator"] == topic.kafka.bootstrapServers })
        #expect(rows.allSatisfy { $0["host"] == "127.0.0.1" && $0["member_id"]?.hasPrefix("reader-") == true })
        // The member reads on meanwhile in the third.
        #expect(rows.map { $0["committed_offset"] }.prefix(2) == ["4", "4"])
        #expect(rows.map { $0["high_watermark"] } == ["4", "4", "5"])
        #expect(rows.map { $0["lag"] }.prefix(2) == ["0", "0"])
        let stranger = all.filter { $0["group_id"] == stray }
        #expect(stranger.count == 1)
        #expect(stranger.first?["connection"] == "another")
        #expect(stranger.first?["member_id"] == "NULL" && stranger.first?["lag"] == "3")
        #expect(stranger.first?["state"] == "Empty" && stranger.first?["protocol"] == "NULL")
        try await member.leave()
    }

    @Test("brokers are shown to each connection; a cluster that is away only gives a notice") func brokers()
        async throws
    {
        let topic = try await Topic(records: 0, partitions: 1)
        let laminar = try await catalog(topic, group: topic.group("brokers"))
        try await laminar.execute(
            """
            CREATE CONNECTION away TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 'a', type = 'sink', format = 'raw');
            CREATE CONNECTION second TO kafka (bootstrap_servers = 'localhost:1,\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'sink', format = 'raw_string');
            """)
        var notices: [String] = []
        let rows = try await laminar.rows(of: "kafka_brokers") { rows, told in
            notices = told
            return rows.count == 2 && told.count == 1
        }
        #expect(rows.map { $0["connection"] } == ["second", "shop"])
        #expect(rows.allSatisfy { "\($0["host"] ?? ""):\($0["port"] ?? "")" == topic.kafka.bootstrapServers })
        #expect(notices.first?.contains("connection away couldn't be asked") == true, "\(notices)")
        #expect(notices.first?.contains("Nobody listens at 127.0.0.1:1") == true, "\(notices)")
    }

    @Test("partitions and connections follow a source that is open in this process") func openSource() async throws {
        let topic = try await Topic(records: 10, partitions: 2)
        let laminar = try await catalog(topic, group: topic.group("open"))
        let before = try await laminar.rows(of: "kafka_partitions")
        #expect(before.map { $0["partition"] } == ["0", "1"])
        #expect(before.map { $0["position"] } == ["NULL", "NULL"])
        #expect(before.map { $0["lag"] } == ["NULL", "NULL"] && before.map { $0["paused"] } == ["NULL", "NULL"])
        #expect(before.map { $0["high_watermark"] } == ["5", "5"] && before.map { $0["low_watermark"] } == ["0", "0"])
        let source = try laminar.rows("orders")
        var count = 0
        var rows: [[String: String]] = []
        for try await _ in source.records {
            count += 1
            if count == 10 { try await topic.kafka.produce([TestRecord(value: "last", partition: 0)], to: topic.name) }
            guard count == 11 else { continue }
            // It came in a batch of its own, so that everything before it is processed.
            rows = try await laminar.rows(of: "kafka_partitions")
            let connection = try #require(try await laminar.rows(of: "connections").first)
            #expect(["running", "idle"].contains(connection["state"] ?? ""), "\(connection)")
            #expect(connection["last_poll_at"] != "NULL" && connection["last_error"] == "NULL")
            break
        }
        await source.close()
        #expect(rows.map { $0["paused"] } == ["false", "false"])
        #expect(rows.map { $0["position"] } == ["5", "5"])
        #expect(rows.map { $0["high_watermark"] } == ["6", "5"])
        #expect(rows.map { $0["lag"] } == ["1", "0"])
        let after = try await laminar.rows(of: "kafka_partitions")
        #expect(after.map { $0["committed_offset"] } == ["5", "5"])
        #expect(after.map { $0["position"] } == ["NULL", "NULL"] && after.map { $0["lag"] } == ["1", "0"])
        await laminar.shutdown()
    }

    @Test("what went wrong with a record is in kafka_errors, and the connection's last error") func errors()
        async throws
    {
        let topic = try await Topic(records: 0, partitions: 1)
        try await topic.kafka.produce([TestRecord(value: "oops")], to: topic.name)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'source', format = 'json', bad_data = 'skip');
            CREATE TABLE orders (id BIGINT) WITH (connector = 'shop');
            """)
        let source = try laminar.rows("orders", extent: .snapshot)
        for try await _ in source { Issue.record("a record that can't be decoded came") }
        let errors = try await laminar.rows(of: "kafka_errors")
        #expect(errors.count == 1)
        #expect(errors.first?["connection"] == "shop" && errors.first?["outcome"] == "skipped")
        #expect(errors.first?["topic"] == topic.name && errors.first?["offset"] == "0")
        #expect(errors.first?["message"]?.contains("oops") == false)
        let connection = try #require(try await laminar.rows(of: "connections").first)
        #expect(connection["last_error"] == errors.first?["message"])
        #expect(connection["last_error_at"] == errors.first?["time"])
        await laminar.shutdown()
    }

    @Test("a connection is tested as a row") func testConnection() async throws {
        let topic = try await Topic(records: 0, partitions: 1)
        let laminar = try await catalog(topic, group: topic.group("tested"))
        let deadline = ContinuousClock.now + .seconds(90)
        var row: [String: String] = [:]
        // A broker that has just started may have no coordinator for the group yet.
        while row["ok"] != "true", ContinuousClock.now < deadline {
            let table = try #require(try laminar.rowFunction(named: "test_connection", arguments: [.text("shop")]))
            row = try #require(try await table.rows().first)
        }
        #expect(row["ok"] == "true" && row["stage"] == "topic", "\(row)")
        #expect(row["latency_ms"].flatMap { Int($0) } ?? 0 > 0)
    }
}
