internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// A pipeline's groups as a query reads them: as they are now, HAVING and the expressions around the aggregates applied.
struct PipelineTable: QueryTable {
    let schema: RowSchema
    private let shown: TranslatedQuery
    private let database: SQLiteDatabase

    /// - Parameter name: the pipeline's.
    init(_ plan: GroupedPlan, name: String, database: SQLiteDatabase) throws {
        schema = try RowSchema(plan.columns)
        shown = try Translator.translate(plan.shown(from: GroupTable.name(of: name)))
        self.database = database
    }

    func scan(_ request: ScanRequest) throws -> any BatchSupply {
        GroupSupply(try QueryRun(shown, local: database), columns: request.columns)
    }

    /// The rows of a query, with some of its columns.
    private final class GroupSupply: BatchSupply {
        private let run: QueryRun
        private let columns: [Int]

        init(_ run: QueryRun, columns: [Int]) {
            self.run = run
            self.columns = columns
        }

        func next() throws -> RecordBatch? {
            do { return try run.nextBlocking()?.projecting(columns) } catch let error as QueryError
                where error.code == .cancelled
            { return nil }
        }

        func cancel() { run.cancel() }
    }
}
