import LaminarFormats

/// A table of which a query wants a part: what its predicates leave to fetch, and the rows for which those of them hold that
/// kernels can answer. SQLite isn't asked about these any more.
struct NarrowedTable: QueryTable {
    let base: any QueryTable
    /// The table's number in the statement, by which the conditions name its columns.
    let source: Int
    let bounds: ScanBounds
    /// All of them hold for a row that comes; each is known to be one for kernels.
    let conditions: [BoundExpression]
    /// After how many rows nothing more is needed; nil for all.
    let limit: Int?
    let now: Timestamp
    /// The other conditions on the table, which SQLite answers: for EXPLAIN.
    let left: [String]

    var schema: RowSchema { base.schema }

    var notices: [String] { base.notices }

    func scan(_ request: ScanRequest) throws -> any BatchSupply {
        let plan = try plan(request)
        let supply = try base.scan(plan.request)
        guard let filter = plan.filter else { return supply }
        return FilteredSupply(supply, where: filter, places: plan.places, schema: plan.schema, limit: plan.limit)
    }

    func explain(_ request: ScanRequest) throws -> [String] {
        let plan = try plan(request)
        var lines: [String] = []
        if !conditions.isEmpty {
            let text = ExplainedExpression(columns: [source: base.schema.columns.map(\.name)])
            lines.append("filtered in columns: \(conditions.map(text.text).joined(separator: " AND "))")
        }
        if !left.isEmpty { lines.append("left to SQLite: \(left.joined(separator: " AND "))") }
        if plan.filter != nil, let limit = plan.limit { lines.append("ends after \(limit) rows") }
        return try base.explain(plan.request) + lines
    }

    private struct Plan {
        var request: ScanRequest
        var filter: PredicateKernel?
        /// The asked columns by their places in the base's batches.
        var places: [Int]
        var schema: RowSchema
        var limit: Int?
    }

    private func plan(_ request: ScanRequest) throws -> Plan {
        let used = ColumnPlaces(request.columns)
        var kernels: [PredicateKernel] = []
        let compiler = KernelCompiler(
            source: source, now: now, place: used.number(of:), columns: base.schema.columns)
        for condition in conditions {
            guard let kernel = compiler.predicate(condition) else {
                throw QueryError(.engine, "A condition of the query was planned for columns that can't answer it.")
            }
            kernels.append(kernel)
        }
        let most = [request.limit, limit].compactMap(\.self).min()
        return Plan(
            request: ScanRequest(
                columns: used.columns, bounds: request.bounds.intersection(bounds), limit: kernels.isEmpty ? most : nil),
            filter: kernels.isEmpty ? nil : kernels.count == 1 ? kernels[0] : .and(kernels),
            places: Array(request.columns.indices), schema: try base.schema.projecting(request.columns), limit: most)
    }
}

/// The columns that a scan needs, each with its place in the scan's batches, in the order in which they were asked for.
final class ColumnPlaces {
    private(set) var columns: [Int]
    private var places: [Int: Int]

    init(_ columns: [Int] = []) {
        self.columns = columns
        places = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of a column, which is added where it is new.
    func number(of column: Int) -> Int {
        if let place = places[column] { return place }
        places[column] = columns.count
        columns.append(column)
        return columns.count - 1
    }
}
