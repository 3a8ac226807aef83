import LaminarTesting
import Testing

@Suite struct EmbeddedBrokerTests {
    /// What kcat, another client in another process, finds in a topic.
    private func read(_ topic: String, from servers: String, format: String) async throws -> [String] {
        let peer = try Peers.kcat([
            "-C", "-q", "-e", "-b", servers, "-t", topic, "-o", "beginning", "-f", format + "\\n",
        ])
        let result = try await peer.success(within: .seconds(30))
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test("another client reads what was produced: value, key, headers, timestamp and partition")
    func everyPartOfARecordArrives() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 3)
        try await broker.produce(
            [
                TestRecord(
                    value: "first", key: "a", headers: [("trace", "7"), ("trace", "8")], timestamp: 1_700_000_000_123,
                    partition: 2)
            ], to: "orders")
        let lines = try await read("orders", from: broker.bootstrapServers, format: "%p|%k|%s|%h|%T")
        #expect(lines == ["2|a|first|trace=7,trace=8|1700000000123"])
        await broker.close()
    }

    @Test("null and empty stay apart in keys and values") func nullIsNotEmpty() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("null", partitions: 1)
        let none: String? = nil
        try await broker.produce(
            [
                TestRecord(value: none, key: none), TestRecord(value: "", key: ""), TestRecord(value: none, key: "k"),
            ], to: "null")
        // kcat writes -1 as the length of null.
        let lines = try await read("null", from: broker.bootstrapServers, format: "%K|%S")
        #expect(lines == ["-1|-1", "0|0", "1|-1"])
        await broker.close()
    }

    @Test("a fault is met once, and the client recovers") func faultsAreMetOnce() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("faulty", partitions: 1)
        try broker.inject([.error(.notLeader), .error(.requestTimedOut), .disconnect], on: .produce)
        try await broker.produce([TestRecord(value: "through")], to: "faulty")
        #expect(try await read("faulty", from: broker.bootstrapServers, format: "%s") == ["through"])
        await broker.close()
    }

    @Test("a fault with a delay waits at its broker until it is met") func delayedFault() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("slow", partitions: 1)
        try broker.inject([.delay(.milliseconds(300))], on: .produce, broker: 1)
        #expect(try broker.pendingFaults(on: .produce, broker: 1) == 1)
        let started = ContinuousClock.now
        try await broker.produce([TestRecord(value: "late")], to: "slow")
        #expect(ContinuousClock.now - started >= .milliseconds(300))
        #expect(try broker.pendingFaults(on: .produce, broker: 1) == 0)
        await broker.close()
    }

    @Test("a broker that is down refuses, and comes back with its records") func downAndUp() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("kept", partitions: 1)
        try await broker.produce([TestRecord(value: "before")], to: "kept")
        try broker.takeDown()
        let impatient = try TestProducer(
            bootstrapServers: broker.bootstrapServers, properties: ["message.timeout.ms": "300"])
        await #expect(throws: FixtureError.self) {
            try await impatient.produce([TestRecord(value: "lost")], to: "kept")
        }
        try broker.bringUp()
        try await broker.produce([TestRecord(value: "after")], to: "kept")
        #expect(try await read("kept", from: broker.bootstrapServers, format: "%s") == ["before", "after"])
        await broker.close()
    }

    @Test("a leader moves, and a client finds it") func leaderMoves() async throws {
        let broker = try EmbeddedBroker(brokers: 3)
        try broker.createTopic("moving", partitions: 1)
        for leader in 1...3 {
            try broker.moveLeader(topic: "moving", partition: 0, to: leader)
            try await broker.produce([TestRecord(value: "at \(leader)")], to: "moving")
        }
        #expect(
            try await read("moving", from: broker.bootstrapServers, format: "%s") == ["at 1", "at 2", "at 3"])
        await broker.close()
    }

    @Test("after close, every call says so") func closed() async throws {
        let broker = try EmbeddedBroker()
        await broker.close()
        await broker.close()
        let error = #expect(throws: FixtureError.self) { try broker.createTopic("late") }
        #expect(error?.code == .closed)
    }

    @Test(arguments: [0, 101]) func aSenselessNumberOfBrokersIsRefused(count: Int) {
        #expect(throws: FixtureError.self) { try EmbeddedBroker(brokers: count) }
    }
}
