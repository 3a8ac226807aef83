internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// Writes groups to a topic as they change: each changed group once a checkpoint, after it is stored.
///
/// How far that is done is stored too, so that a group is written after each of its changes that a checkpoint has seen,
/// whatever crashes: at least once, or in transactions once.
struct GroupEmission: Sendable {
    /// How rows get there.
    enum Way: Sendable {
        case plain(KafkaSink<Row>)
        case transactions(GroupTransactions)
    }

    private let name: String
    private let reader: String
    private let plan: GroupedPlan
    private let fit: InsertFit
    private let way: Way
    private let schema: RowSchema
    private let store: SQLiteCheckpointStore
    private let database: SQLiteDatabase

    init(
        _ name: String, of reader: String, plan: GroupedPlan, fit: InsertFit, way: Way, schema: RowSchema,
        store: SQLiteCheckpointStore, database: SQLiteDatabase
    ) {
        self.name = name
        self.reader = reader
        self.plan = plan
        self.fit = fit
        self.way = way
        self.schema = schema
        self.store = store
        self.database = database
    }

    /// Finds out what the topic has, and writes what it lacks.
    ///
    /// - Returns: what has to be counted again without being written; mostly nil.
    func begin() async throws -> PipelineReplay? {
        if case .transactions(let transactions) = way {
            let offsets = try await transactions.begin()
            let (progress, positions) = try await standing()
            switch GroupRecovery(offsets, positions: positions, progress) {
            case .replay(let replay):
                try await checkBeginnings(of: replay, positions)
                return replay
            case .emitted(let checkpoint):
                if checkpoint > progress.emitted { try await noteEmitted(upTo: checkpoint, rows: 0) }
            }
        }
        try await emit()
        return nil
    }

    /// A copy that doesn't say where a partition began can't be counted again: the reader's group is further on.
    private func checkBeginnings(of replay: PipelineReplay, _ positions: [TopicPartition: Int64]) async throws {
        let origins = try await store.read { [reader] in try PipelineTables($0).origins(of: reader) }
        let unknown = replay.partitions.filter { positions[$0] == nil && origins[$0] == nil }.min()
        guard let unknown else { return }
        throw LaminarError(
            code: .notAvailable,
            message:
                "The topic has groups of \(unknown), and the database is a copy from before that was first read: "
                + "drop pipeline \(name) and make it anew, or put a later copy back.")
    }

    /// Writes what has changed and isn't written.
    func emit() async throws {
        let (progress, positions) = try await standing()
        guard progress.checkpoint > progress.emitted else { return }
        let rows: Int64
        switch way {
        case .plain(let sink):
            rows = try await changed(after: progress.emitted) { try await sink.enqueue($0) }
            try await sink.flush()
        case .transactions(let transactions):
            let mark = GroupMark(life: progress.life, checkpoint: progress.checkpoint).text
            rows = try await transactions.write(positions.mapValues { CommittedOffset($0, metadata: mark) }) {
                try await changed(after: progress.emitted) { try await transactions.enqueue($0) }
            }
        }
        try await noteEmitted(upTo: progress.checkpoint, rows: rows)
    }

    /// The topic has all that is stored.
    func noteEmitted() async throws {
        try await noteEmitted(upTo: try await standing().progress.checkpoint, rows: 0)
    }

    func close() async {
        switch way {
        case .plain(let sink): await sink.close()
        case .transactions(let transactions): await transactions.close()
        }
    }

    /// - Returns: how many rows there are.
    private func changed(after checkpoint: Int64, _ write: (Row) async throws -> Void) async throws -> Int64 {
        let shown = plan.shown(from: GroupTable.name(of: name), changedAfter: checkpoint)
        let run = try QueryRun(Translator.translate(fit.apply(to: shown)), local: database)
        var rows: Int64 = 0
        while let batch = try await run.next() {
            for row in try batch.renamed(schema) { try await write(row) }
            rows += Int64(batch.count)
        }
        return rows
    }

    private typealias Standing = (progress: PipelineProgress, positions: [TopicPartition: Int64])

    private func standing() async throws -> Standing {
        try await store.read { [name] connection in
            guard let progress = try PipelineTables(connection).progress(of: name) else {
                throw PipelineTables.gone(name)
            }
            return (progress, try StoredPositions(source: PipelineTables.source(of: name)).read(connection))
        }
    }

    private func noteEmitted(upTo checkpoint: Int64, rows: Int64) async throws {
        try await store.write { [name] connection in
            try PipelineTables(connection).noteEmitted(name, upTo: checkpoint, rows: rows)
        }
    }
}

extension RecordBatch {
    /// The same columns under another schema of the same types.
    func renamed(_ schema: RowSchema) throws(FormatError) -> RecordBatch {
        try RecordBatch(schema: schema, columns: columns, count: count)
    }
}
