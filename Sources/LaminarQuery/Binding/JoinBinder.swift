import LaminarFormats
import LaminarSQL

/// Joins: ON, USING and NATURAL.
extension Binder {
    func bindJoin(_ left: Tables, _ join: SQL.Join, in scope: Scope) throws -> Tables {
        let right = try bindFactor(join.table, in: scope)
        let relations = try joinedRelations(left, right)
        switch join.constraint {
        case .none:
            return Tables(
                table: .join(.cross, left.table, right.table, on: nil), relations: relations,
                columns: left.columns + right.columns)
        case .on(let condition):
            let inner = Scope(parent: scope.parent)
            inner.clause = .join
            inner.relations = relations
            inner.columns = left.columns + right.columns
            let bound = try bindCondition(condition, "what follows ON", in: inner)
            return padded(
                Tables(
                    table: .join(join.kind, left.table, right.table, on: bound), relations: relations,
                    columns: left.columns + right.columns), join.kind, left, right)
        case .using(let names):
            return try merging(left, right, join.kind, names.map { ($0.name, $0.position) }, relations)
        case .natural:
            let names = left.columns.map(\.name).filter { name in right.columns.contains { $0.name == name } }
            return try merging(left, right, join.kind, names.map { ($0, place) }, relations)
        }
    }

    /// Rows without a partner have NULLs on the other side.
    private func padded(_ tables: Tables, _ kind: SQL.Join.Kind, _ left: Tables, _ right: Tables) -> Tables {
        var nullable = Set<Int>()
        if kind == .left || kind == .full { nullable.formUnion(right.relations.map(\.source)) }
        if kind == .right || kind == .full { nullable.formUnion(left.relations.map(\.source)) }
        guard !nullable.isEmpty else { return tables }
        func loosened(_ column: Scope.NamedColumn) -> Scope.NamedColumn {
            var column = column
            let isTouched = column.expression.contains { part in
                if case .column(let reference) = part.kind { nullable.contains(reference.source) } else { false }
            }
            if isTouched { column.expression.isNullable = true }
            return column
        }
        var padded = tables
        padded.columns = tables.columns.map(loosened)
        for index in padded.relations.indices {
            padded.relations[index].columns = padded.relations[index].columns.map(loosened)
        }
        return padded
    }

    /// USING: equal columns, which are there once, before all others.
    private func merging(
        _ left: Tables, _ right: Tables, _ kind: SQL.Join.Kind, _ names: [(name: String, position: SQL.Position)],
        _ relations: [Scope.Relation]
    ) throws -> Tables {
        var conditions: [BoundExpression] = []
        var pairs: [(BoundExpression, BoundExpression)] = []
        for (name, position) in names {
            let first = try column(name, of: left, "left", at: position)
            let second = try column(name, of: right, "right", at: position)
            conditions.append(try compare(.equal, first, second))
            pairs.append((first, second))
        }
        let isNatural = conditions.isEmpty
        let condition = isNatural ? nil : joined(.and, conditions)
        let whole = padded(
            Tables(
                table: .join(
                    isNatural && kind == .inner ? .cross : kind, left.table, right.table,
                    on: condition ?? (kind == .inner ? nil : BoundExpression(.constant(.boolean(true)), .boolean))),
                relations: relations, columns: left.columns + right.columns), kind, left, right)
        var merged: [Scope.NamedColumn] = []
        for (index, pair) in pairs.enumerated() {
            merged.append(Scope.NamedColumn(name: names[index].name, expression: try merge(pair, kind)))
        }
        let isMerged = Set(names.map(\.name))
        var result = whole
        result.columns = merged + whole.columns.filter { !isMerged.contains($0.name) }
        return result
    }

    private func merge(_ pair: (BoundExpression, BoundExpression), _ kind: SQL.Join.Kind) throws -> BoundExpression {
        switch kind {
        case .inner, .left, .cross:
            let (unified, _) = try unify([pair.0, pair.1], "the columns of USING")
            return unified[0]
        case .right:
            let (unified, _) = try unify([pair.0, pair.1], "the columns of USING")
            return unified[1]
        case .full:
            let (unified, type) = try unify([pair.0, pair.1], "the columns of USING")
            return BoundExpression(.coalesce(unified), type, at: pair.0.position)
        }
    }

    private func column(
        _ name: String, of tables: Tables, _ side: String, at position: SQL.Position
    ) throws -> BoundExpression {
        var found = tables.columns.filter { $0.name == name }
        if found.isEmpty { found = tables.columns.filter { $0.name.lowercased() == name } }
        guard let first = found.first else {
            throw fail(
                "the \(side) side of the join has no column \(name)", at: position, expected: "a column of both sides",
                suggestion: SQL.suggestion(for: name, among: tables.columns.map(\.name)))
        }
        guard found.count == 1 else {
            throw fail("the \(side) side of the join has several columns \(name)", at: position, expected: "ON")
        }
        return first.expression
    }
}
