import LaminarKafka
import LaminarStore

/// Reads until standard input ends: every batch is a checkpoint with its rows.
func read<Store: CheckpointStore>(
    _ configuration: KafkaSourceConfiguration, into store: Store,
    _ insert: @escaping @Sendable (Store.Transaction, [Rows]) throws -> Void
) async throws {
    let source = try CheckpointedSource(
        configuration, decoding: .payload, checkpoint: store, drainTimeout: .seconds(5))
    atEndOfInput { await source.close() }
    for try await batch in source.batches {
        let rows = Rows.of(batch)
        var isStored = false
        while !isStored {
            do {
                try await source.checkpoint(batch) { db in try insert(db, rows) }
                tell("stored \(rows.count)")
                isStored = true
            } catch let error as CheckpointError where error.code == .fenced {
                tell("fenced")
                break
            } catch let error as CheckpointError where error.code == .unavailable {
                tell("away")
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
    await source.close()
}

/// The same without a checkpoint: rows are stored, and offsets are committed a little later.
func readCarelessly(_ configuration: KafkaSourceConfiguration, into file: String) async throws {
    let database = try SQLiteDatabase(.file(file), busyTimeout: .seconds(20))
    try database.use { db in try db.execute(Rows.table) }
    let source = try KafkaSource(configuration, decoding: .payload)
    atEndOfInput { await source.close() }
    for try await batch in source.batches {
        let rows = Rows.of(batch)
        try database.transaction { db in
            let insert = try db.prepare("INSERT INTO rows VALUES (?, ?, ?)")
            for row in rows { try insert.run(row.partition, row.offset, row.value) }
        }
        tell("stored \(rows.count)")
    }
    await source.close()
}
