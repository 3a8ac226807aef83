import LaminarFormats
import LaminarSQL

/// FROM: tables, subqueries, functions and joins.
extension Binder {
    /// What a part of FROM gives: the tree, and the names that it brings.
    struct Tables {
        var table: BoundTable
        var relations: [Scope.Relation]
        var columns: [Scope.NamedColumn]
    }

    func bindFrom(_ references: [SQL.TableReference], in scope: Scope) throws -> BoundTable? {
        var whole: Tables?
        for reference in references {
            let next = try bindReference(reference, in: scope)
            whole =
                try whole.map { left in
                    Tables(
                        table: .join(.cross, left.table, next.table, on: nil),
                        relations: try joinedRelations(left, next),
                        columns: left.columns + next.columns)
                } ?? next
        }
        guard let whole else { return nil }
        guard whole.relations.count <= Binder.mostTables else {
            throw fail("FROM joins \(whole.relations.count) tables", expected: "\(Binder.mostTables) at most")
        }
        scope.relations = whole.relations
        scope.columns = whole.columns
        return whole.table
    }

    /// The tables of both sides; a name may be there once.
    func joinedRelations(_ left: Tables, _ right: Tables) throws -> [Scope.Relation] {
        for relation in right.relations where left.relations.contains(where: { $0.name == relation.name }) {
            throw fail(
                "FROM has two tables named \(relation.name.joined(separator: "."))",
                expected: "an alias for one of them")
        }
        return left.relations + right.relations
    }

    private func bindReference(_ reference: SQL.TableReference, in scope: Scope) throws -> Tables {
        var whole = try bindFactor(reference.table, in: scope)
        for join in reference.joins { whole = try bindJoin(whole, join, in: scope) }
        return whole
    }

    func bindFactor(_ factor: SQL.TableFactor, in scope: Scope) throws -> Tables {
        switch factor {
        case .table(let name, let alias): return try bindTable(name, alias, in: scope)
        case .subquery(let query, let alias): return try bindSubquery(query, alias, in: scope)
        case .function(let call, let alias): return try bindTableFunction(call, alias, in: scope)
        case .nested(let reference): return try bindReference(reference, in: scope)
        }
    }

    // MARK: Sources

    private func bindTable(_ name: SQL.ObjectName, _ alias: SQL.TableAlias?, in scope: Scope) throws -> Tables {
        if name.position != .start { place = name.position }
        if name.parts.count == 1, let common = scope.parent?.common(named: name.name) {
            return try bindCommonReference(common, name.parts[0], alias)
        }
        guard let table = try catalog.table(named: name) else { throw unknownTable(name, in: scope) }
        let origin: BoundSource.Origin
        switch table {
        case .scanned(let scanned): origin = .scanned(scanned, name: name.name)
        case .stored(_, let stored): origin = .stored(name: stored)
        }
        return try tables(name.parts.map(\.name), table.schema.columns, origin, alias)
    }

    private func unknownTable(_ name: SQL.ObjectName, in scope: Scope) -> SQLError {
        var names = catalog.tableNames
        var current: Scope? = scope
        while let inner = current {
            names += inner.commons.map(\.name)
            current = inner.parent
        }
        return fail(
            "there is no table \(name.name)", at: name.position,
            expected: names.isEmpty ? "CREATE TABLE first" : "a table, a pipeline or system.…",
            suggestion: SQL.suggestion(for: name.name, among: names))
    }

    private func bindCommonReference(
        _ common: Scope.Common, _ name: SQL.Identifier, _ alias: SQL.TableAlias?
    ) throws -> Tables {
        guard let columns = common.columns else {
            throw fail(
                "\(name.name) names itself where it can't", at: name.position,
                expected: "first part UNION [ALL] a part that names it")
        }
        if let openDepth = common.openDepth {
            guard openDepth == depth else {
                throw refuse(
                    "\(name.name) names itself in a subquery", at: name.position,
                    instead: "it in FROM of the recursive part")
            }
            selfReferences[common.id, default: 0] += 1
        }
        expansions += common.weight
        guard expansions <= Binder.mostExpansions else {
            throw fail(
                "common tables use each other more than \(Binder.mostExpansions) times", at: name.position,
                expected: "fewer uses")
        }
        return try tables([name.name], columns, .common(common.id), alias)
    }

    private func bindSubquery(_ query: SQL.Query, _ alias: SQL.TableAlias?, in scope: Scope) throws -> Tables {
        // A subquery in FROM doesn't see its neighbours.
        let bound = try bindQuery(query, in: scope.parent ?? Scope(parent: nil))
        return try tables([], bound.columns, .subquery(bound), alias)
    }

    private func tables(
        _ name: [String], _ columns: [ColumnSchema], _ origin: BoundSource.Origin, _ alias: SQL.TableAlias?
    ) throws -> Tables {
        let shown = alias.map { [$0.name.name] } ?? name
        let renamed = try alias.map { try self.renamed(columns, $0.columns, $0.name) } ?? columns
        let source = BoundSource(
            id: nextSource(), name: shown.joined(separator: "."), columns: renamed, origin: origin)
        let named = renamed.enumerated().map { index, column in
            Scope.NamedColumn(
                name: column.name,
                expression: BoundExpression(
                    .column(ColumnReference(source: source.id, column: index)), column.type,
                    isNullable: column.isNullable, at: place))
        }
        // A subquery without an alias can't qualify anything, but is a table of FROM.
        let relation = Scope.Relation(
            name: shown.isEmpty ? ["\u{0}\(source.id)"] : shown, columns: named, source: source.id)
        return Tables(table: .source(source), relations: [relation], columns: named)
    }

    // MARK: Functions

    private func bindTableFunction(
        _ call: SQL.FunctionCall, _ alias: SQL.TableAlias?, in scope: Scope
    ) throws -> Tables {
        if call.name.position != .start { place = call.name.position }
        let at = place
        let name = call.name.name
        guard !call.isDistinct, call.orderBy.isEmpty, call.filter == nil, call.over == nil, call.arguments != .star
        else {
            throw fail("a function in FROM takes plain arguments", at: at)
        }
        if name == "generate_series" { return try bindSeries(call, alias, at: at, in: scope) }
        if let source = try rowFunctionSource(call, alias: alias) {
            return try tables([name], source.columns, source.origin, alias)
        }
        if name == "unnest" { try refuseTableFunction(name, at: at) }
        throw fail(
            "there is no function \(name) that stands in FROM", at: at,
            expected: (["generate_series"] + catalog.rowFunctionNames).joined(separator: ", "),
            suggestion: SQL.suggestion(for: name, among: ["generate_series"] + catalog.rowFunctionNames))
    }

    /// The rows of a function of the catalog; its arguments are constants.
    func rowFunctionSource(_ call: SQL.FunctionCall, alias: SQL.TableAlias?) throws -> BoundSource? {
        let name = call.name.name
        guard catalog.rowFunctionNames.contains(name) else { return nil }
        var arguments: [Value] = []
        for argument in call.listed {
            guard let value = try settled(bind(argument, in: Scope(parent: nil))).constantValue else {
                throw fail(
                    "\(name) takes constants", at: argument, expected: "SELECT * FROM \(name)('…')")
            }
            arguments.append(value)
        }
        guard let table = try catalog.rowFunction(named: name, arguments: arguments) else { return nil }
        return BoundSource(
            id: nextSource(), name: name, columns: table.schema.columns, origin: .scanned(table, name: name))
    }

    private func bindSeries(
        _ call: SQL.FunctionCall, _ alias: SQL.TableAlias?, at position: SQL.Position, in scope: Scope
    ) throws -> Tables {
        let inner = Scope(parent: scope.parent)
        inner.clause = .from
        var bound: [BoundExpression] = []
        for argument in call.listed { bound.append(try bind(argument, in: inner)) }
        guard (2...3).contains(bound.count) else {
            throw fail("generate_series takes start, stop and step", at: position, expected: "generate_series(1, 10)")
        }
        let type: ColumnType
        if let kind = bound[0].type?.kind ?? bound[1].type?.kind, kind == .timestamp || kind == .date {
            guard bound.count == 3 else {
                throw fail("generate_series of times needs a step", at: position, expected: "INTERVAL '1 hour', say")
            }
            type = .timestamp
            bound[2] = try convert(bound[2], to: .interval, for: "the step of generate_series")
        } else {
            let common = CommonType.unifying(bound.compactMap(\.type)) ?? .int
            guard common == .int || common == .bigint || common == .smallint else {
                throw refuse(
                    "generate_series of \(common) isn't known here", at: position,
                    instead: "integers, and a cast of them")
            }
            type = common == .bigint ? .bigint : .int
            if bound.count == 3 { bound[2] = try convert(bound[2], to: type, for: "the step of generate_series") }
        }
        for index in 0..<2 { bound[index] = try convert(bound[index], to: type, for: "a bound of generate_series") }
        if let step = bound.dropFirst(2).first?.constantValue {
            let isZero = step == .int(0) || step == .bigint(0) || step == .interval(CalendarInterval())
            if isZero { throw fail("the step of generate_series is zero", at: position, expected: "another step") }
        }
        let name = alias?.name.name ?? "generate_series"
        let column = ColumnSchema(name, type, isNullable: false)
        return try tables([name], [column], .series(bound), alias)
    }
}
