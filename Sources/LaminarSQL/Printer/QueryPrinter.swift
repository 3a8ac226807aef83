extension Printer {
    mutating func query(_ query: SQL.Query) {
        if let with = query.with { self.with(with) }
        body(query.body)
        orderBy(query.orderBy, " ORDER BY ")
        if let limit = query.limit {
            put(" LIMIT ")
            expression(limit)
        }
        if let offset = query.offset {
            put(" OFFSET ")
            distance(offset)
        }
    }

    mutating func nested(_ query: SQL.Query) {
        put("(")
        self.query(query)
        put(")")
    }

    private mutating func with(_ with: SQL.WithClause) {
        put(with.isRecursive ? "WITH RECURSIVE " : "WITH ")
        list(with.tables) { $0.commonTable($1) }
        put(" ")
    }

    private mutating func commonTable(_ table: SQL.CommonTable) {
        name(table.name)
        if !table.columns.isEmpty {
            put(" ")
            names(table.columns)
        }
        switch table.isMaterialized {
        case true?: put(" AS MATERIALIZED ")
        case false?: put(" AS NOT MATERIALIZED ")
        case nil: put(" AS ")
        }
        nested(table.query)
    }

    // MARK: Bodies

    private mutating func body(_ body: SQL.QueryBody) {
        switch body {
        case .select(let select): self.select(select)
        case .values(let rows):
            put("VALUES ")
            list(rows) { $0.row($1) }
        case .combined(let operation, let bodies): combined(operation, bodies)
        case .nested(let query): nested(query)
        }
    }

    private mutating func row(_ values: [SQL.Expression]) {
        put("(")
        list(values) { $0.expression($1) }
        put(")")
    }

    private mutating func combined(_ operation: SQL.SetOperation, _ bodies: [SQL.QueryBody]) {
        var isFirst = true
        for body in bodies {
            if !isFirst { put(" \(operation.rawValue) ") }
            let needsParentheses = Printer.needsParentheses(body, in: operation, isFirst: isFirst)
            if needsParentheses { put("(") }
            self.body(body)
            if needsParentheses { put(")") }
            isFirst = false
        }
    }

    private static func needsParentheses(
        _ body: SQL.QueryBody, in outer: SQL.SetOperation, isFirst: Bool
    ) -> Bool {
        guard case .combined(let inner, _) = body else { return false }
        if isFirst { return inner == outer || level(inner) < level(outer) }
        return level(inner) <= level(outer)
    }

    private static func level(_ operation: SQL.SetOperation) -> Int {
        operation == .intersect || operation == .intersectAll ? 2 : 1
    }

    private mutating func select(_ select: SQL.Select) {
        put(select.isDistinct ? "SELECT DISTINCT " : "SELECT ")
        list(select.items) { $0.item($1) }
        if !select.from.isEmpty {
            put(" FROM ")
            list(select.from) { $0.tableReference($1) }
        }
        if let condition = select.condition {
            put(" WHERE ")
            expression(condition)
        }
        if !select.groupBy.isEmpty {
            put(" GROUP BY ")
            list(select.groupBy) { $0.expression($1) }
        }
        if let having = select.having {
            put(" HAVING ")
            expression(having)
        }
        if !select.windows.isEmpty {
            put(" WINDOW ")
            list(select.windows) { $0.namedWindow($1) }
        }
    }

    private mutating func item(_ item: SQL.SelectItem) {
        switch item {
        case .all: put("*")
        case .allOf(let table):
            name(table)
            put(".*")
        case .expression(let expression, let alias):
            self.expression(expression)
            if let alias {
                put(" AS ")
                name(alias)
            }
        }
    }

    mutating func orderBy(_ items: [SQL.OrderItem], _ words: String) {
        guard !items.isEmpty else { return }
        put(words)
        list(items) { $0.orderItem($1) }
    }

    private mutating func orderItem(_ item: SQL.OrderItem) {
        expression(item.expression)
        if item.isDescending { put(" DESC") }
        if let nullsFirst = item.nullsFirst { put(nullsFirst ? " NULLS FIRST" : " NULLS LAST") }
    }

    // MARK: Tables

    private mutating func tableReference(_ reference: SQL.TableReference) {
        factor(reference.table)
        for join in reference.joins { self.join(join) }
    }

    private mutating func factor(_ factor: SQL.TableFactor) {
        switch factor {
        case .table(let table, let alias):
            name(table)
            self.alias(alias)
        case .subquery(let query, let alias):
            nested(query)
            self.alias(alias)
        case .function(let call, let alias):
            self.call(call)
            self.alias(alias)
        case .nested(let reference):
            put("(")
            tableReference(reference)
            put(")")
        }
    }

    private mutating func alias(_ alias: SQL.TableAlias?) {
        guard let alias else { return }
        put(" AS ")
        name(alias.name)
        if !alias.columns.isEmpty {
            put(" ")
            names(alias.columns)
        }
    }

    private mutating func join(_ join: SQL.Join) {
        put(join.constraint == .natural ? " NATURAL \(join.kind.rawValue) " : " \(join.kind.rawValue) ")
        factor(join.table)
        switch join.constraint {
        case .none, .natural: break
        case .on(let condition):
            put(" ON ")
            expression(condition)
        case .using(let columns):
            put(" USING ")
            names(columns)
        }
    }
}
