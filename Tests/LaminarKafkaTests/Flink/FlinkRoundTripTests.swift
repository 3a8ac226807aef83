import Foundation
import LaminarFormats
@testable import LaminarKafka
import LaminarSQL
import Testing

@Suite("Export and import give the same catalog") struct FlinkRoundTripTests {
    @Test("random connections and tables come back as they were", arguments: 0..<40)
    func random(seed: UInt64) async throws {
        var random = RandomCatalog(seed: seed)
        let ddl = random.ddl()
        let laminar = try await catalog(ddl)
        let script: FlinkScript
        do { script = try await laminar.exportFlink() } catch let error as FlinkError {
            Issue.record("\(error)\n\(ddl)")
            return
        }
        let taken = try FlinkImport(script: script.text)
        // A definition that is there already changes nothing; another one is an error that names the differences.
        for result in try await laminar.execute(taken.sql) {
            #expect(!result.isChange, "\(result.message)\n\(ddl)\n\(script.text)\n\(taken.sql)")
        }
        let again = try await catalog(taken.sql)
        let kept = try await laminar.texts("SHOW TABLES")
        #expect(try await again.texts("SHOW TABLES") == kept)
    }

    @Test("a connection with one plain table needs no hint but its name")
    func fewHints() async throws {
        let script = try await flinkScript(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'a:9092', topic = 'orders', type = 'source',
                format = 'json', group_id = 'g', bad_data = 'skip', offset = 'latest',
                'isolation.level' = 'read_uncommitted', 'fetch.min.bytes' = '10');
            CREATE TABLE orders (id BIGINT NOT NULL, name TEXT, _kafka_partition INT)
                WITH (connector = 'shop', include_metadata = 'true');
            """)
        let hints = script.text.split(separator: "\n").filter { $0.hasPrefix("-- laminar:") }
        #expect(hints == ["-- laminar: connection shop"])
    }

    @Test("an edited table wins over the catalog that it came from")
    func edited() async throws {
        let ddl = """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'a:9092', topic = 'orders', type = 'source',
                format = 'json', group_id = 'g', batch_size = '7');
            CREATE TABLE orders (id BIGINT) WITH (connector = 'shop');
            """
        let text = try await flinkScript(ddl).text.replacing("a:9092", with: "b:9092")
        let taken = try FlinkImport(script: text)
        #expect(taken.sql.contains("bootstrap_servers = 'b:9092'") && taken.sql.contains("batch_size = '7'"))
    }
}

/// Makes DDL of what Flink can express, the same for the same seed.
struct RandomCatalog {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 77 }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func number(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    private mutating func flag() -> Bool { next() & 1 == 0 }
    private mutating func one(of texts: [String]) -> String { texts[number(texts.count)] }
    private mutating func some(of texts: [String]) -> [String] { texts.filter { _ in next() % 3 == 0 } }

    mutating func ddl() -> String {
        (0..<(1 + number(3))).map { index in flag() ? source(index) : number(5) == 0 ? impulse(index) : sink(index) }
            .joined(separator: "\n")
    }

    private mutating func connection(_ index: Int, _ options: [String]) -> String {
        let quoted = "\"C \(index)\""
        let name = one(of: ["c\(index)", quoted, "shop\(index)"])
        return "CREATE CONNECTION \(name) TO kafka (\(options.joined(separator: ", ")));"
    }

    private mutating func security() -> [String] {
        let tls = some(of: [
            "'ssl.ca.location' = '/certs/ca.pem'", "'ssl.endpoint.identification.algorithm' = 'none'",
            "'ssl.certificate.location' = '/c/me.pem', 'ssl.key.location' = 'me.key', 'ssl.key.password' = '${secret:k}'",
        ])
        switch number(6) {
        case 0: return ["'security.protocol' = 'SSL'"] + tls
        case 1:
            return [
                "'auth.type' = 'sasl'", "'auth.mechanism' = '\(one(of: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]))'",
                "'auth.username' = '\(one(of: ["bob", "a\"b\\c", "${secret:user}"]))'",
                "'auth.password' = '${secret:p}'",
            ] + tls
        case 2:
            return [
                "'auth.type' = 'sasl'", "'auth.protocol' = 'SASL_PLAINTEXT'", "'auth.mechanism' = 'OAUTHBEARER'",
                "'auth.token_endpoint' = 'https://login/token'", "'auth.client_id' = 'c'",
                "'auth.client_secret' = '${secret:s}'",
            ] + some(of: ["'auth.scope' = 'a b'"])
        case 3:
            return ["'auth.type' = 'aws_msk_iam'", "'auth.region' = 'eu-central-1'"]
                + some(of: ["'auth.role_arn' = 'arn:aws:iam::123456789012:role/app'", "'auth.profile' = 'p'"])
        default: return []
        }
    }

    private mutating func source(_ index: Int) -> String {
        let isPattern = number(4) == 0
        var options = ["bootstrap_servers = 'a:9092,b:9092'", "type = 'source'"]
        options.append(
            isPattern
                ? "topic_pattern = 'events-[[:digit:]]+.*'"
                : one(of: ["topic = 't'", "topics = 't,u'", "topic = 'a.b'"]))
        options += security()
        options += some(of: [
            "group_id = 'g'", "batch_size = '10'", "batch_timeout_ms = '50'",
            "max_errors_per_batch = '3', bad_data = 'skip'",
            "'enable.auto.commit' = 'false'", "'commit.interval.ms' = '700'", "'auto.offset.reset' = 'earliest'",
            "'isolation.level' = 'read_uncommitted'", "parallelism = '2'", "'max.poll.records' = '50'",
            "'fetch.wait.max.ms' = '100'", "'fetch.message.max.bytes' = '100000'", "'queued.min.messages' = '1000'",
            "'socket.timeout.ms' = '20000'", "'client.id' = 'it''s'",
        ])
        if !options.contains("topics = 't,u'"), !isPattern, flag() {
            options.append("offset = '0:42,1:7'")
        } else {
            options += [
                one(of: [
                    "offset = 'latest'", "offset = 'timestamp', timestamp = '2024-01-01T00:00:00Z'",
                    "offset = 'earliest'",
                ])
            ]
        }
        let name = "format"
        let format = one(of: ["json", "json", "raw", "raw_string"])
        options.append("\(name) = '\(format)'")
        if format == "json" { options += some(of: ["'json.timestamp_format' = 'unix_ms'"]) }
        let connection = connection(index, options)
        let owner = connection.split(separator: " ", maxSplits: 2)[2].components(separatedBy: " TO kafka")[0]
            .replacing("\"", with: "")
        return connection
            + (0..<(1 + number(2))).map { table in
                "\nCREATE TABLE t\(index)_\(table) (\(columns(format))) WITH (connector = '\(owner)', include_metadata = 'true'"
                    + some(of: [", batch_size = '99'", ", group_id = 'own'", ", parallelism = '4'"]).joined() + ");"
            }.joined()
    }

    private mutating func columns(_ format: String) -> String {
        let metadata = some(of: [
            "_kafka_topic TEXT", "_kafka_partition INT", "_kafka_offset BIGINT", "_kafka_timestamp TIMESTAMP",
            "_kafka_key BYTEA", "_kafka_headers JSON", "place INT METADATA FROM 'partition'",
        ])
        switch format {
        case "raw":
            return (["value BYTEA"] + some(of: ["offset BIGINT", "timestamp TIMESTAMP"]) + metadata).joined(
                separator: ", ")
        case "raw_string": return (["value TEXT"] + metadata).joined(separator: ", ")
        default: return payload(metadata)
        }
    }

    private mutating func payload(_ metadata: [String]) -> String {
        let types = [
            "BOOLEAN", "SMALLINT", "INT NOT NULL", "BIGINT", "REAL", "DOUBLE", "DECIMAL(12, 3)", "DECIMAL", "TEXT",
            "BYTEA",
            "DATE", "TIME", "TIMESTAMP", "TIMESTAMP(3)", "TIMESTAMPTZ", "UUID", "JSON", "INT[]",
            "STRUCT<a INT NOT NULL, \"B b\" TEXT>", "MAP<TEXT, DOUBLE>", "STRUCT<a TEXT[]>[]",
        ]
        let columns = types.enumerated().filter { _ in next() % 3 == 0 }.map { "c\($0.offset) \($0.element)" }
        return (["id BIGINT"] + columns + metadata).joined(separator: ", ")
    }

    private mutating func sink(_ index: Int) -> String {
        var options = ["bootstrap_servers = 'a:9092'", "topic = 'out'", "type = 'sink'", "format = 'json'"]
        options += security()
        options += some(of: [
            "'sink.commit_mode' = 'exactly_once'", "'sink.key_field' = 'name'", "'linger.ms' = '5'",
            "'compression.type' = 'zstd'", "'message.timeout.ms' = '40000'", "'queue.buffering.max.kbytes' = '2048'",
            "'transaction.timeout.ms' = '50000'",
        ])
        if options.contains("'sink.commit_mode' = 'exactly_once'"), flag() {
            options.append("'sink.transactional_id' = 'me'")
        }
        return "CREATE CONNECTION s\(index) TO kafka (\(options.joined(separator: ", ")));"
            + "\nCREATE TABLE s\(index) (id BIGINT NOT NULL, name TEXT, amount DECIMAL(10, 2), at TIMESTAMP) WITH (connector = 's\(index)');"
    }

    private mutating func impulse(_ index: Int) -> String {
        let options = ["message_count = '100'"] + some(of: ["event_rate = '10'"])
        return "CREATE CONNECTION i\(index) TO impulse (\(options.joined(separator: ", ")));"
            + "\nCREATE TABLE i\(index) (counter BIGINT, timestamp TIMESTAMP) WITH (connector = 'i\(index)');"
    }
}
