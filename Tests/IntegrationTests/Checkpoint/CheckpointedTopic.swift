import Foundation
import LaminarKafka
import LaminarTesting
import Testing

/// A topic and an SQLite file that a source is checkpointed into: the file's rows tell what was processed, how often.
struct CheckpointedTopic {
    typealias Source = CheckpointedSource<Payload, SQLiteCheckpointStore>

    let topic: Topic
    let path: String

    init(_ topic: Topic) {
        self.topic = topic
        path = NSTemporaryDirectory() + "laminar-checkpoint-\(UUID().uuidString).db"
    }

    func remove() {
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    }

    func store() async throws -> SQLiteCheckpointStore {
        let store = try await SQLiteCheckpointStore(.file(path))
        try await store.write { db in
            try db.execute("CREATE TABLE IF NOT EXISTS seen (place TEXT NOT NULL, value TEXT NOT NULL)")
        }
        return store
    }

    func source(
        _ store: SQLiteCheckpointStore? = nil, drainTimeout: Duration = .seconds(30),
        configure: (inout KafkaSourceConfiguration) -> Void = { _ in }
    ) async throws -> Source {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: topic.kafka.bootstrapServers, subscription: .topics([topic.name]),
            groupID: topic.group("exactly-once"))
        configuration.batch.records = 100
        configure(&configuration)
        let store = if let store { store } else { try await self.store() }
        return try CheckpointedSource(
            configuration, decoding: .payload, checkpoint: store, drainTimeout: drainTimeout)
    }

    /// Writes a batch's records as rows, with its checkpoint.
    static func take(_ batch: KafkaBatch<Payload>, _ source: Source) async throws {
        try await source.checkpoint(batch) { db in
            let insert = try db.prepare("INSERT INTO seen VALUES (?, ?)")
            for record in batch.records {
                try insert.run("\(record.partition)@\(record.offset)", record.value?.text ?? "")
            }
        }
    }

    /// Checkpoints until the table holds that many rows.
    func read(_ source: Source, until count: Int) async throws {
        for try await batch in source.batches {
            try await Self.take(batch, source)
            if try rows().count >= count { break }
        }
        await source.close()
    }

    /// Place and value of everything that was processed, as often as it was.
    func rows() throws -> [String] {
        try SQLiteDatabase(.file(path)).use { db in
            try db.query("SELECT place || '=' || value FROM seen ORDER BY rowid") { $0.text(0) ?? "" }
        }
    }

    func expectEachOnce(_ count: Int) throws {
        let rows = try rows()
        #expect(rows.count == count)
        #expect(Set(rows).count == count, "some were processed twice")
        #expect(Set(rows.compactMap { $0.split(separator: "=").last }) == Set((0..<count).map { Substring("\($0)") }))
    }
}
