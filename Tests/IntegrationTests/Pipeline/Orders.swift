import Foundation
import LaminarKafka
import LaminarTesting

/// A topic of orders for one test, and the statements over it: `{"id": 7, "customer": "c3", "amount": 1.75}`.
struct Orders {
    let kafka: KafkaFixture
    let topic: String
    let partitions: Int

    init(partitions: Int = 4) async throws {
        kafka = try await KafkaFixture.shared
        self.partitions = partitions
        topic = "orders-\(UUID().uuidString.lowercased())"
        try await kafka.createTopic(
            named: topic, partitions: partitions, configuration: ["retention.ms": "-1"])
    }

    /// Connection and table; checkpoints come often.
    var statements: String {
        """
        CREATE CONNECTION shop TO kafka (
            bootstrap_servers = '\(kafka.bootstrapServers)', topic = '\(topic)', type = 'source', format = 'json',
            group_id = '\(topic)-group', 'commit.interval.ms' = '200');
        CREATE TABLE orders (
            id BIGINT NOT NULL, customer TEXT, amount DOUBLE, _kafka_partition INT, _kafka_offset BIGINT
        ) WITH (connector = 'shop', include_metadata = 'true');
        """
    }

    func produce(_ numbers: Range<Int>) async throws {
        let records = numbers.map { number in
            TestRecord(
                value: Array(
                    #"{"id": \#(number), "customer": "c\#(number % 10)", "amount": \#(Double(number % 8) / 4)}"#.utf8),
                partition: Int32(number % partitions))
        }
        try await kafka.produce(records, to: topic)
    }

    /// What `SELECT customer, COUNT(*), SUM(amount)` of these is, by customer.
    static func totals(_ numbers: Range<Int>) -> [String] {
        var groups: [String: (count: Int, sum: Double)] = [:]
        for number in numbers {
            let group = groups["c\(number % 10)"] ?? (0, 0)
            groups["c\(number % 10)"] = (group.count + 1, group.sum + Double(number % 8) / 4)
        }
        return groups.map { "\($0.key)|\($0.value.count)|\($0.value.sum)" }.sorted()
    }
}

extension Laminar {
    /// The rows of a query as texts, sorted.
    func lines(_ sql: String) async throws -> [String] {
        var lines: [String] = []
        for try await row in try await query(sql) {
            lines.append(row.values.map { "\($0)" }.joined(separator: "|"))
        }
        return lines.sorted()
    }

    /// Asks until the answer is that one, or time is up.
    func comes(_ sql: String, to expected: [String], within bound: Duration = .seconds(90)) async throws -> [String] {
        let deadline = ContinuousClock.now + bound
        while true {
            let found = try await lines(sql)
            if found == expected || ContinuousClock.now >= deadline { return found }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// Runs the pipelines of a ``Laminar`` for the length of `body`.
func running<Result: Sendable>(
    _ laminar: Laminar, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    async let run: Void = laminar.run()
    do {
        let result = try await body()
        await laminar.shutdown()
        try await run
        return result
    } catch {
        await laminar.shutdown()
        try await run
        throw error
    }
}
