extension Printer {
    /// An expression, in parentheses where its operator binds looser than is needed.
    mutating func expression(_ expression: SQL.Expression, atLeast least: Int = Precedence.or) {
        let needsParentheses = expression.precedence < least
        if needsParentheses { put("(") }
        bare(expression)
        if needsParentheses { put(")") }
    }

    // Each kind is written by a function of its own, so that a level of depth takes little of the stack.
    private mutating func bare(_ expression: SQL.Expression) {
        switch expression {
        case .literal, .typedLiteral, .interval, .column, .parameter: leaf(expression)
        case .unary, .binary, .chain: operation(expression)
        case .isTest, .isDistinct: test(expression)
        case .between, .inList, .inQuery, .like, .quantified: predicate(expression)
        case .caseWhen(let value): caseWhen(value)
        case .function(let value): call(value)
        case .exists, .subquery: subquery(expression)
        case .cast, .extract, .row, .array, .subscripted, .field: construct(expression)
        }
    }

    private mutating func leaf(_ expression: SQL.Expression) {
        switch expression {
        case .literal(let value, _): literal(value)
        case .typedLiteral(let type, let value, _):
            self.type(type)
            put(" ")
            string(value)
        case .interval(let value, _):
            put("INTERVAL ")
            string(value)
        case .column(let column): name(column)
        case .parameter(let number, _): put("$\(number)")
        default: break
        }
    }

    private mutating func literal(_ literal: SQL.Literal) {
        switch literal {
        case .null: put("NULL")
        case .boolean(let flag): put(flag ? "TRUE" : "FALSE")
        case .number(let digits): put(digits)
        case .string(let value): string(value)
        }
    }

    private mutating func operation(_ expression: SQL.Expression) {
        switch expression {
        case .unary(.not, let operand):
            put("NOT ")
            self.expression(operand, atLeast: Precedence.not)
        case .unary(let sign, let operand):
            put(sign.rawValue)
            // Two minus signs in a row would begin a comment.
            if case .unary = operand { put(" ") }
            self.expression(operand, atLeast: Precedence.sign)
        case .binary(let symbol, let left, let right):
            let level = symbol.precedence
            self.expression(left, atLeast: level == Precedence.comparison ? level + 1 : level)
            put(" \(symbol.rawValue) ")
            self.expression(right, atLeast: level + 1)
        case .chain(let link, let operands): chain(link, operands)
        default: break
        }
    }

    private mutating func chain(_ link: SQL.ChainOperator, _ operands: [SQL.Expression]) {
        var isFirst = true
        for operand in operands {
            if !isFirst { put(" \(link.rawValue) ") }
            // A chain of the same operator would merge into this one.
            if isFirst, link == .concatenate, !operand.isChain(link) {
                expression(operand, atLeast: link.precedence)
            } else {
                expression(operand, atLeast: link.precedence + 1)
            }
            isFirst = false
        }
    }

    private mutating func test(_ expression: SQL.Expression) {
        switch expression {
        case .isTest(let value, let test, let isNegated):
            self.expression(value, atLeast: Precedence.comparison)
            put(isNegated ? " IS NOT \(test.rawValue)" : " IS \(test.rawValue)")
        case .isDistinct(let left, let right, let isNegated):
            self.expression(left, atLeast: Precedence.comparison)
            put(isNegated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ")
            self.expression(right, atLeast: Precedence.comparison)
        default: break
        }
    }

    private mutating func predicate(_ expression: SQL.Expression) {
        switch expression {
        case .between(let value): between(value)
        case .like(let value): like(value)
        case .quantified(let value): quantified(value)
        case .inList(let value, let list, let isNegated):
            self.expression(value, atLeast: Precedence.other)
            put(isNegated ? " NOT IN (" : " IN (")
            self.list(list) { $0.expression($1) }
            put(")")
        case .inQuery(let value, let query, let isNegated):
            self.expression(value, atLeast: Precedence.other)
            put(isNegated ? " NOT IN " : " IN ")
            nested(query)
        default: break
        }
    }

    private mutating func between(_ between: SQL.Between) {
        expression(between.value, atLeast: Precedence.other)
        put(between.isNegated ? " NOT BETWEEN " : " BETWEEN ")
        if between.isSymmetric { put("SYMMETRIC ") }
        expression(between.low, atLeast: Precedence.other)
        put(" AND ")
        expression(between.high, atLeast: Precedence.other)
    }

    private mutating func like(_ like: SQL.Like) {
        expression(like.value, atLeast: Precedence.other)
        put(like.isNegated ? " NOT" : "")
        put(like.ignoresCase ? " ILIKE " : " LIKE ")
        expression(like.pattern, atLeast: Precedence.other)
        if let escape = like.escape {
            put(" ESCAPE ")
            expression(escape, atLeast: Precedence.other)
        }
    }

    private mutating func quantified(_ quantified: SQL.Quantified) {
        expression(quantified.value, atLeast: Precedence.pattern)
        put(" \(quantified.comparison.rawValue) \(quantified.isAll ? "ALL" : "ANY") (")
        switch quantified.operand {
        case .query(let query): self.query(query)
        case .array(let array): expression(array)
        }
        put(")")
    }

    private mutating func caseWhen(_ value: SQL.CaseWhen) {
        put("CASE")
        if let operand = value.operand {
            put(" ")
            expression(operand)
        }
        for branch in value.branches {
            put(" WHEN ")
            expression(branch.condition)
            put(" THEN ")
            expression(branch.result)
        }
        if let otherwise = value.otherwise {
            put(" ELSE ")
            expression(otherwise)
        }
        put(" END")
    }

    private mutating func subquery(_ expression: SQL.Expression) {
        switch expression {
        case .exists(let query):
            put("EXISTS ")
            nested(query)
        case .subquery(let query): nested(query)
        default: break
        }
    }

    private mutating func construct(_ expression: SQL.Expression) {
        switch expression {
        case .cast(let value, let type):
            put("CAST(")
            self.expression(value)
            put(" AS ")
            self.type(type)
            put(")")
        case .extract(let field, let value):
            put("EXTRACT(")
            if SQL.Identifier.hasPlainCharacters(field) { put(field.uppercased()) } else { string(field) }
            put(" FROM ")
            self.expression(value)
            put(")")
        case .row(let values):
            put(values.count < 2 ? "ROW(" : "(")
            list(values) { $0.expression($1) }
            put(")")
        case .array(let elements):
            put("ARRAY[")
            list(elements) { $0.expression($1) }
            put("]")
        case .subscripted(let value, let index):
            base(value, isField: false)
            put("[")
            self.expression(index)
            put("]")
        case .field(let value, let field):
            base(value, isField: true)
            put(".")
            name(field)
        default: break
        }
    }

    /// What an index or a field is taken of: in parentheses unless it ends in a bracket or is a name.
    private mutating func base(_ value: SQL.Expression, isField: Bool) {
        let isPlain =
            switch value {
            case .subscripted, .field, .cast, .array: true
            case .function(let call): call.filter == nil && call.over == nil
            case .column: !isField
            default: false
            }
        if !isPlain { put("(") }
        expression(value)
        if !isPlain { put(")") }
    }
}

extension SQL.Expression {
    /// How closely the outermost operator binds.
    var precedence: Int {
        switch self {
        case .chain(let link, _): link.precedence
        case .binary(let symbol, _, _): symbol.precedence
        case .unary(.not, _): Precedence.not
        case .unary: Precedence.sign
        case .isTest, .isDistinct: Precedence.isTest
        case .quantified: Precedence.comparison
        case .between, .inList, .inQuery, .like: Precedence.pattern
        default: Precedence.primary
        }
    }

    func isChain(_ link: SQL.ChainOperator) -> Bool {
        if case .chain(link, _) = self { true } else { false }
    }
}

extension SQL.BinaryOperator {
    var precedence: Int {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: Precedence.comparison
        case .member, .memberText: Precedence.other
        case .add, .subtract: Precedence.sum
        case .multiply, .divide, .remainder: Precedence.product
        case .power: Precedence.power
        }
    }
}

extension SQL.ChainOperator {
    var precedence: Int {
        switch self {
        case .or: Precedence.or
        case .and: Precedence.and
        case .concatenate: Precedence.other
        }
    }
}
