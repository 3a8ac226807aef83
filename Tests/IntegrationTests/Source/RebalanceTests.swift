import Foundation
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite(
    "Consumers of one group share partitions and lose and repeat nothing on clean rebalances", .timeLimit(.minutes(5)))
struct RebalanceTests {
    /// What each consumer saw, and when there is enough.
    final class Ledger: Sendable {
        private let seen = Mutex<[String: [String]]>([:])

        func add(_ record: KafkaRecord<Payload>, by name: String) {
            seen.withLock { $0["\(record.partition)@\(record.offset)", default: []].append(name) }
        }

        var count: Int { seen.withLock { $0.count } }
        var repeated: [String: [String]] { seen.withLock { $0.filter { $0.value.count > 1 } } }
        func count(of name: String) -> Int { seen.withLock { $0.values.count { $0.contains(name) } } }

        func wait(_ what: String, until: () -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while !until() {
                try #require(ContinuousClock.now < deadline, "\(what): \(count) records after a minute")
                await Task.yield()
                try await ContinuousClock().sleep(for: .milliseconds(5))
            }
        }
    }

    struct Consumer {
        let source: KafkaSource<Payload>
        let reading: Task<Void, any Error>

        init(_ name: String, _ topic: Topic, _ ledger: Ledger, configure: (inout KafkaSourceConfiguration) -> Void)
            throws
        {
            let source = try topic.source(group: "shared", configure: configure)
            self.source = source
            reading = Task {
                for try await record in source.records { ledger.add(record, by: name) }
            }
        }

        func leave() async throws {
            await source.close()
            try await reading.value
        }
    }

    private func shareAndLeave(_ strategy: String) async throws {
        let topic = try await Topic(records: 20_000)
        let ledger = Ledger()
        let configure: (inout KafkaSourceConfiguration) -> Void = {
            $0.properties["partition.assignment.strategy"] = strategy
            $0.batch.records = 50
        }
        let first = try Consumer("first", topic, ledger, configure: configure)
        try await ledger.wait("first") { ledger.count == 20_000 }
        let second = try Consumer("second", topic, ledger, configure: configure)
        // As long as members come and go, always a little ahead of the readers.
        let isDone = Mutex(false)
        let producing = Task {
            var produced = 20_000
            while !isDone.withLock({ $0 }) {
                try await topic.kafka.produce(
                    (0..<400).map { TestRecord(value: "\($0)", partition: Int32($0 % 4)) }, to: topic.name)
                produced += 400
                try await ledger.wait("producer") { ledger.count > produced - 2_000 }
            }
            return produced
        }
        try await ledger.wait("second") { ledger.count(of: "second") > 500 }
        let third = try Consumer("third", topic, ledger, configure: configure)
        try await ledger.wait("third") { ledger.count(of: "third") > 500 }
        try await third.leave()
        let before = ledger.count(of: "second")
        try await ledger.wait("second again") { ledger.count(of: "second") > before + 500 }
        try await second.leave()
        isDone.withLock { $0 = true }
        let produced = try await producing.value
        try await ledger.wait("all") { ledger.count >= produced }
        try await first.leave()
        #expect(ledger.count == produced)
        #expect(ledger.repeated.isEmpty)
    }

    @Test("cooperative: a second joins, a third joins and leaves, the second leaves")
    func cooperative() async throws {
        try await shareAndLeave("cooperative-sticky")
    }

    @Test("eager: the same")
    func eager() async throws {
        try await shareAndLeave("range,roundrobin")
    }

    @Test(
        "a handler slower than max.poll.interval.ms keeps its partitions",
        arguments: ["cooperative-sticky", "range,roundrobin"])
    func slowHost(strategy: String) async throws {
        let topic = try await Topic(records: 400, partitions: 1)
        let source = try topic.source(group: "slow") {
            $0.properties["partition.assignment.strategy"] = strategy
            $0.properties["max.poll.interval.ms"] = "3000"
            $0.properties["session.timeout.ms"] = "3000"
            $0.properties["heartbeat.interval.ms"] = "500"
            $0.batch.records = 10
        }
        let events = source.events
        var next: Int64 = 0
        for try await record in source.records {
            #expect(record.offset == next)
            next += 1
            // Slower than the interval, once, with batches waiting behind it.
            if next == 15 { try await ContinuousClock().sleep(for: .seconds(5)) }
            if next == 400 { break }
        }
        await source.close()
        var assignments = 0
        for await event in events {
            if case .lost(let partitions) = event { Issue.record("lost \(partitions)") }
            if case .assigned = event { assignments += 1 }
        }
        #expect(assignments == 1)
        #expect(try await topic.kafka.committedOffsets(of: topic.group("slow"), topic: topic.name) == [0: 399])
    }
}
