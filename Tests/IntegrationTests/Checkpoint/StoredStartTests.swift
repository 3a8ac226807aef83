import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite(
    "A checkpoint that can't be gone on from fails loudly, with what is lost and what can be done",
    .timeLimit(.minutes(4)))
struct StoredStartOnKafkaTests {
    /// 100 records, 60 of them processed and checkpointed.
    private func sixtyOfAHundred(_ body: (CheckpointedTopic) async throws -> Void) async throws {
        let topic = CheckpointedTopic(try await Topic(records: 100, partitions: 1))
        defer { topic.remove() }
        try await topic.read(try await topic.source { $0.batch.records = 20 }, until: 60)
        #expect(try topic.rows().count == 60)
        try await body(topic)
    }

    private func failure(_ topic: CheckpointedTopic) async throws -> CheckpointError? {
        let source = try await topic.source()
        let error = await #expect(throws: CheckpointError.self) {
            for try await batch in source.batches { try await CheckpointedTopic.take(batch, source) }
        }
        if case .failed = source.state {} else { Issue.record("the source's state is \(source.state)") }
        await source.close()
        #expect(try topic.rows().count == 60, "nothing is processed before a person has decided")
        return error
    }

    /// The first record that comes when the host says where to go on.
    private func first(_ topic: CheckpointedTopic, _ policy: KafkaSourceConfiguration.OffsetOutOfRange) async throws
        -> String?
    {
        let source = try await topic.source { $0.offsetOutOfRange = policy }
        var first: String?
        for try await batch in source.batches {
            first = batch.first?.text
            break
        }
        await source.close()
        return first
    }

    @Test("retention has deleted what wasn't read") func recordsLost() async throws {
        try await sixtyOfAHundred { topic in
            try await topic.topic.kafka.deleteRecords(of: topic.topic.name, partition: 0, before: 75)
            let error = try await failure(topic)
            #expect(error?.code == .recordsLost)
            #expect(error?.lostOffsets == 60..<75)
            #expect(error?.message.contains("60 to 74") == true && error?.message.contains("earliest") == true)
            #expect(try await first(topic, .earliest) == "75")
        }
    }

    @Test("retention has deleted what was read: nothing is lost") func nothingLost() async throws {
        try await sixtyOfAHundred { topic in
            try await topic.topic.kafka.deleteRecords(of: topic.topic.name, partition: 0, before: 60)
            try await topic.read(try await topic.source(), until: 100)
            try topic.expectEachOnce(100)
        }
    }

    @Test("past the end: the topic was made anew and holds less") func pastTheEnd() async throws {
        try await sixtyOfAHundred { topic in
            try await remake(topic, (0..<10).map { "new \($0)" })
            let error = try await failure(topic)
            #expect([.pastEnd, .recreatedTopic].contains(error?.code), "\(error as Any)")
            #expect(error?.partition == TopicPartition(topic.topic.name, 0))
            #expect(try await first(topic, .earliest) == "new 0")
        }
    }

    @Test("made anew and holding more: told by the topic's id, else by the last record") func recreated() async throws {
        try await sixtyOfAHundred { topic in
            try await remake(topic, (0..<90).map { "new \($0)" })
            let error = try await failure(topic)
            #expect(error?.code == .recreatedTopic)
            #expect(error?.message.contains("made anew") == true)
        }
    }

    @Test("the broker's leader epochs are asked when a position is read again, where the loaded librdkafka can")
    func leaderEpoch() async throws {
        let topic = CheckpointedTopic(try await Topic(records: 100, partitions: 1))
        defer { topic.remove() }
        let store = try await topic.store()
        let source = try await topic.source(store) { $0.batch.records = 20 }
        var knowsEpochs = false
        let reading = { () async throws in
            for try await batch in source.batches {
                try await CheckpointedTopic.take(batch, source)
                guard try topic.rows().count == 60 else { continue }
                let epoch = try await store.read { db in
                    try db.first("SELECT leader_epoch FROM laminar_checkpoints") { $0.int(0) }
                }
                knowsEpochs = epoch != nil
                // As if the records had been written by a leader whose log nobody has any more.
                if knowsEpochs { try await setEpoch(99, store) }
                try await source.rewind()
                if !knowsEpochs { break }
            }
        }
        do {
            try await reading()
            #expect(!knowsEpochs, "the broker was asked")
        } catch let error as CheckpointError {
            #expect(knowsEpochs && error.code == .pastEnd, "\(error)")
            #expect(error.partition == TopicPartition(topic.topic.name, 0))
            #expect(error.message.contains("0 to 99") && error.message.contains("earliest"), "\(error)")
        }
        #expect(try topic.rows().count == 60)
        await source.close()
        // The epoch that is true resumes.
        if knowsEpochs { try await setEpoch(0, store) }
        try await topic.read(try await topic.source(store), until: 100)
        try topic.expectEachOnce(100)
    }

    private func setEpoch(_ epoch: Int, _ store: SQLiteCheckpointStore) async throws {
        try await store.write { db in try db.run("UPDATE laminar_checkpoints SET leader_epoch = ?", epoch) }
    }

    private func remake(_ topic: CheckpointedTopic, _ values: [String]) async throws {
        let kafka = topic.topic.kafka
        try await kafka.deleteTopic(topic.topic.name)
        try await kafka.createTopic(
            named: topic.topic.name, partitions: 1, configuration: ["retention.ms": "-1"])
        try await kafka.produce(values.map { TestRecord(value: $0) }, to: topic.topic.name)
    }
}
