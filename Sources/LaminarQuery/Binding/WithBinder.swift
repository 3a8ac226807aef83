import LaminarFormats
import LaminarSQL

/// Common table expressions, recursive ones too.
extension Binder {
    func bindWith(_ with: SQL.WithClause, in scope: Scope) throws -> [BoundCommonTable] {
        var tables: [BoundCommonTable] = []
        for table in with.tables {
            if scope.commons.contains(where: { $0.name == table.name.name }) {
                throw fail(
                    "WITH names \(table.name.name) twice", at: table.name.position, expected: "another name")
            }
            if table.name.position != .start { place = table.name.position }
            let outside = expansions
            expansions = 1
            let bound = try with.isRecursive ? bindRecursive(table, in: scope) : bindCommon(table, in: scope)
            let weight = expansions
            expansions = outside
            tables.append(bound)
            scope.commons.append(
                Scope.Common(
                    name: table.name.name, id: bound.id, columns: bound.query.columns, weight: weight, openDepth: nil))
        }
        return tables
    }

    private func bindCommon(_ table: SQL.CommonTable, in scope: Scope) throws -> BoundCommonTable {
        var query = try bindQuery(table.query, in: scope)
        query.columns = try renamed(query.columns, table.columns, table.name)
        return BoundCommonTable(
            id: nextCommon(), name: table.name.name, isRecursive: false, isMaterialized: table.isMaterialized,
            query: query)
    }

    /// New names for the first columns.
    func renamed(
        _ columns: [ColumnSchema], _ names: [SQL.Identifier], _ table: SQL.Identifier
    ) throws -> [ColumnSchema] {
        guard names.count <= columns.count else {
            throw fail(
                "\(table.name) has \(columns.count) columns and \(names.count) names for them",
                at: names[columns.count].position, expected: "\(columns.count) names at most")
        }
        return columns.enumerated().map { index, column in
            guard index < names.count else { return column }
            return ColumnSchema(names[index].name, column.type, isNullable: column.isNullable)
        }
    }

    // MARK: RECURSIVE

    /// A query that may name itself: a UNION whose first part doesn't.
    private func bindRecursive(_ table: SQL.CommonTable, in outer: Scope) throws -> BoundCommonTable {
        let id = nextCommon()
        let scope = Scope(parent: outer)
        scope.commons = [Scope.Common(name: table.name.name, id: id, columns: nil, weight: 1, openDepth: nil)]
        guard table.query.with == nil, case .combined(let operation, let bodies) = table.query.body,
            operation == .union || operation == .unionAll
        else {
            // Nothing that could be recursive: naming itself is an error below.
            var bound = try bindCommon(table, in: scope)
            bound.id = id
            return bound
        }
        let first = try bindBody(bodies[0], in: scope)
        let settledFirst = try settled(first)
        scope.commons[0].columns = try renamed(settledFirst.columns, table.columns, table.name).map {
            ColumnSchema($0.name, $0.type)
        }
        scope.commons[0].openDepth = depth
        var parts = [Body(body: settledFirst.body, columns: first.columns)]
        for index in parts[0].columns.indices { parts[0].columns[index].type = settledFirst.columns[index].type }
        for body in bodies.dropFirst() {
            selfReferences[id] = 0
            parts.append(try recursivePart(bindBody(body, in: scope), parts[0], table, selfReferences[id] ?? 0))
        }
        let isRecursive = selfReferences[id].map { $0 > 0 } ?? false
        if isRecursive, !table.query.orderBy.isEmpty || table.query.limit != nil || table.query.offset != nil {
            throw refuse(
                "ORDER BY and LIMIT can't stand in a recursive query", at: table.name.position,
                instead: "them in the query that reads \(table.name.name)")
        }
        var query = try settled(combined(operation, parts))
        if !isRecursive {
            query.orderBy = try bindOutputOrder(table.query.orderBy, query.columns, in: scope)
            query.limit = try table.query.limit.map { try bindCount($0, "LIMIT", in: scope) }
            query.offset = try table.query.offset.map { try bindCount($0, "OFFSET", in: scope) }
        }
        query.columns = try renamed(query.columns, table.columns, table.name).map { ColumnSchema($0.name, $0.type) }
        return BoundCommonTable(
            id: id, name: table.name.name, isRecursive: isRecursive, isMaterialized: table.isMaterialized, query: query)
    }

    /// The part that names the table must give its types, and may neither group nor look over windows.
    private func recursivePart(
        _ part: Body, _ first: Body, _ table: SQL.CommonTable, _ references: Int
    ) throws -> Body {
        guard references > 0 else { return part }
        guard references == 1 else {
            throw refuse(
                "\(table.name.name) is named several times in its recursive part", at: table.name.position,
                instead: "it once, in FROM")
        }
        if case .select(let select) = part.body {
            let hasWindow = select.items.contains {
                $0.expression.contains { if case .window = $0.kind { true } else { false } }
            }
            if select.isGrouped || hasWindow {
                throw refuse(
                    "the recursive part of \(table.name.name) can't aggregate", at: table.name.position,
                    instead: "the aggregate in the query that reads \(table.name.name)")
            }
        }
        var part = part
        guard part.columns.count == first.columns.count else { return part }
        for index in part.columns.indices {
            guard let type = part.columns[index].type, let wanted = first.columns[index].type, type != wanted else {
                continue
            }
            let isWider = CommonType.unifying([type, wanted]) != wanted
            if isWider {
                throw fail(
                    "column \(index + 1) of \(table.name.name) is \(wanted) at first and \(type) in the recursive part",
                    at: part.columns[index].position, expected: "a CAST of the first one AS \(type)")
            }
        }
        part.body = try coerce(part.body, to: first.columns.map(\.type))
        for index in part.columns.indices { part.columns[index].type = first.columns[index].type }
        return part
    }
}
