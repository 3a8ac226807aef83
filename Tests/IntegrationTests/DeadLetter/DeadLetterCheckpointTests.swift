import LaminarKafka
import LaminarTesting
import Testing

@Suite("Dead letters beside a checkpoint store", .timeLimit(.minutes(5)))
struct DeadLetterCheckpointTests {
    @Test("a stored position passes a bad record only with its letter written; a batch of nothing but bad ones, too")
    func positions() async throws {
        let orders = try await DeadLetterTests.Orders(
            ["1", "bad", "2", "worse", "worst", "3"].map { TestRecord(value: $0) })
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: orders.topic.kafka.bootstrapServers, subscription: .topics([orders.topic.name]),
            groupID: orders.topic.group("g"))
        configuration.badData = .deadLetter(topic: orders.letters)
        configuration.batch.records = 1
        let store = InMemoryCheckpointStore(contents: [Int64]())
        let source = try CheckpointedSource(configuration, decoding: .json(Int64.self), checkpoint: store)
        var letters: [Int] = []
        for try await batch in source.batches {
            letters.append(source.counters.badRecords)
            try await source.checkpoint(batch) { draft in draft.contents += batch }
            if store.contents.count == 3 { break }
        }
        await source.close()
        #expect(store.contents == [1, 2, 3])
        #expect(store.positions(of: source.name).values.map(\.nextOffset) == [6])
        #expect(letters.count == 6)
        // Counted when the brokers have them, before their batch is handed on.
        for (batch, least) in [0, 1, 1, 2, 3, 3].enumerated() { #expect(letters[batch] >= least) }
        #expect(try await orders.writtenLetters() == ["bad", "worse", "worst"])
        #expect(source.recentErrors.map(\.offset) == [1, 3, 4])
    }
}
