import LaminarFormats
import LaminarSQL

/// Queries: WITH, set operations, VALUES, ORDER BY, LIMIT.
extension Binder {
    /// - Parameter wanted: the types that the columns are converted to, as INSERT does; nil where the query decides.
    func bindQuery(
        _ query: SQL.Query, in outer: Scope, as wanted: [ColumnType]? = nil
    ) throws -> BoundQuery {
        let scope = Scope(parent: outer)
        depth += 1
        defer { depth -= 1 }
        let with = try query.with.map { try bindWith($0, in: scope) } ?? []
        var bound: BoundQuery
        if case .select(let select) = query.body {
            bound = try bindSelectQuery(select, query.orderBy, in: scope, as: wanted)
        } else {
            let body = try bindBody(query.body, in: scope)
            bound = try settled(body, as: wanted)
            bound.orderBy = try bindOutputOrder(query.orderBy, bound.columns, in: scope)
        }
        guard bound.columns.count <= Binder.mostColumns else {
            throw fail("the query has \(bound.columns.count) columns", expected: "\(Binder.mostColumns) at most")
        }
        bound.with = with
        bound.limit = try query.limit.map { try bindCount($0, "LIMIT", in: scope) }
        bound.offset = try query.offset.map { try bindCount($0, "OFFSET", in: scope) }
        return bound
    }

    /// A body with the columns that it gives; their types may be unknown yet.
    struct Body {
        var body: BoundBody
        var columns: [Output]
    }

    struct Output {
        var name: String
        var type: ColumnType?
        var isNullable: Bool
        var position: SQL.Position
    }

    private func bindSelectQuery(
        _ select: SQL.Select, _ orderBy: [SQL.OrderItem], in scope: Scope, as wanted: [ColumnType]?
    ) throws -> BoundQuery {
        let (bound, order) = try bindSelect(select, orderBy: orderBy, in: scope)
        var query = try settled(Body(body: .select(bound), columns: outputs(of: bound)), as: wanted)
        query.orderBy = order
        return query
    }

    func outputs(of select: BoundSelect) -> [Output] {
        select.items.map {
            Output(
                name: $0.name, type: $0.expression.type, isNullable: $0.expression.isNullable,
                position: $0.expression.position)
        }
    }

    /// A query whose columns have types: TEXT for what is still unknown, or those that are wanted.
    func settled(_ body: Body, as wanted: [ColumnType]? = nil) throws -> BoundQuery {
        let types = wanted ?? body.columns.map { $0.type ?? .text }
        let columns = zip(body.columns, types).map { ColumnSchema($0.name, $1, isNullable: $0.isNullable) }
        let converted = try coerce(body.body, to: types, wanted == nil ? .implicit : .assignment)
        return BoundQuery(body: converted, columns: columns)
    }

    // MARK: Bodies

    func bindBody(_ body: SQL.QueryBody, in scope: Scope) throws -> Body {
        switch body {
        case .select(let select):
            let (bound, _) = try bindSelect(select, orderBy: [], in: scope)
            return Body(body: .select(bound), columns: outputs(of: bound))
        case .values(let rows): return try bindValues(rows, in: scope)
        case .combined(let operation, let bodies): return try bindCombined(operation, bodies, in: scope)
        case .nested(let query):
            let bound = try bindQuery(query, in: scope)
            return Body(body: .nested(bound), columns: outputs(of: bound))
        }
    }

    private func outputs(of query: BoundQuery) -> [Output] {
        query.columns.map { Output(name: $0.name, type: $0.type, isNullable: $0.isNullable, position: place) }
    }

    private func bindValues(_ rows: [[SQL.Expression]], in outer: Scope) throws -> Body {
        let scope = Scope(parent: outer)
        scope.clause = .values
        var bound: [[BoundExpression]] = []
        for row in rows {
            var values: [BoundExpression] = []
            for value in row { values.append(try bind(value, in: scope)) }
            bound.append(values)
        }
        var columns: [Output] = []
        for column in 0..<(bound.first?.count ?? 0) {
            let cells = bound.map { $0[column] }
            let type = try commonType(cells.map { ($0.type, $0.position) }, "the values of column \(column + 1)")
            for row in bound.indices {
                if let type { bound[row][column] = try convert(bound[row][column], to: type) }
            }
            columns.append(
                Output(
                    name: "column\(column + 1)", type: type, isNullable: cells.contains(where: \.isNullable),
                    position: cells[0].position))
        }
        return Body(body: .values(bound), columns: columns)
    }

    private func bindCombined(
        _ operation: SQL.SetOperation, _ bodies: [SQL.QueryBody], in scope: Scope
    ) throws -> Body {
        // SQLite's bound for compounds.
        guard bodies.count <= 500 else {
            throw fail("\(operation.rawValue) combines \(bodies.count) queries", expected: "500 at most")
        }
        var parts: [Body] = []
        for body in bodies { parts.append(try bindBody(body, in: scope)) }
        return try combined(operation, parts)
    }

    /// Bodies as one, each column in a common type.
    func combined(_ operation: SQL.SetOperation, _ parts: [Body]) throws -> Body {
        var columns = parts[0].columns
        for part in parts.dropFirst() where part.columns.count != columns.count {
            throw fail(
                "the queries of \(operation.rawValue) have \(columns.count) and \(part.columns.count) columns",
                at: part.columns.first?.position, expected: "as many columns in each")
        }
        for index in columns.indices {
            columns[index].type = try commonType(
                parts.map { ($0.columns[index].type, $0.columns[index].position) },
                "column \(index + 1) of the queries of \(operation.rawValue)")
            columns[index].isNullable = parts.contains { $0.columns[index].isNullable }
            if operation != .unionAll {
                try requireComparable(columns[index].type ?? .text, ordered: false, at: columns[index].position)
            }
        }
        var bodies: [BoundBody] = []
        for part in parts {
            let types = zip(columns, part.columns).map { $0.type ?? $1.type }
            bodies.append(try coerce(part.body, to: types))
        }
        return Body(body: .combined(operation, bodies), columns: columns)
    }

    private func commonType(
        _ types: [(type: ColumnType?, position: SQL.Position)], _ what: String
    ) throws -> ColumnType? {
        let known = types.compactMap(\.type)
        if known.isEmpty { return nil }
        guard let type = CommonType.unifying(known) else {
            let other = types.first { $0.type.map { CommonType.unifying([known[0], $0]) == nil } ?? false }
            throw fail(
                "\(what) have no common type: \(known[0]) and \((other?.type).words)", at: other?.position,
                expected: "a CAST of one of them")
        }
        return type
    }

    /// The same rows with their columns in these types; nil leaves a column as it is.
    func coerce(
        _ body: BoundBody, to types: [ColumnType?], _ context: CastFunction.Context = .implicit
    ) throws -> BoundBody {
        switch body {
        case .select(var select):
            for (index, type) in types.enumerated() where select.items.indices.contains(index) {
                guard let type else { continue }
                let item = select.items[index]
                select.items[index].expression = try convert(item.expression, to: type, context, for: item.name)
            }
            return .select(select)
        case .values(let rows):
            var converted: [[BoundExpression]] = []
            for row in rows {
                var values: [BoundExpression] = []
                for (value, type) in zip(row, types) {
                    values.append(try type.map { try convert(value, to: $0, context) } ?? value)
                }
                converted.append(values)
            }
            return .values(converted)
        case .combined(let operation, let bodies):
            var converted: [BoundBody] = []
            for body in bodies { converted.append(try coerce(body, to: types, context)) }
            return .combined(operation, converted)
        case .nested(let query):
            guard zip(query.columns, types).contains(where: { $1 != nil && $0.type != $1 }) else { return body }
            return .select(try converting(query, to: types, context))
        }
    }

    private func converting(
        _ query: BoundQuery, to types: [ColumnType?], _ context: CastFunction.Context
    ) throws -> BoundSelect {
        let source = BoundSource(id: nextSource(), name: "", columns: query.columns, origin: .subquery(query))
        var items: [BoundItem] = []
        for (index, column) in query.columns.enumerated() {
            let reference = BoundExpression(
                .column(ColumnReference(source: source.id, column: index)), column.type, isNullable: column.isNullable)
            let item = try types[index].map { try convert(reference, to: $0, context, for: column.name) } ?? reference
            items.append(BoundItem(column.name, item))
        }
        return BoundSelect(items: items, from: .source(source))
    }

    // MARK: ORDER BY and LIMIT

    /// ORDER BY of a query that is no single SELECT: columns of the result by name or number.
    func bindOutputOrder(
        _ items: [SQL.OrderItem], _ columns: [ColumnSchema], in scope: Scope
    ) throws -> [BoundOrder] {
        var order: [BoundOrder] = []
        for item in items {
            guard let index = try output(of: item.expression, among: columns.map(\.name)) else {
                throw fail(
                    "behind a set operation or VALUES, ORDER BY takes columns of the result", at: item.expression,
                    expected: "a name or number of a column, or a subquery around",
                    suggestion: item.expression.plainName.flatMap {
                        SQL.suggestion(for: $0.name, among: columns.map(\.name))
                    })
            }
            try requireComparable(columns[index].type, ordered: true, at: item.expression.firstPosition)
            order.append(BoundOrder(.output(index), isDescending: item.isDescending, nullsFirst: item.nullsFirst))
        }
        return order
    }

    /// The column of the result that an alias or a number means; nil for another expression.
    func output(of expression: SQL.Expression, among names: [String]) throws -> Int? {
        if case .literal(.number(let digits), _) = expression {
            guard let number = Int(digits), (1...max(1, names.count)).contains(number) else {
                throw fail(
                    "there is no column \(digits) in the result", at: expression,
                    expected: "a number from 1 to \(names.count)")
            }
            return number - 1
        }
        guard let name = expression.plainName else { return nil }
        let found = names.indices.filter { names[$0] == name.name }
        return found.count == 1 ? found[0] : nil
    }

    func bindCount(_ expression: SQL.Expression, _ what: String, in outer: Scope) throws -> BoundExpression {
        let scope = Scope(parent: nil)
        scope.clause = .limit
        let count = try convert(bind(expression, in: scope), to: .bigint, for: what)
        guard let value = count.constantValue else {
            throw refuse("\(what) is computed", at: expression.firstPosition, instead: "a number or a parameter")
        }
        if case .bigint(let number) = value, number < 0 {
            throw fail("\(what) is negative", at: expression, expected: "0 or more")
        }
        return count
    }

    private func fail(
        _ message: String, at expression: SQL.Expression, expected: String?, suggestion: String?
    ) -> SQLError {
        fail(message, at: expression.firstPosition, expected: expected, suggestion: suggestion)
    }
}

extension SQL.Expression {
    /// A name of one part; nil for anything else.
    var plainName: SQL.Identifier? {
        if case .column(let name) = self, name.parts.count == 1 { return name.parts[0] }
        return nil
    }
}
