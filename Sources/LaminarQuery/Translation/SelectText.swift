import LaminarFormats
import LaminarSQL

/// One SELECT in SQLite's text.
extension Translator {
    func text(of select: BoundSelect, orderBy: [BoundOrder]) -> String {
        let around = keys
        defer { keys = around }
        keys = []
        let from = select.from.map { " FROM " + text(of: $0) } ?? ""
        let condition = select.condition.map { " WHERE " + text(of: $0) } ?? ""
        let groupBy = select.groupBy.map { self.groupKey($0) }
        keys = select.groupBy.map { text(of: $0) }
        var items = select.items.enumerated().map { "\(text(of: $1.expression)) AS c\($0)" }
        let having = select.having.map { " HAVING " + text(of: $0) } ?? ""
        if select.isGrouped, groupBy.isEmpty, !items.isEmpty,
            !select.items.contains(where: { $0.expression.hasAggregate })
        {
            // SQLite takes the SELECT for one of groups only where an item is an aggregate.
            items[0] = "CASE WHEN count(*) >= 0 THEN \(text(of: select.items[0].expression)) END AS c0"
        }
        let list = items.joined(separator: ", ")
        let rest =
            from + condition + (groupBy.isEmpty ? "" : " GROUP BY " + groupBy.joined(separator: ", ")) + having
        let isInterval = select.items.map { $0.expression.type == .interval }
        if select.isDistinct, isInterval.contains(true) {
            return distinct("SELECT \(list)\(rest)", isInterval) + order(orderBy)
        }
        return "SELECT \(select.isDistinct ? "DISTINCT " : "")\(list)\(rest)\(order(orderBy))"
    }

    /// A constant is bound: an integer would be the number of an item.
    private func groupKey(_ key: BoundExpression) -> String {
        if let value = key.constantValue { return bind(StoredValue.stored(value)) }
        let text = keyText(of: key)
        return text.allSatisfy { $0.isNumber || $0 == "-" } ? "(0 + \(text))" : text
    }

    // MARK: FROM

    /// Of a scan or a join of two the first table streams, and stays first; of more tables SQLite chooses the order.
    private func text(of table: BoundTable) -> String {
        guard case .join(let kind, let left, let right, _) = table, case .source = left, case .source = right else {
            if case .join = table { return kept { joined(table) } }
            return joined(table)
        }
        // The unmatched rows of the right side come last, from a second look at them.
        let isFixed = kind == .inner || kind == .cross || kind == .left
        return isFixed ? joined(table, keepsOrder: true) : kept { joined(table) }
    }

    private func joined(_ table: BoundTable, keepsOrder: Bool = false) -> String {
        switch table {
        case .source(let source): return text(of: source)
        case .join(let kind, let left, let right, let condition):
            // To SQLite, CROSS JOIN means the order of the tables, whatever the condition.
            let word =
                kind == .left || kind == .right || kind == .full ? kind.rawValue : keepsOrder ? "CROSS JOIN" : "JOIN"
            let leftText = joined(left)
            var rightText = kept { joined(right) }
            if case .join = right { rightText = "(\(rightText))" }
            let isOuter = kind == .left || kind == .right || kind == .full
            let on = condition.map { " ON " + text(of: $0) } ?? (isOuter ? " ON 1" : "")
            return "\(leftText) \(word) \(rightText)\(on)"
        }
    }

    private func text(of source: BoundSource) -> String {
        let alias = "s\(source.id)"
        switch source.origin {
        case .scanned(let table, _): return "\(scan(table, of: source.id, isKept: !streams)) AS \(alias)"
        case .stored(let name): return "\(storedTable(name, source.columns.map(\.name), of: source.id)) AS \(alias)"
        case .subquery(let query): return "(\(outside { text(of: query) })) AS \(alias)"
        case .common(let id):
            let uses = commonUses[id] ?? (0, false)
            commonUses[id] = (uses.count + 1, uses.isKept || !streams)
            return "t\(id) AS \(alias)"
        case .series(let bounds): return "(\(outside { series(bounds) })) AS \(alias)"
        }
    }

    /// generate_series: a recursive query that stops at the last value within the bounds.
    private func series(_ bounds: [BoundExpression]) -> String {
        let isTime = bounds[0].type == .timestamp
        let step = bounds.count > 2 ? text(of: bounds[2]) : "1"
        var next = "c0 + s"
        var rises = "s > 0"
        var falls = "s < 0"
        if isTime,
            let add = FunctionCatalog.scalars(named: "+").first(where: {
                $0.parameters == [.kind(.timestamp), .kind(.interval)]
            })
        {
            next = add.sql(
                ["c0", "s"], of: [FunctionArgument(.timestamp), FunctionArgument(.interval)], giving: .timestamp)
            let zero = FunctionCatalog.intervalKey(constant(.interval(CalendarInterval())))
            rises = "\(FunctionCatalog.intervalKey("s")) > \(zero)"
            falls = "\(FunctionCatalog.intervalKey("s")) < \(zero)"
        }
        return """
            WITH RECURSIVE p(a, b, s) AS (SELECT \(text(of: bounds[0])), \(text(of: bounds[1])), \(step)), \
            r(c0) AS (SELECT a FROM p WHERE \(rises) AND a <= b OR \(falls) AND a >= b \
            UNION ALL SELECT \(next) FROM r JOIN p WHERE \(rises) AND \(next) <= b OR \(falls) AND \(next) >= b) \
            SELECT c0 FROM r
            """
    }
}

extension BoundExpression {
    /// Whether an aggregate of the SELECT around it is in it; those of functions with OVER are.
    fileprivate var hasAggregate: Bool {
        contains { if case .aggregate = $0.kind { true } else { false } }
    }
}
