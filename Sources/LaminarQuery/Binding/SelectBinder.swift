import LaminarFormats
import LaminarSQL

/// One SELECT: FROM first, then WHERE, the items, GROUP BY, HAVING and ORDER BY.
extension Binder {
    func bindSelect(
        _ select: SQL.Select, orderBy: [SQL.OrderItem], in outer: Scope
    ) throws -> (BoundSelect, [BoundOrder]) {
        let scope = Scope(parent: outer)
        scope.windows = select.windows
        for (index, window) in select.windows.enumerated()
        where select.windows[..<index].contains(where: { $0.name.name == window.name.name }) {
            throw fail("there are two windows named \(window.name.name)", at: window.name.position)
        }
        if let row = try rowFunction(select, in: scope) { return (row, []) }
        var bound = BoundSelect(isDistinct: select.isDistinct, items: [])
        bound.from = try bindFrom(select.from, in: scope)
        scope.aliases = select.items.compactMap {
            if case .expression(_, let alias?) = $0 { alias.name } else { nil }
        }
        if let condition = select.condition {
            scope.clause = .condition
            bound.condition = try bindCondition(condition, "what follows WHERE", in: scope)
        }
        scope.clause = .items
        bound.items = try bindItems(select.items, in: scope)
        bound.groupBy = try bindGroupBy(select.groupBy, bound.items, in: scope)
        if let having = select.having {
            scope.clause = .having
            bound.having = try bindCondition(having, "what follows HAVING", in: scope)
        }
        scope.clause = .orderBy
        var order = try bindOrder(orderBy, bound.items, in: scope)
        bound.isGrouped = scope.hasAggregates || !bound.groupBy.isEmpty || bound.having != nil
        if bound.isGrouped { try group(&bound, &order, in: scope) }
        try finishOrder(&order, &bound)
        return (bound, order)
    }

    // MARK: Items

    private func bindItems(_ items: [SQL.SelectItem], in scope: Scope) throws -> [BoundItem] {
        var bound: [BoundItem] = []
        for item in items {
            switch item {
            case .all:
                guard !scope.relations.isEmpty else {
                    throw fail("SELECT * needs a FROM", expected: "FROM and a table")
                }
                bound += scope.columns.map { BoundItem($0.name, $0.expression) }
            case .allOf(let table): bound += try columns(of: table, in: scope).map { BoundItem($0.name, $0.expression) }
            case .expression(let expression, let alias):
                let value = try bind(expression, in: scope)
                bound.append(BoundItem(alias?.name ?? expression.resultName, value))
            }
            guard bound.count <= Binder.mostColumns else {
                throw fail("the SELECT list has more than \(Binder.mostColumns) columns", expected: "fewer of them")
            }
        }
        return bound
    }

    private func columns(of table: SQL.ObjectName, in scope: Scope) throws -> [Scope.NamedColumn] {
        let parts = table.parts.map(\.name)
        if let relation = scope.relations.first(where: { $0.isNamed(parts) }) { return relation.columns }
        let names = scope.relations.map { $0.name.joined(separator: ".") }
        throw fail(
            "there is no table \(table.name) in FROM", at: table.position,
            expected: names.isEmpty ? "a FROM" : "one of \(names.joined(separator: ", "))",
            suggestion: SQL.suggestion(for: table.name, among: names))
    }

    // MARK: GROUP BY

    private func bindGroupBy(
        _ keys: [SQL.Expression], _ items: [BoundItem], in scope: Scope
    ) throws -> [BoundExpression] {
        scope.clause = .groupBy
        var bound: [BoundExpression] = []
        for key in keys {
            let expression = try settled(groupKey(key, items, in: scope))
            if let wrong = expression.firstAggregate {
                throw fail(
                    "an aggregate can't be a key of GROUP BY", at: wrong.position,
                    expected: "a subquery that aggregates first")
            }
            try requireComparable(expression.type ?? .text, ordered: false, at: expression.position)
            if !bound.contains(where: { $0.isSame(as: expression) }) { bound.append(expression) }
        }
        return bound
    }

    /// A number means the item of that place; a name means a column, and only where there is none an alias.
    private func groupKey(_ key: SQL.Expression, _ items: [BoundItem], in scope: Scope) throws -> BoundExpression {
        if case .literal(.number, _) = key, let index = try output(of: key, among: items.map(\.name)) {
            return items[index].expression
        }
        if let name = key.plainName {
            let isColumn = scope.columns.contains {
                $0.name == name.name || !name.isQuoted && $0.name.lowercased() == name.name
            }
            let found = items.filter { $0.name == name.name }
            if !isColumn, let first = found.first {
                guard found.allSatisfy({ $0.expression.isSame(as: first.expression) }) else {
                    throw fail(
                        "\(name.name) is the alias of several items", at: name.position,
                        expected: "the expression itself")
                }
                return first.expression
            }
        }
        if case .row(let parts) = key {
            throw fail(
                "a key of GROUP BY is one value", at: parts.first ?? key, expected: "the keys without parentheses")
        }
        return try bind(key, in: scope)
    }

    // MARK: ORDER BY

    /// An alias or a number means a column of the result, anything else an expression over FROM.
    private func bindOrder(
        _ items: [SQL.OrderItem], _ outputs: [BoundItem], in scope: Scope
    ) throws -> [BoundOrder] {
        var order: [BoundOrder] = []
        let names = outputs.map(\.name)
        for item in items {
            var key: BoundOrder.Key
            if let index = try output(of: item.expression, among: names) {
                key = .output(index)
                try requireComparable(
                    outputs[index].expression.type ?? .text, ordered: true, at: item.expression.firstPosition)
            } else {
                if let name = item.expression.plainName {
                    let found = outputs.filter { $0.name == name.name }
                    if let first = found.first, !found.allSatisfy({ $0.expression.isSame(as: first.expression) }) {
                        throw fail(
                            "\(name.name) is ambiguous in ORDER BY", at: name.position,
                            expected: "the number of the column")
                    }
                }
                let value = try settled(bind(item.expression, in: scope))
                try requireComparable(value.type ?? .text, ordered: true, at: value.position)
                key = .expression(value)
            }
            order.append(BoundOrder(key, isDescending: item.isDescending, nullsFirst: item.nullsFirst))
        }
        return order
    }

    /// Keys that are items become columns of the result; with DISTINCT all of them must be.
    private func finishOrder(_ order: inout [BoundOrder], _ select: inout BoundSelect) throws {
        for index in order.indices {
            guard let key = order[index].expression else { continue }
            if let item = select.items.firstIndex(where: { $0.expression.isSame(as: key) }) {
                order[index].key = .output(item)
            } else if select.isDistinct {
                throw fail(
                    "with SELECT DISTINCT, ORDER BY takes items of the SELECT list", at: key.position,
                    expected: "the expression as an item, too")
            }
        }
        guard select.isDistinct else { return }
        for item in select.items {
            try requireComparable(item.expression.type ?? .text, ordered: false, at: item.expression.position)
        }
    }

    // MARK: Row functions

    /// `SELECT test_connection('n')`: the function's row, as if it stood in FROM.
    private func rowFunction(_ select: SQL.Select, in scope: Scope) throws -> BoundSelect? {
        guard select.from.isEmpty, select.items.count == 1, select.condition == nil, select.groupBy.isEmpty,
            select.having == nil, case .expression(.function(let call), _) = select.items[0],
            call.name.parts.count == 1, FunctionCatalog.scalars(named: call.name.name).isEmpty,
            catalog.rowFunctionNames.contains(call.name.name)
        else { return nil }
        guard let source = try rowFunctionSource(call, alias: nil) else { return nil }
        let items = source.columns.enumerated().map { index, column in
            BoundItem(
                column.name,
                BoundExpression(
                    .column(ColumnReference(source: source.id, column: index)), column.type,
                    isNullable: column.isNullable, at: call.name.position))
        }
        return BoundSelect(items: items, from: .source(source))
    }
}
