import LaminarFormats
import LaminarSQL

/// Subqueries as values and in predicates.
extension Binder {
    func bindScalar(_ query: SQL.Query, in scope: Scope) throws -> BoundExpression {
        let at = place
        let bound = try bindQuery(query, in: scope)
        try requireOneColumn(bound, "a subquery that is a value", at: at)
        return BoundExpression(.scalar(bound), bound.columns[0].type, at: at)
    }

    func bindExists(_ query: SQL.Query, in scope: Scope) throws -> BoundExpression {
        let at = place
        return BoundExpression(.exists(try bindQuery(query, in: scope)), .boolean, isNullable: false, at: at)
    }

    func bindInQuery(
        _ value: SQL.Expression, _ query: SQL.Query, _ isNegated: Bool, in scope: Scope
    ) throws -> BoundExpression {
        var values: [BoundExpression] = []
        if case .row(let parts) = value {
            for part in parts { values.append(try bind(part, in: scope)) }
        } else {
            values = [try bind(value, in: scope)]
        }
        let at = values.first?.position ?? place
        var bound = try bindQuery(query, in: scope)
        guard values.count == bound.columns.count else {
            throw fail(
                "IN compares \(values.count) value\(values.count == 1 ? "" : "s") to a query of \(bound.columns.count) columns",
                at: at, expected: values.count == 1 ? "a query of one column" : "as many columns as values")
        }
        var types: [ColumnType?] = []
        for index in values.indices {
            let column = BoundExpression(.constant(.null), bound.columns[index].type, at: values[index].position)
            let (left, right) = try comparable(values[index], column, "IN", ordered: false)
            values[index] = left
            types.append(right.type?.kind == bound.columns[index].type.kind ? nil : right.type)
        }
        bound = try converted(bound, to: types)
        let isNullable = values.contains(where: \.isNullable) || bound.columns.contains(where: \.isNullable)
        return BoundExpression(
            .inQuery(values, bound, isNegated: isNegated), .boolean, isNullable: isNullable, at: at)
    }

    func bindQuantifiedQuery(
        _ quantified: SQL.Quantified, _ comparison: Comparison, _ query: SQL.Query, in scope: Scope
    ) throws -> BoundExpression {
        if comparison == .equal, !quantified.isAll { return try bindInQuery(quantified.value, query, false, in: scope) }
        if comparison == .notEqual, quantified.isAll {
            return try bindInQuery(quantified.value, query, true, in: scope)
        }
        let value = try bind(quantified.value, in: scope)
        let isTwofold = value.contains {
            switch $0.kind {
            case .aggregate, .window: true
            default: false
            }
        }
        if isTwofold {
            throw refuse(
                "an aggregate can't be compared by ANY and ALL here", at: value.position,
                instead: "it as a column of a subquery, and the comparison around that")
        }
        var bound = try bindQuery(query, in: scope)
        try requireOneColumn(bound, "a query behind ANY or ALL", at: value.position)
        let column = BoundExpression(.constant(.null), bound.columns[0].type, at: value.position)
        let (left, right) = try comparable(
            value, column, comparison.rawValue, ordered: comparison != .equal && comparison != .notEqual)
        bound = try converted(bound, to: [right.type?.kind == bound.columns[0].type.kind ? nil : right.type])
        return BoundExpression(
            .quantified(left, comparison, isAll: quantified.isAll, bound), .boolean, at: value.position)
    }

    private func requireOneColumn(_ query: BoundQuery, _ what: String, at position: SQL.Position) throws {
        guard query.columns.count == 1 else {
            throw fail("\(what) has \(query.columns.count) columns", at: position, expected: "one column")
        }
    }

    /// The query with its columns in other types; nil leaves one as it is.
    private func converted(_ query: BoundQuery, to types: [ColumnType?]) throws -> BoundQuery {
        guard types.contains(where: { $0 != nil }) else { return query }
        let body = try coerce(.nested(query), to: types)
        let columns = zip(query.columns, types).map {
            ColumnSchema($0.name, $1 ?? $0.type, isNullable: $0.isNullable)
        }
        return BoundQuery(body: body, columns: columns)
    }
}
