package import LaminarFormats
import LaminarSQL

/// Moves a query's work below SQLite, to where rows are fetched and still lie in columns: bounds of partition, offset and time,
/// filters, LIMIT, and GROUP BY with the usual aggregates.
///
///     let query = Pushdown(now: now).rewrite(bound)        // the same rows, less work
///
/// Tables of FROM are exchanged for ones that do a part themselves, and what they do is taken out of the query; the rest
/// stays, and SQLite does it. What is exchanged gives the same rows, so that the query's result is the same.
package struct Pushdown {
    private let now: Timestamp
    private let usesKernels: Bool

    /// - Parameters:
    ///   - now: NOW(), the same that the query will run with.
    ///   - usesKernels: whether rows are filtered and grouped in columns; without, only what is fetched is narrowed.
    package init(now: Timestamp, usesKernels: Bool = true) {
        self.now = now
        self.usesKernels = usesKernels
    }

    /// The query with as much as possible done below it.
    package func rewrite(_ query: BoundQuery) -> BoundQuery {
        var query = query
        for index in query.with.indices { query.with[index].query = rewrite(query.with[index].query) }
        switch query.body {
        case .select(let select):
            let limit = query.orderBy.isEmpty ? rowsWanted(query) : nil
            query.body = .select(rewrite(select, &query.orderBy, limit: limit))
        default: query.body = rewrite(query.body)
        }
        return query
    }

    private func rewrite(_ body: BoundBody) -> BoundBody {
        switch body {
        case .select(let select):
            var order: [BoundOrder] = []
            return .select(rewrite(select, &order, limit: nil))
        case .values(let rows): return .values(rows.map { $0.map(subqueries) })
        case .combined(let operation, let parts): return .combined(operation, parts.map { rewrite($0) })
        case .nested(let query): return .nested(rewrite(query))
        }
    }

    /// LIMIT and OFFSET together; nil where either isn't known, or there is no LIMIT.
    private func rowsWanted(_ query: BoundQuery) -> Int? {
        let folding = ConstantFolding(now: now)
        guard let limit = query.limit.flatMap({ folding.value(of: $0)?.kernelInteger }), limit >= 0 else { return nil }
        guard let offset = query.offset else { return Int(clamping: limit) }
        guard let skipped = folding.value(of: offset)?.kernelInteger, skipped >= 0 else { return nil }
        let (sum, overflow) = limit.addingReportingOverflow(skipped)
        return overflow ? nil : Int(clamping: sum)
    }
}

// MARK: - One SELECT

extension Pushdown {
    private func rewrite(_ select: BoundSelect, _ order: inout [BoundOrder], limit: Int?) -> BoundSelect {
        var select = select
        select.from = select.from.map { rewrite($0) }
        for index in select.items.indices {
            select.items[index].expression = subqueries(select.items[index].expression)
        }
        select.condition = select.condition.map(subqueries)
        select.having = select.having.map(subqueries)
        guard let from = select.from else { return select }
        if usesKernels, let grouped = GroupRewriting(from, now: now)?.rewrite(select, &order) { return grouped }

        var left = select.condition?.conjuncts ?? []
        var exchanged: [Int: BoundSource] = [:]
        for source in from.preserved {
            guard case .scanned(let table, let name) = source.origin else { continue }
            let bounds = self.bounds(of: left, source)
            let taken = left.map { usesKernels && isForKernels($0, source) }
            let conditions = zip(left, taken).filter(\.1).map(\.0)
            left = zip(left, taken).filter { !$0.1 }.map(\.0)
            // Rows that come must be rows that are wanted, each of them once.
            let isAlone = from.sources.count == 1 && left.isEmpty && !select.isGrouped && !select.isDistinct
            let most = isAlone && !select.hasWindows ? limit : nil
            let rest = left.filter { $0.uses(source.id) }
            guard bounds != .everything || !conditions.isEmpty || most != nil || !rest.isEmpty else { continue }
            var narrowed = source
            narrowed.origin = .scanned(
                NarrowedTable(
                    base: table, source: source.id, bounds: bounds, conditions: conditions, limit: most, now: now,
                    left: rest.map(ExplainedExpression(columns: from.columnNames).text)),
                name: name)
            exchanged[source.id] = narrowed
        }
        select.from = from.exchanging(exchanged)
        select.condition = BoundExpression(all: left)
        return select
    }

    private func bounds(of conjuncts: [BoundExpression], _ source: BoundSource) -> ScanBounds {
        let reader = BoundsReader(
            source: source.id, columns: source.columns, folding: ConstantFolding(now: now))
        return conjuncts.reduce(.everything) { $0.intersection(reader.bounds($1)) }
    }

    private func isForKernels(_ condition: BoundExpression, _ source: BoundSource) -> Bool {
        let places = ColumnPlaces()
        let compiler = KernelCompiler(
            source: source.id, now: now, place: places.number(of:), columns: source.columns)
        return compiler.predicate(condition) != nil
    }

    private func rewrite(_ table: BoundTable) -> BoundTable {
        switch table {
        case .source(var source):
            if case .subquery(let query) = source.origin { source.origin = .subquery(rewrite(query)) }
            return .source(source)
        case .join(let kind, let left, let right, let condition):
            return .join(kind, rewrite(left), rewrite(right), on: condition.map(subqueries))
        }
    }

    /// The expression with its subqueries rewritten, at any depth.
    private func subqueries(_ expression: BoundExpression) -> BoundExpression {
        var mapped = expression.mappingChildren(subqueries)
        switch mapped.kind {
        case .scalar(let query): mapped.kind = .scalar(rewrite(query))
        case .exists(let query): mapped.kind = .exists(rewrite(query))
        case .inQuery(let values, let query, let isNegated):
            mapped.kind = .inQuery(values, rewrite(query), isNegated: isNegated)
        case .quantified(let value, let comparison, let isAll, let query):
            mapped.kind = .quantified(value, comparison, isAll: isAll, rewrite(query))
        default: break
        }
        return mapped
    }
}

// MARK: - Parts of the tree

extension BoundExpression {
    /// What AND joins, at any depth.
    var conjuncts: [BoundExpression] {
        if case .and(let operands) = kind { operands.flatMap(\.conjuncts) } else { [self] }
    }

    /// What all of the conditions say; nil for none.
    init?(all conditions: [BoundExpression]) {
        guard let first = conditions.first else { return nil }
        guard conditions.count > 1 else {
            self = first
            return
        }
        self.init(.and(conditions), .boolean, isNullable: conditions.contains(where: \.isNullable))
    }

    /// Whether a column of the source is in it.
    func uses(_ source: Int) -> Bool {
        contains { part in
            if case .column(let reference) = part.kind { reference.source == source } else { false }
        }
    }

    /// Whether a subquery is in it.
    var hasSubqueries: Bool { contains { !$0.queries.isEmpty } }
}

extension BoundSelect {
    /// Whether a window function is selected.
    var hasWindows: Bool {
        items.contains {
            $0.expression.contains { part in
                if case .window = part.kind { true } else { false }
            }
        }
    }
}

extension BoundTable {
    /// The sources whose rows stand in the result only if WHERE holds for them: those that no outer join makes up NULLs of.
    var preserved: [BoundSource] {
        switch self {
        case .source(let source): [source]
        case .join(.inner, let left, let right, _), .join(.cross, let left, let right, _):
            left.preserved + right.preserved
        case .join(.left, let left, _, _): left.preserved
        case .join(.right, _, let right, _): right.preserved
        case .join(.full, _, _, _): []
        }
    }

    /// The names of all sources' columns, by the sources' numbers.
    fileprivate var columnNames: [Int: [String]] {
        Dictionary(sources.map { ($0.id, $0.columns.map(\.name)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same with other sources in the place of some, by their numbers.
    fileprivate func exchanging(_ others: [Int: BoundSource]) -> BoundTable {
        switch self {
        case .source(let source): .source(others[source.id] ?? source)
        case .join(let kind, let left, let right, let condition):
            .join(kind, left.exchanging(others), right.exchanging(others), on: condition)
        }
    }
}
