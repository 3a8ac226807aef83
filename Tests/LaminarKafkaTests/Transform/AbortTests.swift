import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("A transaction that is refused", .timeLimit(.minutes(5)))
struct AbortTests {
    /// Kafka's INVALID_TXN_STATE: the broker has nothing to abort. For librdkafka that is the end of its client.
    @Test(
        "is aborted, told of, and its batches come again from where it began", arguments: [[], [48]])
    func comesAgain(abortErrors: [Int16]) async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("in", partitions: 1)
        try broker.createTopic("out", partitions: 1)
        try await broker.produce((0..<100).map { TestRecord(value: "\($0)") }, to: "in")
        try broker.inject([.error(BrokerFault.Code(number: 22))], on: .transactionOffsetCommit)
        try broker.inject(abortErrors.map { .error(BrokerFault.Code(number: $0)) }, on: .endTransaction)
        var sink = KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "out")
        sink.commitMode = .exactlyOnce
        let source = KafkaSourceConfiguration(
            bootstrapServers: broker.bootstrapServers, subscription: .topics(["in"]), groupID: "aborts")
        let transform = try KafkaTransform(
            source,
            decoding: .payload, into: sink, encoding: .payload)
        let events = transform.events
        let seen = Mutex<[Int64: Int]>([:])
        let working = Task {
            for try await batch in transform.batches {
                try await transform.process(batch) { output in
                    for record in batch.records {
                        seen.withLock { $0[record.offset, default: 0] += 1 }
                        if let value = record.value { try output.send(value) }
                    }
                }
            }
        }
        var troubles: [KafkaError] = []
        for await event in events {
            if case .trouble(let error) = event { troubles.append(error) }
            if case .committed(let positions) = event, positions[TopicPartition("in", 0)] == 100 { break }
        }
        await transform.close()
        try await working.value
        #expect(troubles.contains { $0.message.contains("transaction") })
        let counts = seen.withLock { $0 }
        #expect(counts.count == 100)
        #expect(counts.values.allSatisfy { $0 >= 2 }, "each came again: \(counts.filter { $0.value < 2 })")
        await broker.close()
    }
}

@Suite("A transform that is closed while it starts", .timeLimit(.minutes(5)))
struct EarlyCloseTests {
    @Test("ends its iteration without an error, and gives its transactional id back") func early() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("in", partitions: 1)
        try broker.inject([.delay(.seconds(2))], on: .initProducerID, broker: 1)
        var sink = KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "out")
        sink.commitMode = .exactlyOnce
        sink.transactionalID = "early"
        let source = KafkaSourceConfiguration(
            bootstrapServers: broker.bootstrapServers, subscription: .topics(["in"]), groupID: "early")
        let transform = try KafkaTransform(source, decoding: .payload, into: sink, encoding: .payload)
        let working = Task { for try await _ in transform.batches {} }
        while try broker.pendingFaults(on: .initProducerID, broker: 1) > 0 {
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        await transform.close()
        try await working.value
        #expect(transform.state == .stopped)
        let group = TransactionGroup(sink, groupID: "early")
        let deadline = ContinuousClock.now + .seconds(20)
        var slot = group.claim()
        while slot.transactionalID != "early-0", ContinuousClock.now < deadline {
            slot.release()
            try await ContinuousClock().sleep(for: .milliseconds(5))
            slot = group.claim()
        }
        #expect(slot.transactionalID == "early-0")
        await broker.close()
    }
}
