import LaminarFormats
import LaminarQuery
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite struct SystemTablesTests {
    private static let columns: [String: [String]] = [
        "connections": [
            "name TEXT", "connector TEXT", "type TEXT", "topics TEXT", "format TEXT", "group_id TEXT", "state TEXT",
            "last_error TEXT", "last_error_at TIMESTAMP", "last_poll_at TIMESTAMP", "created_at TIMESTAMP",
        ],
        "kafka_consumer_groups": [
            "group_id TEXT", "connection TEXT", "state TEXT", "protocol TEXT", "coordinator TEXT", "member_id TEXT",
            "client_id TEXT", "host TEXT", "topic TEXT", "partition INT", "committed_offset BIGINT",
            "high_watermark BIGINT", "lag BIGINT",
        ],
        "kafka_brokers": [
            "connection TEXT", "node_id INT", "host TEXT", "port INT", "rack TEXT", "is_controller BOOLEAN",
        ],
        "kafka_partitions": [
            "connection TEXT", "topic TEXT", "partition INT", "position BIGINT", "committed_offset BIGINT",
            "low_watermark BIGINT", "high_watermark BIGINT", "lag BIGINT", "paused BOOLEAN",
        ],
        "kafka_errors": [
            "time TIMESTAMP", "connection TEXT", "outcome TEXT", "reason TEXT", "topic TEXT", "partition INT",
            "offset BIGINT", "message TEXT",
        ],
        "pipelines": [
            "name TEXT", "state TEXT", "query TEXT", "rows_in BIGINT", "rows_out BIGINT", "lag BIGINT",
            "last_checkpoint_at TIMESTAMP", "last_error TEXT",
        ],
    ]

    @Test("every table has the columns of the documentation, and DESCRIBE shows them", arguments: SystemSchemas.names)
    func schemas(name: String) async throws {
        let laminar = try await Laminar(database: .inMemory)
        let table = try #require(laminar.systemTable(named: name))
        #expect(table.schema.columns.map { "\($0.name) \($0.type)" } == Self.columns[name])
        let described = try #require(try await laminar.execute("DESCRIBE system.\(name)").first?.table)
        #expect(described.rows.map { "\($0[0].shown) \($0[1].shown)" } == Self.columns[name])
    }

    @Test("a table that isn't there is named, with the one that was probably meant") func unknown() async throws {
        let laminar = try await Laminar(database: .inMemory)
        #expect(laminar.systemTable(named: "brokers") == nil)
        let error = await #expect(throws: StatementError.self) {
            try await laminar.execute("DESCRIBE system.kafka_broker")
        }
        #expect(error?.suggestion == "system.kafka_brokers")
    }

    @Test("connections are shown with what is known without a broker") func connections() async throws {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = 'localhost:1', topics = 'a,b', type = 'source',
                format = 'json', group_id = 'billing');
            CREATE CONNECTION out TO kafka (bootstrap_servers = 'localhost:1', topic = 'c', type = 'sink', format = 'json');
            CREATE CONNECTION made TO impulse (event_rate = 1);
            """)
        let rows = try await laminar.rows(of: "connections")
        #expect(rows.map { $0["name"] } == ["made", "out", "shop"])
        #expect(rows.map { $0["type"] } == ["source", "sink", "source"])
        #expect(rows.map { $0["topics"] } == ["NULL", "c", "a,b"])
        #expect(rows.map { $0["group_id"] } == ["NULL", "NULL", "billing"])
        #expect(rows.map { $0["state"] } == ["unused", "unused", "unused"])
        #expect(rows.allSatisfy { $0["created_at"] != "NULL" && $0["last_poll_at"] == "NULL" })
    }

    @Test("the state of several sources is that of the one that wants attention most") func states() {
        #expect(ConnectionRows.state([.idle, .stalled("x"), .running]) == "stalled: x")
        #expect(ConnectionRows.state([.stopped, .failed("y"), .stalled("x")]) == "failed: y")
        #expect(ConnectionRows.state([]) == "unused")
    }

    @Test("a cluster that can't be reached gives a notice within the time, and no error") func unreachable()
        async throws
    {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION away TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 'a', type = 'source', format = 'raw');
            CREATE CONNECTION gone TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 'b', type = 'source', format = 'raw');
            """)
        for name in ["kafka_consumer_groups", "kafka_brokers", "kafka_partitions"] {
            let table = try #require(laminar.systemTable(named: name))
            let started = ContinuousClock.now
            #expect(try await table.rows().isEmpty)
            #expect(ContinuousClock.now - started < .seconds(20))
            // Two connections by the same door: one notice.
            #expect(table.notices.count == 1, "\(table.notices)")
            #expect(table.notices.first?.contains("connections away, gone") == true, "\(table.notices)")
        }
    }

    @Test("a cluster that takes connections and says nothing is waited for no longer than the others are")
    func silent() async throws {
        let proxy = try TCPProxy()
        proxy.freeze()
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 2)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION silent TO kafka (bootstrap_servers = '\(proxy.address)', topic = 'a', type = 'sink',
                format = 'raw');
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(broker.bootstrapServers)', topic = 'orders',
                type = 'sink', format = 'raw');
            """)
        // The others have their answer in the time that is left; on a busy machine it may take a second try.
        var rows: [[String: String]] = []
        for _ in 0..<5 where rows.isEmpty {
            let table = try #require(laminar.systemTable(named: "kafka_partitions"))
            let started = ContinuousClock.now
            rows = try await table.rows()
            // 5 s, and what a busy machine adds.
            #expect(ContinuousClock.now - started < .seconds(25))
            #expect(table.notices.contains { $0.contains("connection silent couldn't be asked") }, "\(table.notices)")
        }
        #expect(rows.map { $0["connection"] } == ["shop", "shop"])
        proxy.close()
        await broker.close()
    }

    @Test("test_connection is a row; what it can't be asked is an error") func testConnection() async throws {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION away TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 'a', type = 'source', format = 'raw');
            CREATE CONNECTION made TO impulse (event_rate = 1);
            """)
        let table = try #require(try laminar.rowFunction(named: "test_connection", arguments: [.text("away")]))
        #expect(
            table.schema.columns.map { "\($0.name) \($0.type)" } == [
                "ok BOOLEAN", "stage TEXT", "message TEXT", "latency_ms BIGINT",
            ])
        let rows = try await table.rows()
        #expect(rows.count == 1)
        #expect(rows.first?["ok"] == "false" && rows.first?["stage"] == "tcp")
        #expect(try laminar.rowFunction(named: "sum", arguments: []) == nil)
        for arguments in [[], [.bigint(1)], [.text("nothing")], [.text("made")]] as [[Value]] {
            #expect(throws: LaminarError.self) {
                _ = try laminar.rowFunction(named: "test_connection", arguments: arguments)
            }
        }
    }

    @Test("pipelines are what their runtime says") func pipelines() async throws {
        struct Roster: PipelineRoster {
            func standings() async throws -> [PipelineStanding] {
                [PipelineStanding(name: "spend", state: "running", query: "SELECT 1", rowsIn: 7)]
            }
            func statefulPipelines(over connection: String) async throws -> [String] { [] }
            func checkpointSources(over connection: String) async throws -> [String] { [] }
            func resetState(of pipelines: [String]) async throws {}
        }
        let laminar = try await Laminar(database: .inMemory)
        #expect(try await laminar.rows(of: "pipelines").isEmpty)
        laminar.setPipelineRoster(Roster())
        let rows = try await laminar.rows(of: "pipelines")
        #expect(rows.map { $0["name"] } == ["spend"])
        #expect(rows.first?["rows_in"] == "7" && rows.first?["rows_out"] == "NULL")
    }
}

@Suite struct ProvidedTableTests {
    private struct Numbers: RowProvider {
        let count: Int
        let asked = Counter()
        var schema: RowSchema { (try? RowSchema([ColumnSchema("n", .int), ColumnSchema("t", .text)])) ?? .empty }
        func rows() async throws -> ProvidedRows {
            asked.add()
            return ProvidedRows((0..<count).map { [.int(Int32($0)), .text("t\($0)")] }, notices: ["noticed"])
        }
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        func add() { value.withLock { $0 += 1 } }
        var count: Int { value.withLock { $0 } }
    }

    @Test("two scans of one query see rows that were asked for once, in batches, only the columns that are wanted")
    func scans() async throws {
        let numbers = Numbers(count: 2_500)
        let table = ProvidedTable(numbers)
        let first = try await table.batches(ScanRequest(columns: [1]))
        #expect(first.map(\.count) == [1_024, 1_024, 452])
        #expect(first.first?.schema.columns.map(\.name) == ["t"])
        let limited = try await table.batches(ScanRequest(columns: [0, 1], limit: 5))
        #expect(limited.flatMap { $0.map { $0.values } }.last == [.int(4), .text("t4")])
        #expect(try await table.batches(ScanRequest(columns: [])).map(\.count).reduce(0, +) == 2_500)
        #expect(numbers.asked.count == 1)
        #expect(table.notices == ["noticed"])
    }

    @Test("what takes long to know is asked for only where it is used") func slow() async throws {
        struct Slow: RowProvider {
            let asked = Counter()
            var schema: RowSchema { (try? RowSchema([ColumnSchema("n", .int), ColumnSchema("t", .text)])) ?? .empty }
            var slowColumns: Set<Int> { [1] }
            func rows() async throws -> ProvidedRows {
                asked.add()
                return ProvidedRows([[.int(1), .text("known")]], notices: ["asked"])
            }
            func quickRows() async throws -> ProvidedRows { ProvidedRows([[.int(1), .null]]) }
        }
        let slow = Slow()
        let table = ProvidedTable(slow)
        #expect(try await table.batches(ScanRequest(columns: [0])).flatMap { $0.map(\.values) } == [[.int(1)]])
        #expect(slow.asked.count == 0 && table.notices.isEmpty)
        #expect(try await table.batches(ScanRequest(columns: [1])).flatMap { $0.map(\.values) } == [[.text("known")]])
        #expect(slow.asked.count == 1 && table.notices == ["asked"])
    }

    @Test("a scan that waits ends when it is cancelled") func cancel() async throws {
        struct Never: RowProvider {
            var schema: RowSchema { .empty }
            func rows() async throws -> ProvidedRows {
                try await Task.sleep(for: .seconds(3600))
                return ProvidedRows()
            }
        }
        let supply = try ProvidedTable(Never()).scan(ScanRequest(columns: []))
        let waiting = Task {
            try await ClientThread.run("waits") { () throws(KafkaError) in (try? supply.next()) == nil }
        }
        supply.cancel()
        #expect(try await waiting.value)
    }

    @Test("what the provider throws is the scan's error") func failure() async throws {
        struct Broken: RowProvider {
            var schema: RowSchema { .empty }
            func rows() async throws -> ProvidedRows { throw KafkaError(code: .broker, message: "broken") }
        }
        await #expect(throws: KafkaError.self) { _ = try await ProvidedTable(Broken()).rows() }
    }
}
