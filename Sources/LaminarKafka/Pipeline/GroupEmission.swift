internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// Writes groups to a topic as they change: each changed group once a checkpoint, after it is stored.
///
/// How far that is done is stored too, so that a group is written at least once after each of its changes that a checkpoint
/// has seen, whatever crashes.
struct GroupEmission: Sendable {
    private let name: String
    private let plan: GroupedPlan
    private let fit: InsertFit
    private let sink: KafkaSink<Row>
    private let schema: RowSchema
    private let store: SQLiteCheckpointStore
    private let database: SQLiteDatabase

    init(
        _ name: String, plan: GroupedPlan, fit: InsertFit, sink: KafkaSink<Row>, schema: RowSchema,
        store: SQLiteCheckpointStore, database: SQLiteDatabase
    ) {
        self.name = name
        self.plan = plan
        self.fit = fit
        self.sink = sink
        self.schema = schema
        self.store = store
        self.database = database
    }

    /// Writes what has changed and isn't written.
    func emit() async throws {
        let progress = try await store.read { [name] in try PipelineTables($0).progress(of: name) }
        guard let progress, progress.checkpoint > progress.emitted else { return }
        let shown = plan.shown(from: GroupTable.name(of: name), changedAfter: progress.emitted)
        let run = try QueryRun(Translator.translate(fit.apply(to: shown)), local: database)
        var rows: Int64 = 0
        while let batch = try await run.next() {
            for row in try batch.renamed(schema) { try await sink.enqueue(row) }
            rows += Int64(batch.count)
        }
        try await sink.flush()
        try await store.write { [name, rows] connection in
            try PipelineTables(connection).noteEmitted(name, upTo: progress.checkpoint, rows: rows)
        }
    }

    func close() async { await sink.close() }
}

extension RecordBatch {
    /// The same columns under another schema of the same types.
    func renamed(_ schema: RowSchema) throws(FormatError) -> RecordBatch {
        try RecordBatch(schema: schema, columns: columns, count: count)
    }
}
