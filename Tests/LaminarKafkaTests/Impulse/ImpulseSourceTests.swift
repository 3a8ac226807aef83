import LaminarFormats
import LaminarKafka
import Testing

@Suite("An impulse makes records", .timeLimit(.minutes(5)))
struct ImpulseSourceTests {
    @Test("counted from 0 without a gap, as many as asked for") func count() async throws {
        let source = try ImpulseSource(ImpulseConfiguration(messageCount: 2_500), decoding: .records)
        var next: Int64 = 0
        for try await record in source {
            #expect(record.counter == next && record.subtaskIndex == 0)
            next += 1
        }
        #expect(next == 2_500)
        var batches: [Int] = []
        for try await batch in source.batches { batches.append(batch.count) }
        #expect(batches == [1000, 1000, 500], "it can be iterated again, in batches of what is due")
    }

    @Test("at its rate") func rate() async throws {
        let source = try ImpulseSource(ImpulseConfiguration(eventRate: 50, messageCount: 11), decoding: .records)
        let started = ContinuousClock.now
        for try await _ in source {}
        // The eleventh is due 200 ms after the first.
        #expect(ContinuousClock.now - started >= .milliseconds(200))
    }

    @Test("with timestamps at a distance of its own") func eventTime() async throws {
        let source = try ImpulseSource(
            ImpulseConfiguration(messageCount: 5, eventTimeInterval: .seconds(60)), decoding: .records)
        var times: [Int64] = []
        for try await record in source { times.append(record.timestamp.microseconds) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 60_000_000 })
    }

    @Test("a close ends it while it waits, and so does a cancellation") func ends() async throws {
        let source = try ImpulseSource(ImpulseConfiguration(eventRate: 0.001), decoding: .records)
        let (first, arrived) = AsyncStream.makeStream(of: Void.self)
        let reader = Task {
            var count = 0
            for try await _ in source {
                count += 1
                arrived.yield()
            }
            return count
        }
        for await _ in first { break }
        await source.close()
        #expect(try await reader.value == 1)
        let endless = try ImpulseSource(ImpulseConfiguration(eventRate: 0.001), decoding: .records)
        let (second, arrivedAgain) = AsyncStream.makeStream(of: Void.self)
        let other = Task { for try await _ in endless { arrivedAgain.yield() } }
        for await _ in second { break }
        other.cancel()
        try await other.value
    }

    @Test("tables over it give rows and values, columns in any order") func tables() async throws {
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION pulse TO impulse (message_count = 3, event_time_interval = '1 second');
            CREATE TABLE ticks WITH (connector = 'pulse');
            CREATE TABLE pairs (timestamp TIMESTAMP, counter BIGINT) WITH (connector = 'pulse');
            """)
        struct Tick: Decodable, Sendable {
            let counter: Int64
            let timestamp: Timestamp
        }
        var ticks: [Int64] = []
        for try await tick in try laminar.impulse("pairs", as: Tick.self) { ticks.append(tick.counter) }
        #expect(ticks == [0, 1, 2])
        var names: [[String]] = []
        for try await row in try laminar.impulseRows("ticks") { names.append(row.schema.columns.map(\.name)) }
        #expect(names == Array(repeating: ["counter", "subtask_index", "timestamp"], count: 3))
        await laminar.shutdown()
    }
}
