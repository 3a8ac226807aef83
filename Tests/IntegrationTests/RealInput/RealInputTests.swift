import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("What another client writes is read back equal, from DDL alone", .timeLimit(.minutes(5)))
struct RealInputTests {
    private static let count = 200_000

    private static func write(_ topic: Topic, first: Int, count: Int) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "write_orders.py")
        let peer = try Peers.python(
            file: script.path(percentEncoded: false),
            [topic.kafka.bootstrapServers, topic.name, "\(first)", "\(count)"])
        let result = try await peer.success(within: .seconds(240))
        #expect(result.output.contains("written \(count)"))
    }

    private static func laminar(_ topic: Topic, options: String = "") async throws -> Laminar {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(topic.kafka.bootstrapServers)',
                topic = '\(topic.name)', type = 'source', format = 'json', group_id = '\(topic.group("real"))' \(options));
            CREATE TABLE orders (\(ForeignOrder.columns)) WITH (connector = 'shop', include_metadata = 'true');
            """)
        return laminar
    }

    /// Reads until `count` records came, checks each, and stops by cancelling its own task: all of them are processed.
    private static func read(
        _ laminar: Laminar, _ topic: Topic, numbers: Range<Int>
    ) async throws -> (count: Int, differences: [String]) {
        let source = try laminar.rows("orders")
        let history = Mutex<[String]>([])
        let events = source.events
        let watching = Task {
            for await event in events {
                switch event {
                case .committed, .skipped, .deadLettered: break
                case .assigned, .revoked, .lost, .trouble, .state: history.withLock { $0.append("\(event)") }
                }
            }
        }
        defer { watching.cancel() }
        let reading = Task {
            var next: [Int32: Int] = [:]
            for number in numbers.lowerBound..<numbers.lowerBound + 4 { next[Int32(number % 4)] = number }
            var differences: [String] = []
            var count = 0
            for try await record in source.records {
                let number = next[record.partition] ?? -1
                if let difference = try ForeignOrder(number: number).difference(from: record, topic: topic.name) {
                    differences.append("\(number): \(difference)")
                }
                next[record.partition] = number + 4
                count += 1
                if count == numbers.count { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return (count: count, differences: differences)
        }
        var found = try await reading.value
        await source.close()
        if !found.differences.isEmpty { found.differences += history.withLock { $0 } }
        return found
    }

    @Test(
        "200,000 records of mixed shapes over 4 partitions; a restart re-reads nothing",
        arguments: KafkaFixture.Version.allCases)
    func everything(version: KafkaFixture.Version) async throws {
        let topic = try await Topic(records: 0, on: KafkaFixture.shared(version))
        try await Self.write(topic, first: 0, count: Self.count)
        let laminar = try await Self.laminar(topic)
        let (count, differences) = try await Self.read(laminar, topic, numbers: 0..<Self.count)
        #expect(count == Self.count)
        #expect(differences.isEmpty, "\(differences.count) differ: \(differences.prefix(5))")
        await laminar.shutdown()
        try await Self.write(topic, first: Self.count, count: 400)
        let again = try await Self.laminar(topic)
        let (more, others) = try await Self.read(again, topic, numbers: Self.count..<Self.count + 400)
        #expect(more == 400 && others.isEmpty, "\(others.prefix(5))")
        await again.shutdown()
    }

    @Test("values equal however many members read", arguments: [1, 3])
    func parallel(members: Int) async throws {
        let topic = try await Topic(records: 0)
        try await Self.write(topic, first: 0, count: 20_000)
        let laminar = try await Self.laminar(topic, options: ", parallelism = \(members), 'commit.interval.ms' = 60000")
        let (count, differences) = try await Self.read(laminar, topic, numbers: 0..<20_000)
        #expect(count == 20_000 && differences.isEmpty, "\(differences.prefix(3)) … \(differences.suffix(20))")
        await laminar.shutdown()
        let committed = try await topic.kafka.committedOffsets(of: topic.group("real"), topic: topic.name)
        #expect(committed == [0: 5_000, 1: 5_000, 2: 5_000, 3: 5_000])
    }
}
