import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A checkpointed source processes every record once", .timeLimit(.minutes(4)))
struct CheckpointedSourceTests {
    private func with(
        _ count: Int, partitions: Int = 4, _ body: (CheckpointedTopic) async throws -> Void
    ) async throws {
        let checkpointed = CheckpointedTopic(try await Topic(records: count, partitions: partitions))
        defer { checkpointed.remove() }
        try await body(checkpointed)
    }

    @Test("over restarts in the middle of batches, whatever the group has committed") func restarts() async throws {
        try await with(3_000) { topic in
            for goal in [150, 700, 1_500, 2_700] {
                let source = try await topic.source { $0.commits = .manual() }
                var last: KafkaBatch<Payload>?
                for try await batch in source.batches {
                    // What is taken and not checkpointed is as if it had never been read.
                    last = batch
                    if try topic.rows().count >= goal { break }
                    try await CheckpointedTopic.take(batch, source)
                }
                #expect(last != nil)
                await source.close()
            }
            try await topic.read(try await topic.source(), until: 3_000)
            try topic.expectEachOnce(3_000)
        }
    }

    @Test("the store leads, and the group's offsets follow as information") func groupFollows() async throws {
        try await with(400) { topic in
            let source = try await topic.source { $0.commits = .manual(checkpointEvery: .milliseconds(50)) }
            try await topic.read(source, until: 400)
            let group = topic.topic.group("exactly-once")
            let committed = try await topic.topic.kafka.committedOffsets(of: group, topic: topic.topic.name)
            #expect(committed == [0: 100, 1: 100, 2: 100, 3: 100])
            // A group that was set back changes nothing: the checkpoint decides.
            let other = try await topic.source { $0.groupID = "\(group)-new" }
            let renamed = try CheckpointedSource(
                other.configuration, decoding: .payload, checkpoint: try await topic.store(), named: group)
            try await topic.topic.kafka.produce([TestRecord(value: "400", partition: 2)], to: topic.topic.name)
            try await topic.read(renamed, until: 401)
            try topic.expectEachOnce(401)
        }
    }

    @Test("a closure that throws rolls its rows back, and the batch can be tried again") func failedBody() async throws
    {
        struct Refusal: Error {}
        try await with(300) { topic in
            let source = try await topic.source()
            var failures = 0
            for try await batch in source.batches {
                if failures < 3 {
                    failures += 1
                    await #expect(throws: Refusal.self) {
                        try await source.checkpoint(batch) { db in
                            try db.run("INSERT INTO seen VALUES ('nowhere', '-1')")
                            throw Refusal()
                        }
                    }
                }
                try await CheckpointedTopic.take(batch, source)
                if try topic.rows().count == 300 { break }
            }
            await source.close()
            #expect(failures > 0)
            try topic.expectEachOnce(300)
        }
    }

    @Test("another owner fences: all is rolled back, and what is still owned goes back to what is stored")
    func fenced() async throws {
        try await with(2_000) { topic in
            let store = try await topic.store()
            let source = try await topic.source(store) { $0.batch.records = 300 }
            var fences = 0
            for try await batch in source.batches {
                if fences < 5 {
                    // Somebody else has taken over one partition of the batch, and is already through with a part of it.
                    let thief = try #require(batch.records.first { _ in true })
                    let partition = TopicPartition(thief.topic, thief.partition)
                    let claims = try await store.claim([partition], for: source.name)
                    let stolen = try #require(claims.first)
                    let next = (stolen.stored?.nextOffset ?? 0) + 1
                    let record = thief
                    if record.offset == next - 1 {
                        _ = try await store.commit(
                            Checkpoint(
                                source: source.name,
                                positions: [
                                    CheckpointPosition(
                                        partition: partition, epoch: stolen.epoch,
                                        position: StoredPosition(nextOffset: next))
                                ])
                        ) { db in
                            try db.run(
                                "INSERT INTO seen VALUES (?, ?)", "\(record.partition)@\(record.offset)",
                                record.value?.text ?? "")
                        }
                    }
                    let error = await #expect(throws: CheckpointError.self) {
                        try await CheckpointedTopic.take(batch, source)
                    }
                    #expect(error?.code == .fenced)
                    fences += 1
                    // The batch is void from now on.
                    let again = await #expect(throws: CheckpointError.self) {
                        try await CheckpointedTopic.take(batch, source)
                    }
                    #expect(again?.code == .fenced)
                    continue
                }
                try await CheckpointedTopic.take(batch, source)
                if try topic.rows().count >= 2_000 { break }
            }
            await source.close()
            #expect(fences == 5)
            try topic.expectEachOnce(2_000)
        }
    }

    @Test("rewind() gives everything since the last checkpoint again") func rewind() async throws {
        try await with(1_000) { topic in
            let source = try await topic.source()
            var skipped = 0
            for try await batch in source.batches {
                if skipped < 3 {
                    skipped += 1
                    if skipped == 3 { try await source.rewind() }
                    continue
                }
                try await CheckpointedTopic.take(batch, source)
                if try topic.rows().count >= 1_000 { break }
            }
            await source.close()
            try topic.expectEachOnce(1_000)
        }
    }

    @Test("batches out of order are refused, and nothing of them is stored") func outOfOrder() async throws {
        try await with(400, partitions: 1) { topic in
            let source = try await topic.source { $0.batch.records = 50 }
            var held: [KafkaBatch<Payload>] = []
            for try await batch in source.batches {
                held.append(batch)
                if held.count < 2 { continue }
                if held.count == 2 {
                    let error = await #expect(throws: CheckpointError.self) {
                        try await CheckpointedTopic.take(batch, source)
                    }
                    #expect(error?.code == .outOfOrder)
                    #expect(try topic.rows().isEmpty)
                    for batch in held { try await CheckpointedTopic.take(batch, source) }
                    let twice = await #expect(throws: CheckpointError.self) {
                        try await CheckpointedTopic.take(batch, source)
                    }
                    #expect(twice?.code == .outOfOrder)
                    continue
                }
                try await CheckpointedTopic.take(batch, source)
                if try topic.rows().count == 400 { break }
            }
            await source.close()
            try topic.expectEachOnce(400)
        }
    }

    @Test("statements in a host's own transaction do the same: stored, failed, fenced") func prepared() async throws {
        try await with(600) { topic in
            let store = try await topic.store()
            let source = try await topic.source(store)
            var turn = 0
            for try await batch in source.batches {
                turn += 1
                let prepared = try await source.prepareCheckpoint(batch, dialect: .sqlite)
                if turn == 2 {
                    prepared.failed()
                    prepared.committed()  // Over: it counts for nothing.
                }
                if turn == 3 {
                    let stolen = prepared.checkpoint.positions.map(\.partition)
                    _ = try await store.claim(stolen, for: source.name)
                }
                let chosen = turn == 2 ? try await source.prepareCheckpoint(batch, dialect: .sqlite) : prepared
                do {
                    try await store.write { db in
                        let insert = try db.prepare("INSERT INTO seen VALUES (?, ?)")
                        for record in batch.records {
                            try insert.run("\(record.partition)@\(record.offset)", record.value?.text ?? "")
                        }
                        let handle = try #require(db.handle)
                        try chosen.write(to: handle)
                    }
                    #expect(turn != 3)
                    chosen.committed()
                } catch let error as CheckpointError where error.code == .fenced {
                    #expect(turn == 3)
                    try await chosen.readAgain()
                }
                if try topic.rows().count >= 600 { break }
            }
            await source.close()
            #expect(turn > 3)
            try topic.expectEachOnce(600)
        }
    }

    @Test("members of one group share a store: joining, leaving and slow ones lose and repeat nothing")
    func sharing() async throws {
        try await with(12_000, partitions: 6) { topic in
            @Sendable func consume(_ source: CheckpointedTopic.Source, slow: Bool) async throws {
                for try await batch in source.batches {
                    if slow { try await ContinuousClock().sleep(for: .milliseconds(20)) }
                    // The drain's bound is so short that batches are fenced in the middle of rebalances.
                    do { try await CheckpointedTopic.take(batch, source) } catch let error as CheckpointError
                        where error.code == .fenced
                    { continue }
                }
            }
            var sources: [CheckpointedTopic.Source] = []
            var tasks: [Task<Void, any Error>] = []
            for member in 0..<3 {
                let source = try await topic.source(drainTimeout: .milliseconds(5)) {
                    $0.properties["session.timeout.ms"] = "6000"
                }
                sources.append(source)
                tasks.append(Task { try await consume(source, slow: member == 1) })
                let wanted = 1_000 * (member + 1)
                while try topic.rows().count < wanted { try await Task.sleep(for: .milliseconds(10)) }
            }
            await sources[0].close()
            while try Set(topic.rows()).count < 12_000 { try await Task.sleep(for: .milliseconds(20)) }
            for source in sources { await source.close() }
            for task in tasks { try await task.value }
            try topic.expectEachOnce(12_000)
        }
    }
}
