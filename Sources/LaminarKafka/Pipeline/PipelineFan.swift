internal import LaminarFormats

/// Hands a reader's batches to its pipelines, each with the rows and columns that are its own.
struct PipelineFan: Sendable {
    private struct Outlet: Sendable {
        let worker: PipelineWorker
        /// Its table's place in the decoding.
        let table: Int
        /// Its columns' places in what is decoded of the table.
        let columns: [Int]
    }

    /// Decodes what any of the pipelines uses.
    let decoding: RecordDecoding<TableRows>
    private let outlets: [Outlet]

    /// - Throws: `FormatError` where a table's format can't decode the columns.
    init(_ pipelines: [(worker: PipelineWorker, table: FannedTable, columns: [Int])]) throws {
        var used: [String: Set<Int>] = [:]
        var wholes: [String: FannedTable] = [:]
        for pipeline in pipelines {
            used[pipeline.table.name, default: []].formUnion(pipeline.columns)
            wholes[pipeline.table.name] = pipeline.table
        }
        let names = wholes.keys.sorted()
        let columns = names.map { (used[$0] ?? []).sorted() }
        var tables: [FannedTable] = []
        for (name, columns) in zip(names, columns) {
            guard let whole = wholes[name] else { continue }
            tables.append(
                FannedTable(
                    name: name, format: whole.format, schema: try whole.schema.projecting(columns),
                    options: whole.options))
        }
        decoding = try .fanned(tables)
        outlets = pipelines.map { pipeline in
            let table = names.firstIndex(of: pipeline.table.name) ?? 0
            return Outlet(
                worker: pipeline.worker, table: table,
                columns: pipeline.columns.compactMap { columns[table].firstIndex(of: $0) })
        }
    }

    /// Waits until each of the pipelines has room for it.
    func send(_ batch: KafkaBatch<TableRows>, _ claims: ReaderClaims) async {
        guard let rows = batch.storedValues.first else { return }
        var jumps: [TopicPartition: Int64] = [:]
        for run in batch.runs {
            if let jump = claims.jump(run.partition, to: run.offsets.lowerBound) { jumps[run.partition] = jump }
        }
        let share = BatchShare(batch, jumps: jumps, readers: outlets.count)
        for outlet in outlets {
            let isTaken = await outlet.worker.inbox.send(
                ReaderBatch(
                    share: share, rows: rows.tables[outlet.table], columns: outlet.columns,
                    records: batch.recordCount))
            if !isTaken { share.abandon() }
        }
    }
}
