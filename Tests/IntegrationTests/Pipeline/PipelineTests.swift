import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Pipelines on Apache Kafka", .timeLimit(.minutes(4)))
struct PipelineTests {
    private static let totals = """
        CREATE PIPELINE totals AS
        SELECT customer, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY customer;
        """

    /// A file for a database, gone afterwards.
    private func withFile<Result>(_ body: (DatabaseLocation) async throws -> Result) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "laminar-\(UUID().uuidString).db").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        return try await body(.file(path))
    }

    @Test("GROUP BY keeps the groups, over a stop and another process's start: each record counts once")
    func groups() async throws {
        let orders = try await Orders()
        try await orders.produce(0..<3000)
        try await withFile { file in
            let first = try await Laminar(database: file)
            try await first.execute(orders.statements + Self.totals)
            let half = try await running(first) {
                try await first.comes("SELECT * FROM totals", to: Orders.totals(0..<3000))
            }
            #expect(half == Orders.totals(0..<3000))
            try await orders.produce(3000..<5000)
            let second = try await Laminar(database: file)
            let whole = try await running(second) {
                try await second.comes("SELECT * FROM totals", to: Orders.totals(0..<5000))
            }
            #expect(whole == Orders.totals(0..<5000))
            // A snapshot counts the same, by another way.
            let third = try await Laminar(database: file)
            #expect(
                try await third.lines("SELECT customer, COUNT(*), SUM(amount) FROM orders GROUP BY customer")
                    == Orders.totals(0..<5000))
            await third.shutdown()
        }
    }

    @Test("two pipelines on one connection see every record each: MOD(hash(id), 2) covers all rows")
    func pair() async throws {
        let orders = try await Orders()
        try await orders.produce(0..<2000)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(orders.statements)
        let (left, right) = try await running(laminar) {
            // The second one comes when the first is on its way.
            try await laminar.execute(
                "CREATE PIPELINE processor_1 AS SELECT * FROM orders WHERE MOD(hash(id), 2) = 0;")
            let first = try laminar.pipeline("processor_1")
            async let left = Self.take(from: first, until: 0..<2000, half: 0)
            try await laminar.execute(
                "CREATE PIPELINE processor_2 AS SELECT * FROM orders WHERE MOD(hash(id), 2) = 1;")
            let second = try laminar.pipeline("processor_2")
            async let right = Self.take(from: second, until: 0..<2000, half: 1)
            return try await (left, right)
        }
        #expect(left.intersection(right).isEmpty)
        #expect(left.union(right) == Set((0..<2000).map { Int64($0) }))
        #expect(left.count > 500 && right.count > 500)
    }

    /// Reads until the pipeline has had all of its own.
    private static func take(from pipeline: Pipeline, until numbers: Range<Int>, half: Int64) async throws -> Set<Int64>
    {
        let wanted = try await pipeline.halfCount(numbers, half)
        var seen: Set<Int64> = []
        for try await row in pipeline.rows {
            let isNew = seen.insert(try row["id", as: Int64.self]).inserted
            #expect(isNew)
            if seen.count == wanted { break }
        }
        return seen
    }

    @Test("INSERT INTO a table of the database: rows and positions in one transaction, joined with another table")
    func intoTable() async throws {
        let orders = try await Orders()
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            orders.statements + """
                CREATE TABLE customers (name TEXT NOT NULL, city TEXT);
                INSERT INTO customers VALUES ('c1', 'Kraków'), ('c2', 'Łódź');
                CREATE TABLE local_orders (id BIGINT, city TEXT, cents DECIMAL(12, 2));
                CREATE PIPELINE copy AS INSERT INTO local_orders
                SELECT o.id, c.city, CAST(o.amount AS DECIMAL(12, 2)) FROM orders o
                JOIN customers c ON c.name = o.customer;
                """)
        try await orders.produce(0..<1000)
        let found = try await running(laminar) {
            try await laminar.comes(
                "SELECT city, COUNT(*), SUM(cents) FROM local_orders GROUP BY city",
                to: ["Kraków|100|100.00", "Łódź|100|75.00"])
        }
        #expect(found == ["Kraków|100|100.00", "Łódź|100|75.00"])
    }

    @Test("INSERT INTO a topic, at least once and in transactions", arguments: ["at_least_once", "exactly_once"])
    func intoTopic(mode: String) async throws {
        let orders = try await Orders()
        try await orders.produce(0..<500)
        let output = try await orders.kafka.createTopic("large", partitions: 2)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            orders.statements + """
                CREATE CONNECTION out TO kafka (
                    bootstrap_servers = '\(orders.kafka.bootstrapServers)', topic = '\(output)', type = 'sink',
                    format = 'json', 'sink.commit_mode' = '\(mode)');
                CREATE TABLE large (id BIGINT, amount DOUBLE) WITH (connector = 'out');
                CREATE CONNECTION back TO kafka (
                    bootstrap_servers = '\(orders.kafka.bootstrapServers)', topic = '\(output)', type = 'source',
                    format = 'json');
                CREATE TABLE written (id BIGINT, amount DOUBLE) WITH (connector = 'back');
                CREATE PIPELINE large_orders AS INSERT INTO large SELECT id, amount FROM orders WHERE amount > 1.5;
                """)
        let expected = (0..<500).filter { $0 % 8 > 6 }.count
        let found = try await running(laminar) {
            try await laminar.comes("SELECT COUNT(*), COUNT(DISTINCT id) FROM written", to: ["\(expected)|\(expected)"])
        }
        #expect(found == ["\(expected)|\(expected)"])
    }

    @Test("lag is what the topic has and the pipeline hasn't stored; NULL where the cluster can't be asked")
    func lag() async throws {
        let orders = try await Orders()
        try await orders.produce(0..<100)
        let output = try await orders.kafka.createTopic("lagging", partitions: 1)
        try await withFile { file in
            let servers = orders.kafka.bootstrapServers
            let first = try await Laminar(database: file)
            try await first.execute(
                orders.statements + Self.totals + """
                    CREATE CONNECTION out TO kafka (bootstrap_servers = '\(servers)', topic = '\(output)', type = 'sink',
                        format = 'json', 'sink.commit_mode' = 'exactly_once');
                    CREATE TABLE copies (id BIGINT) WITH (connector = 'out');
                    CREATE PIPELINE copy AS INSERT INTO copies SELECT id FROM orders;
                    CREATE CONNECTION away TO kafka (bootstrap_servers = '127.0.0.1:1', topic = 't', type = 'source',
                        format = 'json');
                    CREATE TABLE away (id BIGINT) WITH (connector = 'away');
                    CREATE PIPELINE nobody AS SELECT COUNT(*) AS n FROM away;
                    STOP PIPELINE nobody;
                    """)
            #expect(
                try await first.lines("SELECT name, lag FROM system.pipelines")
                    == ["copy|100", "nobody|NULL", "totals|100"])
            let done = ["copy|0", "nobody|NULL", "totals|0"]
            let found = try await running(first) {
                try await first.comes("SELECT name, lag FROM system.pipelines", to: done)
            }
            #expect(found == done)
            try await orders.produce(100..<130)
            let second = try await Laminar(database: file)
            try await second.execute("CREATE PIPELINE late AS SELECT COUNT(*) AS n FROM orders")
            let rows = try await second.query("SELECT name, lag FROM system.pipelines ORDER BY name")
            var lines: [String] = []
            for try await row in rows { lines.append("\(row.values[0])|\(row.values[1])") }
            #expect(lines == ["copy|30", "late|130", "nobody|NULL", "totals|30"])
            #expect(rows.notices.contains { $0.contains("connection away") }, "\(rows.notices)")
            let names = try await second.query("SELECT name FROM system.pipelines WHERE state = 'stopped'")
            #expect(try await names.reduce(into: 0) { count, _ in count += 1 } == 1)
            #expect(names.notices.isEmpty, "no cluster is asked where nobody wants the lag")
            await second.shutdown()
        }
    }

    @Test("changes of groups come as rows, each group as it is after a checkpoint")
    func changes() async throws {
        let orders = try await Orders()
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(orders.statements + Self.totals)
        let last = try await running(laminar) {
            let pipeline = try laminar.pipeline("totals")
            async let last = Self.counts(pipeline, until: 1000)
            try await orders.produce(0..<600)
            try await orders.produce(600..<1000)
            return try await last
        }
        #expect(last.count == 10)
        #expect(last.values.allSatisfy { $0 == 100 })
    }

    private static func counts(_ pipeline: Pipeline, until count: Int64) async throws -> [String: Int64] {
        struct Total: Decodable, Sendable { let customer: String; let n: Int64 }
        var last: [String: Int64] = [:]
        for try await total in pipeline.values(as: Total.self) {
            #expect(last[total.customer, default: 0] <= total.n)
            last[total.customer] = total.n
            if last.values.reduce(0, +) == count { break }
        }
        return last
    }

    @Test("a second process with the same database takes the groups over, and the first one is refused")
    func takeOver() async throws {
        let orders = try await Orders()
        try await orders.produce(0..<100)
        try await withFile { file in
            let first = try await Laminar(database: file)
            try await first.execute(orders.statements + Self.totals)
            try await running(first) {
                _ = try await first.comes("SELECT * FROM totals", to: Orders.totals(0..<100))
                let second = try await Laminar(database: file)
                try await running(second) {
                    let deadline = ContinuousClock.now + .seconds(60)
                    while try first.pipeline("totals").state.description.hasPrefix("failed") == false,
                        ContinuousClock.now < deadline
                    { try await Task.sleep(for: .milliseconds(50)) }
                    #expect(try first.pipeline("totals").state.description.contains("another process"))
                    try await orders.produce(100..<400)
                    #expect(
                        try await second.comes("SELECT * FROM totals", to: Orders.totals(0..<400))
                            == Orders.totals(0..<400))
                }
            }
        }
    }

    @Test("a pipeline that comes later sees what the first one has seen, and neither loses nor repeats")
    func later() async throws {
        let orders = try await Orders()
        try await orders.produce(0..<1000)
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(orders.statements + Self.totals)
        try await running(laminar) {
            _ = try await laminar.comes("SELECT * FROM totals", to: Orders.totals(0..<1000))
            try await laminar.execute(
                "CREATE PIPELINE again AS SELECT customer, COUNT(*) AS n, SUM(amount) AS s FROM orders GROUP BY customer"
            )
            try await orders.produce(1000..<1500)
            for name in ["again", "totals"] {
                #expect(
                    try await laminar.comes("SELECT * FROM \(name)", to: Orders.totals(0..<1500))
                        == Orders.totals(0..<1500), "\(name)")
            }
            try await laminar.execute("STOP PIPELINE again; DROP PIPELINE again")
            try await orders.produce(1500..<1600)
            #expect(
                try await laminar.comes("SELECT * FROM totals", to: Orders.totals(0..<1600))
                    == Orders.totals(0..<1600))
        }
    }
}

extension Pipeline {
    /// How many of these ids the pair's half has, asked of the engine itself.
    fileprivate func halfCount(_ numbers: Range<Int>, _ half: Int64) async throws -> Int {
        let laminar = try await Laminar(database: .inMemory)
        let rows = try await laminar.query(
            "SELECT COUNT(*) FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound - 1)) AS s(id) "
                + "WHERE MOD(hash(CAST(id AS BIGINT)), 2) = \(half)")
        for try await row in rows { return Int(try row[0, as: Int64.self]) }
        return 0
    }
}
