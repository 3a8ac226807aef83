import LaminarFormats

/// The groups of a table's rows, with partial results: what SQLite adds up instead of the rows.
struct GroupedTable: QueryTable {
    let base: any QueryTable
    let bounds: ScanBounds
    /// The base's columns that the kernels read, in the order of their places.
    let columns: [Int]
    let groups: GroupPlan
    /// What EXPLAIN says of conditions, keys and aggregates.
    let description: [String]

    var schema: RowSchema { groups.schema }

    var notices: [String] { base.notices }

    func scan(_ request: ScanRequest) throws -> any BatchSupply {
        let partial = PartialGroups(try base.scan(baseRequest(request)), groups)
        guard request.columns != Array(schema.columns.indices) else { return partial }
        return ProjectedSupply(partial, places: request.columns, schema: try schema.projecting(request.columns))
    }

    func explain(_ request: ScanRequest) throws -> [String] { try base.explain(baseRequest(request)) + description }

    private func baseRequest(_ request: ScanRequest) -> ScanRequest { ScanRequest(columns: columns, bounds: bounds) }
}

/// Some of another supply's columns.
final class ProjectedSupply: BatchSupply {
    private let rows: any BatchSupply
    private let places: [Int]
    private let schema: RowSchema

    init(_ rows: any BatchSupply, places: [Int], schema: RowSchema) {
        self.rows = rows
        self.places = places
        self.schema = schema
    }

    func next() throws -> RecordBatch? {
        try rows.next()?.taking(columns: places, rows: nil, schema: schema)
    }

    func cancel() { rows.cancel() }
}
