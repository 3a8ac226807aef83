/// FROM: tables, subqueries and joins.
extension Parser {
    func tableReferences() throws(SQLError) -> [SQL.TableReference] {
        var references = [try tableReference()]
        while try take(.comma) { references.append(try tableReference()) }
        return references
    }

    private func tableReference() throws(SQLError) -> SQL.TableReference {
        let table = try tableFactor()
        return SQL.TableReference(table, joins: try joins())
    }

    private func joins() throws(SQLError) -> [SQL.Join] {
        var joins: [SQL.Join] = []
        while true {
            let isNatural = at(.natural)
            if isNatural { try advance() }
            guard let kind = try joinKind() else {
                if isNatural { throw unexpected("JOIN, LEFT JOIN, RIGHT JOIN or FULL JOIN", among: ["JOIN"]) }
                return joins
            }
            if isNatural, kind == .cross { throw unexpected("a JOIN that isn't CROSS") }
            let table = try tableFactor()
            joins.append(SQL.Join(kind, table, try constraint(kind, isNatural: isNatural)))
        }
    }

    private func joinKind() throws(SQLError) -> SQL.Join.Kind? {
        let kind: SQL.Join.Kind
        switch keyword {
        case .join: kind = .inner
        case .inner: kind = .inner
        case .left: kind = .left
        case .right: kind = .right
        case .full: kind = .full
        case .cross: kind = .cross
        default: return nil
        }
        if !at(.join) {
            try advance()
            if kind == .left || kind == .right || kind == .full { _ = try take(.outer) }
            if at(.word), ["semi", "anti", "asof"].contains(folded(token)) {
                throw refuse("\(text(token).uppercased()) JOIN isn't known here", "WHERE [NOT] EXISTS (SELECT …)")
            }
            if kind == .cross, at(.word), folded(token) == "apply" {
                throw refuse("APPLY isn't known here", "a join with a subquery that has a GROUP BY of its own")
            }
        }
        try expect(.join)
        return kind
    }

    private func constraint(
        _ kind: SQL.Join.Kind, isNatural: Bool
    ) throws(SQLError) -> SQL.Join.Constraint {
        if kind == .cross {
            if at(.on) || at(.using) {
                throw fail(
                    .syntax, "a CROSS JOIN has no condition", at: token.position, expected: "JOIN … ON instead of it")
            }
            return .none
        }
        if isNatural { return .natural }
        if try take(.on) { return .on(try expression()) }
        if try take(.using) { return .using(try nameList("the name of a column")) }
        throw unexpected("ON condition or USING (columns)", among: ["ON", "USING"])
    }

    private func tableFactor() throws(SQLError) -> SQL.TableFactor {
        let outer = try enter()
        let factor: SQL.TableFactor
        if at(.lateral) {
            throw refuse("LATERAL isn't known here", "a join with a subquery that has a GROUP BY of its own")
        }
        if try take(.leftParenthesis) {
            factor = try parenthesizedFactor()
        } else {
            factor = try namedFactor()
        }
        if at(.tablesample) { throw refuse("TABLESAMPLE isn't known here", "WHERE MOD(hash(id), 10) = 0") }
        if at(.for), ["system_time", "timestamp", "version"].contains(folded(try peek())) {
            throw refuse("FOR SYSTEM_TIME isn't known here", "a WHERE on _kafka_timestamp")
        }
        try leave(outer)
        return factor
    }

    private func namedFactor() throws(SQLError) -> SQL.TableFactor {
        if at(.quotedString) { throw unexpected("the name of a table, without quotes or in double quotes") }
        let isTableFunction = at(.table)
        let name = try objectName("the name of a table, or a query in parentheses")
        guard at(.leftParenthesis) else { return .table(name, alias: try tableAlias()) }
        if isTableFunction {
            throw refuse(
                "TABLE(…) isn't known here", "GROUP BY DATE_TRUNC('minute', _kafka_timestamp) for windows of time",
                at: name.position)
        }
        let call = try functionCall(name)
        guard call.filter == nil, call.over == nil else { throw unexpected("an alias") }
        if at(.with) { throw refuse("WITH ORDINALITY isn't known here", "ROW_NUMBER() OVER ()") }
        return .function(call, alias: try tableAlias())
    }

    private func parenthesizedFactor() throws(SQLError) -> SQL.TableFactor {
        if beginsQuery(token) {
            let query = try query()
            try expect(.rightParenthesis, "the ) that ends the query")
            return .subquery(query, alias: try tableAlias())
        }
        let inner = try tableReference()
        // What looked like a table in parentheses was the first part of a query: ((SELECT 1) UNION SELECT 2).
        if inner.joins.isEmpty, case .subquery(let first, alias: nil) = inner.table {
            let query = continuesQuery ? try query(continuing: first) : first
            try expect(.rightParenthesis, "the ) that ends the query")
            return .subquery(query, alias: try tableAlias())
        }
        try expect(.rightParenthesis, "a JOIN, or )")
        if at(.as) || isName, try tableAlias() != nil {
            throw refuse(
                "joins in parentheses have no alias here", "(SELECT * FROM … JOIN …) AS alias", at: token.position)
        }
        return .nested(inner)
    }

    private func tableAlias() throws(SQLError) -> SQL.TableAlias? {
        let name: SQL.Identifier
        if try take(.as) {
            name = try label("an alias")
        } else if let bare = try bareAlias() {
            name = bare
        } else {
            return nil
        }
        return SQL.TableAlias(name, columns: at(.leftParenthesis) ? try nameList("the name of a column") : [])
    }
}
