import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("A source's state tells the truth about brokers", .timeLimit(.minutes(5)))
struct RecoveryTests {
    @Test("stalled while they are away, idle as soon as they answer, without a record in between")
    func awayAndBack() async throws {
        let kafka = try await KafkaFixture.start()
        let topic = try await Topic(records: 4, on: kafka)
        let source = try topic.source(group: "idle") {
            $0.properties["reconnect.backoff.max.ms"] = "500"
            $0.properties["session.timeout.ms"] = "60000"
            $0.properties["max.poll.interval.ms"] = "60000"
        }
        let events = source.events
        let read = Atomic(0)
        let reading = Task {
            for try await _ in source { read.add(1, ordering: .relaxed) }
        }
        // Idle as such comes as soon as the group is joined, before the first fetch on a slow machine.
        while read.load(ordering: .relaxed) < 4 { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        while source.state != .idle { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        try await kafka.stop(node: 1)
        for await case .state(.stalled) in events { break }
        try await kafka.start(node: 1)
        for await event in events {
            if case .state(.running) = event { Issue.record("a record came") }
            if case .state(.idle) = event { break }
        }
        #expect(source.state == .idle)
        #expect(source.recentErrors.contains { $0.outcome == .retried && $0.reason == "unreachable" })
        await source.close()
        try await reading.value
        #expect(read.load(ordering: .relaxed) == 4)
        await kafka.stop()
    }
}
