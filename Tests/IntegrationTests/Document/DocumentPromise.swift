import Foundation
import LaminarKafka
import LaminarTesting
import Testing

/// What a block of the document promises beyond that it runs.
struct DocumentPromise: Sendable {
    let heading: String
    let check: @Sendable (DocumentRound, [StatementResult]) async throws -> Void

    init(
        _ heading: String, _ check: @escaping @Sendable (DocumentRound, [StatementResult]) async throws -> Void
    ) {
        self.heading = heading
        self.check = check
    }

    /// In the document's order.
    static let all: [DocumentPromise] = connecting + formats + consuming + watching

    /// A connection to `events` whose snapshots have all of them.
    private static func reads(_ heading: String, _ connection: String) -> DocumentPromise {
        DocumentPromise(heading) { round, _ in
            let problem = try await round.problem(of: connection)
            #expect(problem == nil)
            let found = try await round.seen(connection)
            #expect(found == ids(0..<12))
        }
    }

    private static func ids(_ numbers: Range<Int>) -> [String] { numbers.map(String.init).sorted() }

    // MARK: Configuration, Authentication

    private static let connecting = [
        reads("Connection Configuration", "kafka_source"),
        DocumentPromise("No Authentication") { round, _ in
            let found = try await round.seen("kafka_public")
            #expect(found == ids(0..<4))
        },
        reads("SASL/PLAIN", "kafka_sasl"),
        reads("SASL/SCRAM", "kafka_scram"),
        DocumentPromise("AWS MSK IAM") { round, _ in
            // Nobody has this cluster: it is kept, and says what is wrong with it.
            let found = try await round.laminar.lines("SELECT ok, stage, message FROM test_connection('kafka_msk')")
            #expect(found.count == 1)
            #expect(
                found.first?.hasPrefix("false|dns|No name of 'bootstrap_servers' is known (b-1.msk-") == true,
                "\(found)")
            let kept = try await round.laminar.execute("SHOW CREATE CONNECTION kafka_msk").first?.table?.rows
            #expect("\(kept ?? [])".contains("'auth.region' = 'us-east-1'"), "\(kept ?? [])")
        },
        reads("SSL/TLS", "kafka_ssl"),
    ]

    // MARK: Data Formats, Metadata Fields

    private static let formats = [
        DocumentPromise("JSON Format") { round, _ in
            let found = try await round.laminar.lines("SELECT * FROM events WHERE id < 2")
            let time = Timestamp(milliseconds: 1_717_200_000_000)
            #expect(found == [#"0|n0|\#(time)|{"n": 0}"#, #"1|n1|\#(time)|{"n": 1}"#])
            #expect(try await round.laminar.lines("SELECT metadata->>'n' FROM events WHERE id = 7") == ["7"])
        },
        DocumentPromise("Avro Format") { round, _ in
            let found = try await round.seen("kafka_avro", "", "SELECT id, name FROM seen")
            #expect(found == ["0|a", "1|b", "2|c", "3|d", "4|e"])
        },
        DocumentPromise("Confluent Schema Registry") { round, _ in
            let found = try await round.seen("kafka_confluent", "(name TEXT, id BIGINT)", "SELECT * FROM seen")
            #expect(found == ["a|0", "b|1", "c|2", "d|3", "e|4"])
        },
        DocumentPromise("Raw Format") { round, _ in
            let (first, second) = (
                Timestamp(milliseconds: 1_717_200_000_000), Timestamp(milliseconds: 1_717_200_001_000)
            )
            let found = try await round.laminar.lines("SELECT key, value, timestamp, partition, offset FROM raw_events")
            #expect(found == ["NULL|NULL|\(second)|0|1", #"\x07|\x00ff|\#(first)|0|0"#])
        },
        DocumentPromise("Metadata Fields") { round, results in
            let expected = (0..<6).map { offset -> [Value] in
                let id = offset * 2
                return [
                    .bigint(Int64(id)), .text("event \(id)"), .int(0), .bigint(Int64(offset)),
                    .timestamp(Timestamp(milliseconds: round.world.time(id))),
                ]
            }
            #expect(results.count == 2 && results[1].table?.rows == expected)
            #expect(
                results[1].table?.columns.map(\.name)
                    == ["id", "message", "_kafka_partition", "_kafka_offset", "_kafka_timestamp"])
            let others = try await round.laminar.lines(
                "SELECT _kafka_topic, _kafka_key, _kafka_headers->0->>'key' FROM events_with_metadata WHERE id < 2")
            let topic = round.world.topic("events")
            #expect(others == [#"\#(topic)|\x6b30|trace"#, #"\#(topic)|\x6b31|NULL"#])
        },
    ]

    // MARK: Consumer Groups, Offset Management, Advanced Configuration, Error Handling

    private static let consuming = [
        DocumentPromise("Automatic Group Management") { round, _ in
            #expect(try await round.seen("kafka_auto_group") == ids(0..<12))
            let groups = try await round.laminar.lines(
                "SELECT group_id FROM system.connections WHERE name = 'kafka_auto_group'")
            let group = try #require(groups.first)
            #expect(group.hasPrefix("laminar-"))
            // The generated one is kept: the second run finds what the first one has noted.
            try await round.laminar.execute("CREATE TABLE IF NOT EXISTS kept_group (id TEXT)")
            if round.number == 1 { try await round.laminar.execute("INSERT INTO kept_group VALUES ('\(group)')") }
            #expect(try await round.laminar.lines("SELECT id FROM kept_group") == [group])
        },
        DocumentPromise("Manual Group Assignment") { round, _ in
            let table = try await round.over("kafka_custom_group", "(id BIGINT, _kafka_topic TEXT)", "seen")
            if round.number == 1 {
                let source = try round.laminar.rows(table, acknowledgement: .explicit)
                var found: [String] = []
                for try await batch in source.batches {
                    for row in batch { found.append("\(row.values[0])") }
                    source.acknowledge(batch)
                    if found.count == 12 { break }
                }
                await source.close()
                #expect(found.sorted() == ids(0..<12))
            }
            let topic = round.world.topic("events")
            let committed = try await round.world.kafka.committedOffsets(
                of: round.world.topic("my-application-group"), topic: topic)
            #expect(committed == [0: 6, 1: 6])
        },
        DocumentPromise("Multiple Consumers") { round, _ in
            #expect(try await round.seen("kafka_shared") == ids(0..<4))
            try await halves(round)
        },
        reads("Start from Beginning", "kafka_from_start"),
        DocumentPromise("Start from End") { round, _ in
            let query = try await round.over("kafka_from_end", "(id BIGINT)", "SELECT id FROM seen")
            let rows = try await round.laminar.query(query)
            for try await row in rows { Issue.record("\(row)") }
            #expect(rows.notices.contains { $0.contains("latest") }, "\(rows.notices)")
        },
        DocumentPromise("Start from Timestamp") { round, _ in
            let found = try await round.seen("kafka_from_timestamp")
            #expect(found == ids(4..<12))
        },
        reads("Commit Strategies", "kafka_commit"),
        reads("Custom Kafka Properties", "kafka_advanced"),
        DocumentPromise("Multiple Topics") { round, _ in
            let counts = "SELECT _kafka_topic, COUNT(id) FROM seen GROUP BY _kafka_topic"
            let columns = "(id BIGINT, _kafka_topic TEXT)"
            // The second time there is a dead letter in a topic that the pattern matches: it is none of the events.
            let pattern = try await round.seen("kafka_pattern", columns, counts)
            #expect(pattern == ["events-a", "events-b"].map { "\(round.world.topic($0))|4" })
            let list = try await round.seen("kafka_list", columns, counts)
            #expect(list == [("events", 12), ("orders", 3), ("users", 2)].map { "\(round.world.topic($0.0))|\($0.1)" })
        },
        DocumentPromise("Dead Letter Queue") { round, _ in
            let query = try await round.over("kafka_with_dlq", "(id BIGINT)", "SELECT id FROM seen")
            let rows = try await round.laminar.query(query)
            var found: [String] = []
            for try await row in rows { found.append("\(row.values[0])") }
            #expect(found.sorted() == ids(0..<4))
            #expect(rows.notices.contains { $0.contains("dlq") }, "\(rows.notices)")
            if round.number == 1 { try await sendLetter(round) }
            let kcat = try Peers.kcat(
                [
                    "-C", "-e", "-q", "-b", round.world.kafka.bootstrapServers, "-t", round.world.topic("events-dlq"),
                    "-f", "%k %s\\n",
                ])
            #expect(try await kcat.success(within: .seconds(60)).lines == ["bad not json"])
        },
        DocumentPromise("Skip Bad Records") { round, _ in
            let found = try await round.seen("kafka_skip_bad", "(id BIGINT)")
            #expect(found == ids(0..<4))
        },
    ]

    /// A source of the connection reads what is good, and what isn't goes to the other topic before it ends.
    private static func sendLetter(_ round: DocumentRound) async throws {
        let source = try round.laminar.rows("seen_kafka_with_dlq")
        let events = source.events
        var count = 0
        let letters = Task {
            for await event in events {
                if case .deadLettered = event { return }
            }
        }
        for try await _ in source {
            count += 1
            if count == 4 { break }
        }
        await letters.value
        await source.close()
    }

    /// The two pipelines give every record once between them, and the second run's give what came since.
    private static func halves(_ round: DocumentRound) async throws {
        let expected = round.number == 1 ? 0..<40 : 40..<60
        if round.number == 2 {
            try await round.world.kafka.produce(
                expected.map(DocumentWorld.named), to: round.world.topic("json-events"))
        }
        let laminar = try await Laminar(database: .file(round.path), secrets: DocumentWorld.secrets)
        let (found, continuation) = AsyncStream.makeStream(of: (half: Int, id: Int64).self)
        let readers = try (0..<2).map { half in
            let pipeline = try laminar.pipeline("processor_\(half + 1)")
            return Task {
                for try await row in pipeline.rows { continuation.yield((half, try row["id", as: Int64.self])) }
            }
        }
        let halves = try await running(laminar) {
            var halves: [[Int64]] = [[], []]
            for await row in found {
                halves[row.half].append(row.id)
                if halves[0].count + halves[1].count >= expected.count { break }
            }
            // Nothing of it comes again once it is stored.
            let lags = try await laminar.comes("SELECT lag FROM system.pipelines", to: ["0", "0"])
            #expect(lags == ["0", "0"])
            return halves
        }
        for reader in readers { try await reader.value }
        #expect((halves[0] + halves[1]).sorted() == expected.map { Int64($0) })
        for (half, ids) in halves.enumerated() {
            #expect(!ids.isEmpty)
            let list = ids.map(String.init).joined(separator: ", ")
            #expect(
                try await round.laminar.lines("SELECT DISTINCT MOD(hash(id), 2) FROM events WHERE id IN (\(list))")
                    == ["\(half)"])
        }
    }
}
