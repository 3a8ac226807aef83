internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// What pipelines keep in the Laminar database besides the catalog: positions, groups, numbers.
struct PipelineTables {
    private let database: SQLiteConnection

    init(_ database: SQLiteConnection) { self.database = database }

    /// Under which name a pipeline's positions are kept among the checkpoints.
    static func source(of pipeline: String) -> String { "pipeline " + pipeline }

    /// Makes what a new pipeline needs.
    func make(_ definition: PipelineDefinition) throws {
        try database.run(
            "INSERT INTO laminar_pipeline_progress (pipeline, life) VALUES (?, random())", definition.name)
        if let groups = definition.groupTable { try groups.make(database) }
    }

    /// Drops all that a pipeline has kept, but for its definition.
    func drop(_ pipeline: String) throws {
        try GroupTable.drop(pipeline, database)
        try CheckpointTables.prepare(database)
        try database.run("DELETE FROM laminar_checkpoints WHERE source = ?", Self.source(of: pipeline))
        try database.run("DELETE FROM laminar_pipeline_progress WHERE pipeline = ?", pipeline)
    }

    /// Empties the groups; the positions stay.
    func dropGroups(_ definition: PipelineDefinition) throws {
        try GroupTable.drop(definition.name, database)
        try definition.groupTable?.make(database)
        try database.run(
            "UPDATE laminar_pipeline_progress SET life = random() WHERE pipeline = ?", definition.name)
    }

    // MARK: Progress

    func progress(of pipeline: String) throws -> PipelineProgress? {
        try database.first(
            """
            SELECT owner, checkpoint, checkpoint_at, emitted, rows_in, rows_out, last_error, life
            FROM laminar_pipeline_progress WHERE pipeline = ?
            """, pipeline
        ) { row in
            PipelineProgress(
                owner: row.int64(0) ?? 0, checkpoint: row.int64(1) ?? 0,
                checkpointAt: row.int64(2).map { Timestamp(microseconds: $0) }, emitted: row.int64(3) ?? 0,
                rowsIn: row.int64(4) ?? 0, rowsOut: row.int64(5) ?? 0, lastError: row.text(6),
                life: row.int64(7) ?? 0)
        }
    }

    /// Takes a pipeline over: whoever had it finds out at its next checkpoint.
    ///
    /// - Returns: the owner's number from now on.
    func claim(_ pipeline: String) throws -> Int64 {
        let owner = try database.first(
            "UPDATE laminar_pipeline_progress SET owner = owner + 1 WHERE pipeline = ? RETURNING owner", pipeline
        ) { $0.int64(0) }
        guard let owner else { throw Self.gone(pipeline) }
        return owner
    }

    /// - Throws: ``LaminarError`` with code `takenOver` where another process has claimed the pipeline, or `unknownName`
    ///   where it was dropped.
    func checkOwner(_ owner: Int64, of pipeline: String) throws {
        guard let progress = try progress(of: pipeline) else { throw Self.gone(pipeline) }
        guard progress.owner == owner else {
            throw LaminarError(
                code: .takenOver,
                message: "Pipeline \(pipeline) is run by another process with the same database now (owner "
                    + "\(progress.owner), this one was \(owner)): its groups belong to one process, so stop one of them."
            )
        }
    }

    /// Notes a checkpoint with its number.
    func noteCheckpoint(_ pipeline: String, number: Int64, rowsIn: Int64, rowsOut: Int64) throws {
        try database.run(
            """
            UPDATE laminar_pipeline_progress
            SET checkpoint = ?2, checkpoint_at = ?3, rows_in = rows_in + ?4, rows_out = rows_out + ?5
            WHERE pipeline = ?1
            """, pipeline, number, Catalog.now, rowsIn, rowsOut)
    }

    /// Groups that changed up to this checkpoint were written to the sink.
    func noteEmitted(_ pipeline: String, upTo checkpoint: Int64, rows: Int64) throws {
        try database.run(
            """
            UPDATE laminar_pipeline_progress SET emitted = max(emitted, ?2), rows_out = rows_out + ?3 WHERE pipeline = ?1
            """, pipeline, checkpoint, rows)
    }

    func noteError(_ pipeline: String, _ message: String?) throws {
        try database.run(
            "UPDATE laminar_pipeline_progress SET last_error = ?2 WHERE pipeline = ?1", pipeline, message)
    }

    // MARK: Where pipelines begin

    /// Where the first pipeline of a reader began, so that another one sees the same records.
    func origin(_ partition: TopicPartition, of reader: String) throws -> Int64? {
        try database.first(
            """
            SELECT first_offset FROM laminar_pipeline_origins WHERE reader = ? AND topic = ? AND partition = ?
            """, reader, partition.topic, partition.partition
        ) { $0.int64(0) }
    }

    /// All of a reader's.
    func origins(of reader: String) throws -> [TopicPartition: Int64] {
        let rows = try database.query(
            "SELECT topic, partition, first_offset FROM laminar_pipeline_origins WHERE reader = ?", reader
        ) { (topic: $0.text(0) ?? "", partition: $0.int64(1) ?? -1, offset: $0.int64(2) ?? 0) }
        return rows.reduce(into: [:]) { origins, row in
            guard let partition = Int32(exactly: row.partition) else { return }
            origins[TopicPartition(row.topic, partition)] = row.offset
        }
    }

    func putOrigin(_ offset: Int64, _ partition: TopicPartition, of reader: String) throws {
        try database.run(
            "INSERT OR IGNORE INTO laminar_pipeline_origins VALUES (?, ?, ?, ?)", reader, partition.topic,
            partition.partition, offset)
    }

    /// What lay before is gone.
    func moveOrigin(_ partition: TopicPartition, of reader: String, to offset: Int64) throws {
        try database.run(
            """
            UPDATE laminar_pipeline_origins SET first_offset = max(first_offset, ?4)
            WHERE reader = ?1 AND topic = ?2 AND partition = ?3
            """, reader, partition.topic, partition.partition, offset)
    }

    static func gone(_ pipeline: String) -> LaminarError {
        LaminarError(code: .unknownName, message: "Pipeline \(pipeline) was dropped, or made anew, while it ran.")
    }
}

/// The numbers of a pipeline that survive its process.
struct PipelineProgress: Sendable, Hashable {
    /// Who may write its groups: raised by each process that takes it over.
    var owner: Int64
    /// The number of the last checkpoint.
    var checkpoint: Int64
    var checkpointAt: Timestamp?
    /// The last checkpoint whose groups were written to a sink.
    var emitted: Int64
    var rowsIn: Int64
    var rowsOut: Int64
    var lastError: String?
    /// Another one whenever the groups begin anew.
    var life: Int64
}
