import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("Static members (group.instance.id)", .timeLimit(.minutes(5)))
struct StaticMembershipTests {
    /// Reads on in the background, and counts what it has seen.
    private struct Member {
        let source: KafkaSource<Payload>
        private let reading: Task<Void, any Error>
        private let seen: Seen

        final class Seen: Sendable {
            private let texts = Mutex<[String]>([])
            func add(_ text: String) { texts.withLock { $0.append(text) } }
            var all: [String] { texts.withLock { $0 } }
        }

        init(_ id: String, _ topic: Topic, _ strategy: String, _ seen: Seen) throws {
            let source = try topic.source(group: "static") {
                $0.properties["group.instance.id"] = id
                $0.properties["partition.assignment.strategy"] = strategy
                $0.properties["session.timeout.ms"] = "20000"
            }
            self.source = source
            self.seen = seen
            reading = Task { for try await payload in source { seen.add(payload.text ?? "") } }
        }

        func end() async throws { try await reading.value }

        func leave() async throws {
            await source.close()
            try await end()
        }
    }

    private func wait(_ what: String, until: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !until() {
            try #require(ContinuousClock.now < deadline, "\(what) didn't come within a minute")
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
    }

    @Test(
        "a member that comes back within its session finds its partitions, and the others notice nothing",
        arguments: ["cooperative-sticky", "range"])
    func restart(strategy: String) async throws {
        let topic = try await Topic(records: 0, partitions: 2)
        let seen = Member.Seen()
        let one = try Member("one", topic, strategy, seen)
        var firstAssignment: Set<TopicPartition> = []
        for await case .assigned(let partitions) in one.source.events {
            firstAssignment = partitions
            break
        }
        let two = try Member("two", topic, strategy, seen)
        let events = two.source.events
        for await case .assigned(let partitions) in events where !partitions.isEmpty { break }
        #expect(firstAssignment.count == 2)
        try await topic.kafka.produce(
            (0..<100).map { TestRecord(value: "\($0)", partition: Int32($0 % 2)) }, to: topic.name)
        try await wait("the first hundred") { seen.all.count >= 100 }
        try await one.leave()
        try await topic.kafka.produce(
            (100..<200).map { TestRecord(value: "\($0)", partition: Int32($0 % 2)) }, to: topic.name)
        let again = try Member("one", topic, strategy, seen)
        try await wait("the second hundred") { seen.all.count >= 200 }
        try await again.leave()
        try await two.leave()
        #expect(seen.all.count == 200 && Set(seen.all).count == 200)
        var changes: [SourceEvent] = []
        for await event in events {
            switch event {
            case .assigned, .lost: changes.append(event)
            case .revoked, .committed, .skipped, .deadLettered, .trouble, .state: break
            }
        }
        #expect(changes.isEmpty, "\(changes)")
    }

    @Test("a second process with the same id takes over, and the first ends with an error that says so")
    func fenced() async throws {
        let topic = try await Topic(records: 10, partitions: 1)
        let seen = Member.Seen()
        let one = try Member("one", topic, "cooperative-sticky", seen)
        try await wait("the first ten") { seen.all.count >= 10 }
        let other = try Member("one", topic, "cooperative-sticky", seen)
        let error = await #expect(throws: KafkaError.self) { try await one.end() }
        #expect(error?.code == .fatal)
        #expect(error?.message.lowercased().contains("instance") == true, "\(String(describing: error))")
        await one.source.close()
        try await other.leave()
    }
}
