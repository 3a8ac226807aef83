/// Queries: WITH, SELECT, VALUES, set operations, ORDER BY, LIMIT.
extension Parser {
    /// A subquery is deeper than an operator: it passes through more functions and more types.
    static let queryWeight = 3

    func beginsQuery(_ other: Token) -> Bool {
        other.is(.select) || other.is(.with) || other.is(.values)
    }

    func query() throws(SQLError) -> SQL.Query {
        let outer = try enter(weight: Parser.queryWeight)
        let with = at(.with) ? try withClause() : nil
        let body = try queryBody(1)
        let query = try finishQuery(with, body)
        try leave(outer, weight: Parser.queryWeight)
        return query
    }

    /// Goes on with a query whose first part, in parentheses, has been read.
    func query(continuing first: SQL.Query) throws(SQLError) -> SQL.Query {
        let outer = try enter(weight: Parser.queryWeight)
        // The first part was read in the scope around this one.
        height = max(height, outer)
        let body = try setOperations(nested(first), 1)
        let query = try finishQuery(nil, body)
        try leave(outer, weight: Parser.queryWeight)
        return query
    }

    /// Whether the token goes on with a query in parentheses.
    var continuesQuery: Bool {
        switch keyword {
        case .union, .intersect, .except, .order, .limit, .offset, .fetch: true
        default: false
        }
    }

    private func finishQuery(_ with: SQL.WithClause?, _ body: SQL.QueryBody) throws(SQLError) -> SQL.Query {
        var orderBy: [SQL.OrderItem] = []
        if try take(.order) {
            try expect(.by)
            orderBy = try orderItems()
        }
        var limit: SQL.Expression?
        var offset: SQL.Expression?
        while true {
            if at(.limit), limit == nil {
                limit = try self.limit()
            } else if at(.offset), offset == nil {
                offset = try self.offset()
            } else if at(.fetch), limit == nil {
                limit = try fetch()
            } else {
                break
            }
        }
        if at(.for) { throw refuse("locking clauses aren't known here", "the query without FOR …") }
        if with == nil, orderBy.isEmpty, limit == nil, offset == nil, case .nested(let query) = body { return query }
        return SQL.Query(with: with, body: body, orderBy: orderBy, limit: limit, offset: offset)
    }

    private func limit() throws(SQLError) -> SQL.Expression? {
        try advance()
        if try take(.all) { return nil }
        let count = try expression()
        if at(.comma) {
            throw refuse("LIMIT has one number here", "LIMIT count OFFSET start")
        }
        return count
    }

    private func offset() throws(SQLError) -> SQL.Expression {
        try advance()
        let start = try expression()
        if at(.row) || at(.rows) { try advance() }
        return start
    }

    private func fetch() throws(SQLError) -> SQL.Expression {
        try advance()
        guard at(.first) || at(.next) else { throw unexpected("FIRST or NEXT", among: ["FIRST", "NEXT"]) }
        try advance()
        var count = SQL.Expression.literal(.number("1"))
        if !at(.row), !at(.rows) { count = try expression() }
        guard at(.row) || at(.rows) else { throw unexpected("ROWS", among: ["ROWS"]) }
        try advance()
        if at(.with) { throw refuse("WITH TIES isn't known here", "ROWS ONLY, or RANK() in a subquery") }
        try expect(.only)
        return count
    }

    func orderItems() throws(SQLError) -> [SQL.OrderItem] {
        var items: [SQL.OrderItem] = []
        repeat {
            let expression = try expression()
            if at(.using) { throw refuse("USING isn't known in ORDER BY", "ASC or DESC") }
            let isDescending = try take(.desc)
            if !isDescending { _ = try take(.asc) }
            var nullsFirst: Bool?
            if at(.nulls), try isFollowed(by: .first, .last) {
                try advance()
                nullsFirst = at(.first)
                try advance()
            }
            items.append(SQL.OrderItem(expression, isDescending: isDescending, nullsFirst: nullsFirst))
        } while try take(.comma)
        return items
    }

    // MARK: WITH

    private func withClause() throws(SQLError) -> SQL.WithClause {
        try advance()
        let next = try peek()
        let isRecursive = at(.recursive) && !next.is(.as) && !next.is(.leftParenthesis)
        if isRecursive { try advance() }
        var tables: [SQL.CommonTable] = []
        repeat {
            let name = try name("the name of a common table expression")
            let columns = at(.leftParenthesis) ? try nameList("the name of a column") : []
            try expect(.as)
            var isMaterialized: Bool?
            if try take(.not, .materialized) {
                isMaterialized = false
            } else if try take(.materialized) {
                isMaterialized = true
            }
            try expect(.leftParenthesis, "( and a query")
            guard beginsQuery(token) || at(.leftParenthesis) else {
                throw unexpected("a SELECT", among: ["SELECT", "VALUES", "WITH"])
            }
            let query = try query()
            try expect(.rightParenthesis, "the ) that ends the query")
            tables.append(SQL.CommonTable(name: name, columns: columns, isMaterialized: isMaterialized, query: query))
        } while try take(.comma)
        guard beginsQuery(token) || at(.leftParenthesis) else {
            throw unexpected("a SELECT", among: ["SELECT", "VALUES"])
        }
        return SQL.WithClause(isRecursive: isRecursive, tables: tables)
    }

    // MARK: Bodies

    /// - Parameter level: 1 for UNION and EXCEPT, 2 for INTERSECT, which binds closer.
    private func queryBody(_ level: Int) throws(SQLError) -> SQL.QueryBody {
        let first = try queryTerm()
        return try setOperations(first, level)
    }

    private func setOperations(
        _ first: SQL.QueryBody, _ level: Int
    ) throws(SQLError) -> SQL.QueryBody {
        var left = first
        while let found = try setOperation(level) {
            var bodies = [left]
            while let next = try setOperation(level), next == found {
                try advance()
                if at(.all) || at(.distinct) { try advance() }
                bodies.append(next == .intersect || next == .intersectAll ? try queryTerm() : try queryBody(2))
            }
            left = .combined(found, bodies)
            try wrap()
        }
        return left
    }

    /// The set operation that the token begins, if it binds as closely as the level.
    private func setOperation(_ level: Int) throws(SQLError) -> SQL.SetOperation? {
        switch keyword {
        case .union where level == 1: return try nextIs(.all) ? .unionAll : .union
        case .except where level == 1: return try nextIs(.all) ? .exceptAll : .except
        case .intersect: return try nextIs(.all) ? .intersectAll : .intersect
        default: return nil
        }
    }

    private func queryTerm() throws(SQLError) -> SQL.QueryBody {
        switch keyword {
        case .select: return .select(try select())
        case .values: return .values(try values())
        case .table: throw refuse("TABLE name isn't known here", "SELECT * FROM name")
        default:
            guard try take(.leftParenthesis) else { throw unexpected("SELECT", among: ["SELECT", "VALUES"]) }
            let query = try query()
            try expect(.rightParenthesis, "the ) that ends the query")
            return nested(query)
        }
    }

    /// A query in parentheses as a body: without them where it has nothing of its own.
    private func nested(_ query: SQL.Query) -> SQL.QueryBody { query.isBare ? query.body : .nested(query) }

    private func values() throws(SQLError) -> [[SQL.Expression]] {
        try advance()
        var rows: [[SQL.Expression]] = []
        repeat {
            let place = token.position
            try expect(.leftParenthesis, "( and the values of a row")
            if at(.default) { throw refuse("DEFAULT isn't known here", "NULL, or columns without this one") }
            let row = try expressions()
            try expect(.rightParenthesis, ", or )")
            if let first = rows.first, first.count != row.count {
                throw fail(
                    .syntax, "the row has \(row.count) values and the first one has \(first.count)", at: place,
                    expected: "rows of the same length")
            }
            rows.append(row)
        } while try take(.comma)
        return rows
    }

    // MARK: SELECT

    private func select() throws(SQLError) -> SQL.Select {
        try advance()
        let isDistinct = try distinct()
        let items = try selectItems()
        if at(.into) { throw refuse("SELECT … INTO isn't known here", "INSERT INTO … SELECT") }
        let from = try take(.from) ? try tableReferences() : []
        let condition = try take(.where) ? try expression() : nil
        var groupBy: [SQL.Expression] = []
        if try take(.group) {
            try expect(.by)
            groupBy = try groupingExpressions()
        }
        let having = try take(.having) ? try expression() : nil
        let windows = try take(.window) ? try namedWindows() : []
        return SQL.Select(
            isDistinct: isDistinct, items: items, from: from, condition: condition, groupBy: groupBy, having: having,
            windows: windows)
    }

    private func distinct() throws(SQLError) -> Bool {
        if try take(.all) { return false }
        guard try take(.distinct) else { return false }
        if at(.on) {
            throw refuse("DISTINCT ON isn't known here", "ROW_NUMBER() OVER (PARTITION BY …) = 1 around a subquery")
        }
        return true
    }

    private func groupingExpressions() throws(SQLError) -> [SQL.Expression] {
        var expressions: [SQL.Expression] = []
        repeat {
            let next = try peek()
            if at(.grouping) && next.is(.sets)
                || (at(.rollup) || at(.cube)) && next.is(.leftParenthesis)
            {
                throw refuse(
                    "\(text(token).uppercased()) isn't known here", "a query for each grouping, combined by UNION ALL")
            }
            expressions.append(try expression())
        } while try take(.comma)
        return expressions
    }

    private func selectItems() throws(SQLError) -> [SQL.SelectItem] {
        var items: [SQL.SelectItem] = []
        repeat {
            if at(.from), !items.isEmpty {
                throw unexpected("another item: the comma before FROM is one too many")
            }
            items.append(try selectItem())
        } while try take(.comma)
        return items
    }

    private func selectItem() throws(SQLError) -> SQL.SelectItem {
        if try take(.star) { return .all }
        if let parts = try starredName() { return .allOf(SQL.ObjectName(parts)) }
        let expression = try expression()
        if try take(.as) { return .expression(expression, alias: try label("an alias")) }
        return .expression(expression, alias: try bareAlias())
    }

    /// `t.*`: the names before the star, nil for anything else.
    private func starredName() throws(SQLError) -> [SQL.Identifier]? {
        guard isName, try nextIs(.dot) else { return nil }
        var ahead = lexerBehindToken
        _ = try ahead.next()
        while true {
            let next = try ahead.next()
            if next.is(.star) { break }
            guard next.kind == .word || next.kind == .quotedName, try ahead.next().is(.dot) else { return nil }
        }
        var parts = [try label("a name")]
        while try take(.dot), !at(.star) { parts.append(try label("a name")) }
        try advance()
        return parts
    }

    /// An alias without AS: any name, but OFFSET where a number follows.
    func bareAlias() throws(SQLError) -> SQL.Identifier? {
        guard isName else { return nil }
        if at(.offset), !endsAlias(try peek()) { return nil }
        let alias = token
        let name = try label("an alias")
        aliasWithoutAs = alias
        return name
    }

    /// Whether a token can follow an alias.
    private func endsAlias(_ other: Token) -> Bool {
        switch other.kind {
        case .comma, .rightParenthesis, .semicolon, .endOfText: return true
        case .word:
            switch other.keyword {
            case .from, .where, .group, .having, .order, .limit, .fetch, .union, .intersect, .except, .join, .inner,
                .left, .right, .full, .cross, .natural, .on, .using, .window:
                return true
            default: return false
            }
        default: return false
        }
    }
}
