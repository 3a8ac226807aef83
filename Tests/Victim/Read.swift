import LaminarKafka

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
