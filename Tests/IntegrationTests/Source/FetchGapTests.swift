import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A full queue never makes the fetcher sleep", .serialized, .timeLimit(.minutes(5)))
struct FetchGapTests {
    /// Reads a topic with a queue of 1 MiB that fills again and again, and returns the longest wait for a batch.
    private static func longestWait(_ topic: Topic, _ role: String) async throws -> Duration {
        let source = try topic.source(group: role, extent: .snapshot) {
            $0.properties["queued.max.messages.kbytes"] = "1024"
        }
        let clock = ContinuousClock()
        var longest = Duration.zero
        var count = 0
        var batches = source.batches.makeAsyncIterator()
        var asked = clock.now
        while let batch = try await batches.next() {
            let waited = clock.now - asked
            // The first wait is the connection's.
            if count > 0 { longest = max(longest, waited) }
            count += batch.count
            // Now and then the host is slow enough for the queue to fill.
            if count / 50_000 != (count - batch.count) / 50_000 { try await clock.sleep(for: .milliseconds(30)) }
            asked = clock.now
        }
        #expect(count == topic.count)
        return longest
    }

    @Test("no wait of more than 50 ms while records are there")
    func noGap() async throws {
        let topic = try await Topic(records: 0)
        let padding = String(repeating: "x", count: 200)
        for _ in 0..<10 {
            try await topic.kafka.produce(
                (0..<30_000).map { TestRecord(value: padding, partition: Int32($0 % 4)) }, to: topic.name)
        }
        let filled = Topic(topic, count: 300_000)
        // Other tests load the machine: librdkafka's own sleep of a second would show in every try.
        var waits: [Duration] = []
        for attempt in 0..<5 {
            waits.append(try await Self.longestWait(filled, "gap\(attempt)"))
            if waits[attempt] < .milliseconds(50) { break }
        }
        #expect(waits.contains { $0 < .milliseconds(50) }, "\(waits)")
    }
}
