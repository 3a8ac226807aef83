import LaminarFormats
import LaminarSQL

/// Aggregates, and functions with OVER.
extension Binder {
    func bindAggregate(_ call: SQL.FunctionCall, at position: SQL.Position, in scope: Scope) throws -> BoundExpression {
        if call.over != nil { return try bindWindowCall(call, at: position, in: scope) }
        let name = call.name.name
        let overloads = FunctionCatalog.aggregates(named: name)
        if overloads.allSatisfy({ $0.use == .windows }) {
            throw fail("\(name) needs OVER", at: position, expected: "\(name)(…) OVER (ORDER BY …)")
        }
        guard scope.clause.takesAggregates else { throw misplaced(name, at: position, in: scope) }

        let clause = scope.clause
        defer { scope.clause = clause }
        scope.clause = .aggregate
        let arguments = try bindArguments(call, at: position, in: scope)
        let overload = overloads[try resolve(call, overloads, arguments, at: position)]
        let converted = try apply(overload.parameters, to: arguments, of: name)
        let orderBy = try bindAggregateOrder(call, converted, at: position, in: scope)
        if call.isDistinct {
            guard call.arguments != .star, !converted.isEmpty else {
                throw fail("\(name)(DISTINCT) needs an argument", at: position)
            }
            for argument in converted {
                try requireComparable(argument.type ?? .text, ordered: false, at: argument.position)
            }
        }
        scope.clause = .filter
        let filter = try call.filter.map { try bindCondition($0, "what follows WHERE in FILTER", in: scope) }
        try requireOwn(converted + [filter].compactMap { $0 }, name, at: position, in: scope)
        scope.hasAggregates = true
        return BoundExpression(
            .aggregate(
                BoundAggregate(
                    overload, converted, isDistinct: call.isDistinct, filter: filter, orderBy: orderBy)),
            overload.result.type(for: converted.map(\.argument)), isNullable: name != "count", at: position)
    }

    func bindArguments(_ call: SQL.FunctionCall, at position: SQL.Position, in scope: Scope) throws -> [BoundExpression]
    {
        var arguments: [BoundExpression] = []
        for argument in call.listed { arguments.append(try bind(argument, in: scope)) }
        return arguments
    }

    func resolve(
        _ call: SQL.FunctionCall, _ overloads: [AggregateFunction], _ arguments: [BoundExpression],
        at position: SQL.Position
    ) throws -> Int {
        let name = call.name.name
        if call.arguments == .star {
            guard let star = overloads.firstIndex(where: \.takesStar) else {
                throw fail("\(name) takes no *", at: position, expected: "an argument")
            }
            return star
        }
        let isStar = overloads.map { $0.takesStar && $0.parameters.isEmpty }
        if arguments.isEmpty, isStar.contains(true) {
            throw fail("\(name)() needs an argument", at: position, expected: "\(name)(*)")
        }
        return try resolve(name, overloads.map { ($0.parameters, nil) }, arguments, at: position)
    }

    private func bindAggregateOrder(
        _ call: SQL.FunctionCall, _ arguments: [BoundExpression], at position: SQL.Position, in scope: Scope
    ) throws -> [BoundOrder] {
        var keys: [BoundOrder] = []
        for item in call.orderBy {
            var key = try settled(bind(item.expression, in: scope))
            try requireComparable(key.type ?? .text, ordered: true, at: key.position)
            if call.isDistinct {
                guard let same = arguments.first(where: { $0.isSame(as: key) || $0.isConverted(key) }) else {
                    throw fail(
                        "with DISTINCT an aggregate is ordered by its arguments only", at: item.expression,
                        expected: "ORDER BY the first argument")
                }
                key = same
            }
            keys.append(BoundOrder(.expression(key), isDescending: item.isDescending, nullsFirst: item.nullsFirst))
        }
        return keys
    }

    /// An aggregate over nothing but columns of a query around it belongs to that query in PostgreSQL.
    private func requireOwn(
        _ expressions: [BoundExpression], _ name: String, at position: SQL.Position, in scope: Scope
    ) throws {
        var usesOwn = false
        var usesOuter = false
        for expression in expressions {
            _ = expression.contains { part in
                if case .column(let column) = part.kind {
                    if scope.owns(column.source) { usesOwn = true } else { usesOuter = true }
                }
                return usesOwn
            }
        }
        if usesOuter, !usesOwn {
            throw refuse(
                "\(name) over columns of the query around it isn't known here", at: position,
                instead: "the aggregate in that query")
        }
    }

    private func misplaced(_ name: String, at position: SQL.Position, in scope: Scope) -> SQLError {
        switch scope.clause {
        case .aggregate, .filter:
            fail(
                "\(name) can't stand inside of another aggregate", at: position,
                expected: "a subquery that aggregates first")
        case .condition:
            fail("an aggregate can't stand in WHERE, which is before grouping", at: position, expected: "HAVING")
        default:
            fail(
                "an aggregate can't stand in \(scope.clause.rawValue)", at: position,
                expected: "a subquery that aggregates first")
        }
    }
}

extension BoundExpression {
    /// Whether this is a conversion of the other one.
    func isConverted(_ other: BoundExpression) -> Bool {
        if case .cast(let inner) = kind { return inner.isSame(as: other) }
        return false
    }
}
