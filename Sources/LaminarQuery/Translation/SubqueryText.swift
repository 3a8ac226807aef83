import LaminarFormats
import LaminarSQL

/// Subqueries as values and in predicates, in SQLite's text.
extension Translator {
    func subquery(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .scalar(let query): scalar(query)
        case .exists(let query): "EXISTS (\(inner(query)))"
        case .inQuery(let values, let query, let isNegated): membership(values, query, isNegated)
        case .quantified(let value, let comparison, let isAll, let query):
            quantified(keyText(of: value), comparison, isAll, keyed(query))
        case .quantifiedArray(let value, let comparison, let isAll, let array):
            quantifiedArray(value, comparison, isAll, array)
        default: "NULL"
        }
    }

    /// A subquery sees the keys of the SELECT around it as columns only, and has keys of its own.
    ///
    /// It may run for each row of that one.
    private func inner(_ query: BoundQuery) -> String { outside { kept { text(of: query) } } }

    /// SQLite takes the first of several rows; PostgreSQL refuses them.
    private func scalar(_ query: BoundQuery) -> String {
        let type = query.columns.first?.type ?? .text
        guard !query.givesOneRow, let only = FunctionCatalog.aggregates(named: "single_value").first else {
            return "(\(inner(query)))"
        }
        return "(SELECT \(only.sqlName(of: [FunctionArgument(type)], giving: type))(c0) FROM (\(inner(query))))"
    }

    private func membership(_ values: [BoundExpression], _ query: BoundQuery, _ isNegated: Bool) -> String {
        let left = values.map { keyText(of: $0) }.joined(separator: ", ")
        return "(\(values.count == 1 ? left : "(\(left))") \(isNegated ? "NOT IN" : "IN") (\(keyed(query))))"
    }

    /// The query with what its columns are compared by.
    private func keyed(_ query: BoundQuery) -> String {
        let text = inner(query)
        guard query.columns.contains(where: { $0.type == .interval }) else { return text }
        let keys = query.columns.enumerated().map { index, column in
            (column.type == .interval ? FunctionCatalog.intervalKey("c\(index)") : "c\(index)") + " AS c\(index)"
        }
        return "SELECT \(keys.joined(separator: ", ")) FROM (\(text))"
    }

    /// ANY is true where a comparison is, else NULL where one is NULL, else false; ALL likewise for false.
    private func quantified(_ value: String, _ comparison: Comparison, _ isAll: Bool, _ rows: String) -> String {
        // 2 for what decides, 1 for NULL, 0 for the rest; without rows the maximum is NULL.
        let test = "(\(value) \(comparison.rawValue) c0)"
        let score = "CASE \(test) WHEN \(isAll ? 0 : 1) THEN 2 WHEN \(isAll ? 1 : 0) THEN 0 ELSE 1 END"
        return """
            (SELECT CASE max(\(score)) WHEN 2 THEN \(isAll ? 0 : 1) WHEN 1 THEN NULL ELSE \(isAll ? 1 : 0) END \
            FROM (\(rows)))
            """
    }

    private func quantifiedArray(
        _ value: BoundExpression, _ comparison: Comparison, _ isAll: Bool, _ array: BoundExpression
    ) -> String {
        let text = text(of: array)
        var element = ColumnType.text
        if case .array(let inner) = array.type { element = inner }
        var cell = "laminar_json_element(\(text), key + 1, \(FunctionCatalog.typeLiteral(element)))"
        if element == .interval { cell = FunctionCatalog.intervalKey(cell) }
        let test = quantified(keyText(of: value), comparison, isAll, "SELECT \(cell) AS c0 FROM json_each(\(text))")
        return "CASE WHEN \(text) IS NOT NULL THEN \(test) END"
    }
}

extension BoundQuery {
    /// Whether it can't give more than one row.
    fileprivate var givesOneRow: Bool {
        if case .bigint(let number)? = limit?.constantValue, number <= 1 { return true }
        switch body {
        case .select(let select): return select.from == nil || select.isGrouped && select.groupBy.isEmpty
        case .values(let rows): return rows.count <= 1
        case .combined: return false
        case .nested(let query): return query.givesOneRow
        }
    }
}
