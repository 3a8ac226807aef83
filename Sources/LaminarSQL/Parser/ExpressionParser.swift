/// Expressions by precedence climbing; what an expression begins with is in PrimaryParser.
///
/// From loose to tight, as in PostgreSQL: OR, AND, NOT, IS, comparisons, BETWEEN IN LIKE, `||` `->` `->>`, `+ -`,
/// `* / %`, `^`, AT TIME ZONE, unary `+ -`, and what is written behind a value: `::`, `[…]`, `.field`.
enum Precedence {
    static let or = 1
    static let and = 2
    static let not = 3
    static let isTest = 4
    static let comparison = 5
    static let pattern = 6
    static let other = 7
    static let sum = 8
    static let product = 9
    static let power = 10
    static let zone = 11
    static let sign = 12
    static let primary = 13
}

extension Parser {
    /// An expression whose operators bind at least as closely as a precedence.
    func expression(_ least: Int = Precedence.or) throws(SQLError) -> SQL.Expression {
        let outer = try enter()
        let first = try prefix(least)
        let whole = try operators(behind: first, least)
        try leave(outer)
        return whole
    }

    /// One or more expressions with commas between them.
    func expressions() throws(SQLError) -> [SQL.Expression] {
        var expressions = [try expression()]
        while try take(.comma) { expressions.append(try expression()) }
        return expressions
    }

    private func operators(behind first: SQL.Expression, _ least: Int) throws(SQLError) -> SQL.Expression {
        var left = first
        var last = Precedence.primary
        while let level = try precedence(), level >= least {
            if level == last, level == Precedence.comparison || level == Precedence.pattern {
                throw fail(
                    .syntax, "\(found(token)) can't follow another comparison", at: token.position,
                    expected: "AND between the two, or parentheses around one")
            }
            left = try apply(level, to: left)
            last = level
            try wrap()
        }
        return left
    }

    /// How closely the operator binds that the token is; nil when it is none.
    private func precedence() throws(SQLError) -> Int? {
        switch kind {
        case .word: return try wordPrecedence()
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return Precedence.comparison
        case .concatenate, .arrow, .doubleArrow: return Precedence.other
        case .plus, .minus: return Precedence.sum
        case .star, .slash, .percent: return Precedence.product
        case .caret: return Precedence.power
        case .unknownOperator: throw unknownOperator()
        default: return nil
        }
    }

    private func unknownOperator() -> SQLError {
        if text(token) == ":" { return refuse("slices of arrays aren't known here", "one element: tags[1]") }
        return unexpectedAfterExpression("an operator")
    }

    private func wordPrecedence() throws(SQLError) -> Int? {
        switch keyword {
        case .or: return Precedence.or
        case .and: return Precedence.and
        case .is, .isnull, .notnull: return Precedence.isTest
        case .between, .in, .like, .ilike: return Precedence.pattern
        case .not:
            switch try peek().keyword {
            case .between, .in, .like, .ilike, .similar: return Precedence.pattern
            default: return nil
            }
        case .at where try nextIs(.time): return Precedence.zone
        case .similar: throw refuse("SIMILAR TO isn't known here", "LIKE or ILIKE")
        case .collate: throw refuse("COLLATE isn't known here", "LOWER(…) to compare without regard to case")
        default: return nil
        }
    }

    /// Reads an operator and what is on its right. Each kind is a function of its own: in one, the stack would pay for
    /// all of them at every level.
    private func apply(_ level: Int, to left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        switch level {
        case Precedence.or: return try chain(.or, level, left)
        case Precedence.and: return try chain(.and, level, left)
        case Precedence.isTest: return try isTest(left)
        case Precedence.comparison: return try comparison(left)
        case Precedence.pattern: return try pattern(left)
        case Precedence.zone: return try atTimeZone(left)
        default:
            if at(.concatenate) { return try chain(.concatenate, level, left) }
            return try binary(level, left)
        }
    }

    private func chain(
        _ link: SQL.ChainOperator, _ level: Int, _ first: SQL.Expression
    ) throws(SQLError) -> SQL.Expression {
        var operands = [first]
        while isLink(link) {
            try advance()
            operands.append(try expression(level + 1))
        }
        return .chain(link, operands)
    }

    private func isLink(_ link: SQL.ChainOperator) -> Bool {
        switch link {
        case .or: at(.or)
        case .and: at(.and)
        case .concatenate: at(.concatenate)
        }
    }

    private func binary(_ level: Int, _ left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        guard let symbol = SQL.BinaryOperator(rawValue: text(token)) else { throw unexpected("an operator") }
        try advance()
        return .binary(symbol, left, try expression(level + 1))
    }

    private func comparison(_ left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        let symbol = at(.notEqual) ? .notEqual : SQL.BinaryOperator(rawValue: text(token))
        guard let symbol else { throw unexpected("a comparison") }
        try advance()
        if at(.any) || at(.some) || at(.all) { return try quantified(left, symbol) }
        return .binary(symbol, left, try expression(Precedence.pattern))
    }

    private func quantified(
        _ left: SQL.Expression, _ symbol: SQL.BinaryOperator
    ) throws(SQLError) -> SQL.Expression {
        let isAll = at(.all)
        try advance()
        try expect(.leftParenthesis, "( and a query or an array")
        let operand: SQL.Quantified.Operand
        if beginsQuery(token) {
            operand = .query(try query())
        } else {
            let value = try expression()
            if case .subquery(let first) = value {
                operand = .query(continuesQuery ? try query(continuing: first) : first)
            } else {
                operand = .array(value)
            }
        }
        try expect(.rightParenthesis, ")")
        return .quantified(SQL.Quantified(left, symbol, isAll: isAll, operand: operand))
    }

    private func isTest(_ left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        if try take(.isnull) { return .isTest(left, .null, isNegated: false) }
        if try take(.notnull) { return .isTest(left, .null, isNegated: true) }
        try advance()
        let isNegated = try take(.not)
        switch keyword {
        case .distinct:
            try advance()
            try expect(.from)
            return .isDistinct(left, try expression(Precedence.comparison), isNegated: isNegated)
        case .null: return try test(left, .null, isNegated)
        case .true: return try test(left, .isTrue, isNegated)
        case .false: return try test(left, .isFalse, isNegated)
        case .unknown: return try test(left, .unknown, isNegated)
        default:
            throw unexpected(
                "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM behind IS",
                among: ["NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "NOT"])
        }
    }

    private func test(
        _ left: SQL.Expression, _ test: SQL.IsTest, _ isNegated: Bool
    ) throws(SQLError) -> SQL.Expression {
        try advance()
        return .isTest(left, test, isNegated: isNegated)
    }

    private func pattern(_ left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        let isNegated = try take(.not)
        switch keyword {
        case .between: return try between(left, isNegated)
        case .in: return try membership(left, isNegated)
        case .similar: throw refuse("SIMILAR TO isn't known here", "LIKE or ILIKE")
        default: return try like(left, isNegated)
        }
    }

    private func between(_ left: SQL.Expression, _ isNegated: Bool) throws(SQLError) -> SQL.Expression {
        try advance()
        let isSymmetric = at(.symmetric)
        if isSymmetric || at(.asymmetric) { try advance() }
        let low = try expression(Precedence.other)
        try expect(.and, "AND and the upper bound of BETWEEN")
        let high = try expression(Precedence.other)
        return .between(SQL.Between(left, low: low, high: high, isSymmetric: isSymmetric, isNegated: isNegated))
    }

    private func like(_ left: SQL.Expression, _ isNegated: Bool) throws(SQLError) -> SQL.Expression {
        let ignoresCase = at(.ilike)
        try advance()
        if at(.any) || at(.all) {
            throw refuse("LIKE ANY isn't known here", "several LIKE with OR between them")
        }
        let pattern = try expression(Precedence.other)
        let escape = try take(.escape) ? try expression(Precedence.other) : nil
        return .like(
            SQL.Like(left, pattern: pattern, escape: escape, ignoresCase: ignoresCase, isNegated: isNegated))
    }

    private func membership(_ left: SQL.Expression, _ isNegated: Bool) throws(SQLError) -> SQL.Expression {
        try advance()
        try expect(.leftParenthesis, "( and values or a query")
        if beginsQuery(token) {
            let query = try query()
            try expect(.rightParenthesis, "the ) that ends the query")
            return .inQuery(left, query, isNegated: isNegated)
        }
        if at(.rightParenthesis) {
            throw fail(.syntax, "the list of IN is empty", at: token.position, expected: "at least one value")
        }
        var values = [try expression()]
        if case .subquery(let first) = values[0], !at(.comma) {
            let query = continuesQuery ? try query(continuing: first) : first
            try expect(.rightParenthesis, "the ) that ends the query")
            return .inQuery(left, query, isNegated: isNegated)
        }
        while try take(.comma), !at(.rightParenthesis) { values.append(try expression()) }
        try expect(.rightParenthesis, ", or )")
        return .inList(left, values, isNegated: isNegated)
    }

    private func atTimeZone(_ left: SQL.Expression) throws(SQLError) -> SQL.Expression {
        try advance()
        try advance()
        try expect(.zone)
        return .function(SQL.FunctionCall("timezone", [try expression(Precedence.sign), left]))
    }
}
