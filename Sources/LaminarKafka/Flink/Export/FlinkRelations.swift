internal import LaminarSQL

// Which tables and pipelines a query names.
extension SQL.CreatePipeline {
    /// The names behind FROM anywhere in it, and the table that it writes to.
    var relations: Set<String> {
        switch body {
        case .select(let query): query.relations
        case .insert(let insert): insert.source.relations.union([insert.table.name])
        }
    }
}

extension SQL.Query {
    /// The names behind FROM anywhere in it, its own WITH's taken out.
    var relations: Set<String> {
        var names = body.relations
        for item in orderBy { names.formUnion(item.expression.relations) }
        for expression in [limit, offset].compactMap({ $0 }) { names.formUnion(expression.relations) }
        guard let with else { return names }
        for table in with.tables.reversed() {
            names.remove(table.name.name)
            names.formUnion(table.query.relations)
        }
        return names
    }
}

extension SQL.QueryBody {
    var relations: Set<String> {
        switch self {
        case .select(let select):
            var names: Set<String> = []
            for reference in select.from { names.formUnion(reference.relations) }
            for case .expression(let expression, _) in select.items { names.formUnion(expression.relations) }
            let others = [select.condition, select.having].compactMap { $0 } + select.groupBy
            for expression in others { names.formUnion(expression.relations) }
            return names
        case .values(let rows): return rows.joined().reduce(into: []) { $0.formUnion($1.relations) }
        case .combined(_, let bodies): return bodies.reduce(into: []) { $0.formUnion($1.relations) }
        case .nested(let query): return query.relations
        }
    }
}

extension SQL.TableReference {
    var relations: Set<String> {
        var names = table.relations
        for join in joins {
            names.formUnion(join.table.relations)
            if case .on(let condition) = join.constraint { names.formUnion(condition.relations) }
        }
        return names
    }
}

extension SQL.TableFactor {
    var relations: Set<String> {
        switch self {
        case .table(let name, _): [name.name]
        case .subquery(let query, _): query.relations
        case .function(let call, _): SQL.Expression.function(call).relations
        case .nested(let reference): reference.relations
        }
    }
}

extension SQL.Expression {
    /// The names behind FROM in its subqueries.
    var relations: Set<String> {
        var names: Set<String> = []
        switch self {
        case .inQuery(_, let query, _), .exists(let query), .subquery(let query): names = query.relations
        case .quantified(let quantified):
            if case .query(let query) = quantified.operand { names = query.relations }
        default: break
        }
        return children.reduce(into: names) { $0.formUnion($1.relations) }
    }

    /// The expressions directly inside of it, those of subqueries apart.
    private var children: [SQL.Expression] {
        switch self {
        case .literal, .typedLiteral, .interval, .column, .parameter, .exists, .subquery: []
        case .unary(_, let value), .isTest(let value, _, _), .cast(let value, _), .extract(_, let value),
            .field(let value, _), .inQuery(let value, _, _):
            [value]
        case .binary(_, let left, let right), .isDistinct(let left, let right, _), .subscripted(let left, let right):
            [left, right]
        case .chain(_, let values), .row(let values), .array(let values): values
        case .between(let between): [between.value, between.low, between.high]
        case .inList(let value, let values, _): [value] + values
        case .like(let like): [like.value, like.pattern] + (like.escape.map { [$0] } ?? [])
        case .quantified(let quantified): quantified.children
        case .caseWhen(let value):
            [value.operand, value.otherwise].compactMap { $0 } + value.branches.flatMap { [$0.condition, $0.result] }
        case .function(let call): call.children
        }
    }
}

extension SQL.Quantified {
    fileprivate var children: [SQL.Expression] {
        if case .array(let array) = operand { [value, array] } else { [value] }
    }
}

extension SQL.FunctionCall {
    fileprivate var children: [SQL.Expression] {
        var values: [SQL.Expression] = []
        if case .list(let list) = arguments { values = list }
        return values + orderBy.map(\.expression) + (filter.map { [$0] } ?? [])
    }
}
