import LaminarFormats
import LaminarSQL

/// Rewrites a GROUP BY over one virtual table into one over the table's partial groups.
///
/// COUNT(*) becomes the sum of partial counts, AVG the quotient of two sums, MIN the least of partial least values: exact,
/// since integers and DECIMALs are summed exactly. Where anything is left that kernels don't know, nothing is rewritten.
struct GroupRewriting {
    private let source: BoundSource
    private let table: any QueryTable
    private let name: String
    private let now: Timestamp

    /// nil for more than one table, and for one that isn't virtual.
    init?(_ from: BoundTable, now: Timestamp) {
        guard case .source(let source) = from, case .scanned(let table, let name) = source.origin else { return nil }
        self.source = source
        self.table = table
        self.name = name
        self.now = now
    }

    /// - Parameter order: ORDER BY of the query, which can hold aggregates too.
    /// - Returns: nil where the SELECT can't be rewritten; `order` is as it was then.
    func rewrite(_ select: BoundSelect, _ order: inout [BoundOrder]) -> BoundSelect? {
        guard select.isGrouped, select.groupBy.count <= GroupKeys.most else { return nil }
        let orderKeys = order.compactMap(\.expression)
        let all = select.items.map(\.expression) + [select.having].compactMap(\.self) + orderKeys
        guard !all.contains(where: \.hasSubqueries) else { return nil }

        let places = ColumnPlaces()
        let compiler = KernelCompiler(
            source: source.id, now: now, place: places.number(of:), columns: source.columns)
        var condition: PredicateKernel?
        if let written = select.condition {
            guard let compiled = compiler.predicate(written) else { return nil }
            condition = compiled
        }
        var keys: [KeyKernel] = []
        for key in select.groupBy {
            guard let kernel = compiler.key(key) else { return nil }
            keys.append(kernel)
        }
        var partials = PartialResults(source: source.id, keys: keys.count, compiler: compiler)
        var rewritten = select
        for index in select.items.indices {
            guard let item = partials.merged(select.items[index].expression) else { return nil }
            rewritten.items[index].expression = item
        }
        if let having = select.having {
            guard let merged = partials.merged(having) else { return nil }
            rewritten.having = merged
        }
        var rewrittenOrder = order
        for index in order.indices {
            guard case .expression(let key) = order[index].key else { continue }
            guard let merged = partials.merged(key) else { return nil }
            rewrittenOrder[index].key = .expression(merged)
        }
        guard let plan = try? GroupPlan(where: condition, keys: keys, aggregates: partials.aggregates) else {
            return nil
        }

        let text = ExplainedExpression(columns: [source.id: source.columns.map(\.name)])
        var description: [String] = []
        if let written = select.condition { description.append("filtered in columns: \(text.text(written))") }
        let shown = partials.written.map(text.text).joined(separator: ", ")
        description.append(
            "grouped in columns"
                + (select.groupBy.isEmpty ? "" : " by \(select.groupBy.map(text.text).joined(separator: ", "))")
                + (shown.isEmpty ? "" : ": \(shown)"))
        let reader = BoundsReader(
            source: source.id, columns: source.columns, folding: ConstantFolding(now: now))
        let grouped = GroupedTable(
            base: table, bounds: select.condition.map { reader.bounds($0) } ?? .everything, columns: places.columns,
            groups: plan, description: description)
        rewritten.from = .source(
            BoundSource(
                id: source.id, name: source.name, columns: plan.schema.columns, origin: .scanned(grouped, name: name)))
        rewritten.condition = nil
        rewritten.groupBy = select.groupBy.enumerated().map { number, key in
            BoundExpression(.column(ColumnReference(source: source.id, column: number)), key.type)
        }
        order = rewrittenOrder
        return rewritten
    }
}

extension KernelCompiler {
    /// What rows can be grouped by.
    fileprivate func key(_ expression: BoundExpression) -> KeyKernel? {
        guard let type = expression.type else { return nil }
        if type.isKernelInteger { return integer(expression).map { .integer($0, type) } }
        switch type {
        case .boolean: return predicate(expression).map { .truth($0) }
        case .text, .bytea: return column(expression).map { .text(place($0), type) }
        default: return nil
        }
    }
}
