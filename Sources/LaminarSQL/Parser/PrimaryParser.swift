/// What an expression begins with: literals, names, calls, parentheses, signs; and what is written behind a value.
extension Parser {
    /// A value with the signs and NOT before it.
    mutating func prefix(_ least: Int) throws(SQLError) -> SQL.Expression {
        switch token.kind {
        case .minus, .plus:
            let sign = token.is(.minus) ? SQL.UnaryOperator.minus : .plus
            try advance()
            return .unary(sign, try expression(Precedence.sign))
        case .word where token.is(.not): return try negation(least)
        default: return try postfix(behind: primary())
        }
    }

    private mutating func negation(_ least: Int) throws(SQLError) -> SQL.Expression {
        guard least <= Precedence.not else {
            throw fail(
                .syntax, "NOT binds looser than the operator before it", at: token.position,
                expected: "parentheses: (NOT …)")
        }
        try advance()
        return .unary(.not, try expression(Precedence.not))
    }

    /// `value::type`, `value[index]`, `value.field`, any number of them.
    private mutating func postfix(behind value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        var value = value
        while true {
            switch token.kind {
            case .doubleColon:
                try advance()
                value = .cast(value, try typeName())
            case .leftBracket: value = try subscripted(value)
            case .dot: value = try field(of: value)
            default: return value
            }
            try wrap()
        }
    }

    private mutating func subscripted(_ value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        try advance()
        let index = try expression()
        if token.is(.unknownOperator) {
            throw refuse("slices of arrays aren't known here", "one element: tags[1]")
        }
        try expect(.rightBracket, "]")
        return .subscripted(value, index)
    }

    private mutating func field(of value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        try advance()
        if token.is(.star) { throw refuse("the fields of a STRUCT can't be spread", "each field by its name") }
        return .field(value, try label("the name of a field"))
    }

    private mutating func primary() throws(SQLError) -> SQL.Expression {
        switch token.kind {
        case .number:
            let digits = text(token).lowercased()
            try advance()
            return .literal(.number(digits))
        case .quotedString, .escapedString:
            let string = try string(token)
            try advance()
            return .literal(.string(string))
        case .question, .dollarNumber: return try parameter()
        case .leftParenthesis: return try parenthesized()
        case .quotedName: return try named()
        case .word: return try word()
        case .star: throw unexpected("an expression; * stands alone in a SELECT list or in COUNT(*)")
        default: throw unexpectedOperand()
        }
    }

    private func unexpectedOperand() -> SQLError {
        if token.is(.unknownOperator) { return unexpectedAfterExpression("an expression") }
        if token.is(.word) {
            return fail(
                .syntax, "\(found(token)) can't stand here", at: token.position,
                expected: "an expression; as a name it needs quotes: \"\(folded(token))\"")
        }
        return unexpected("an expression")
    }

    private mutating func parameter() throws(SQLError) -> SQL.Expression {
        let place = token
        let isNumbered = token.is(.dollarNumber)
        if isNumbered && questionMarks > 0 || !isNumbered && hasNumberedParameters {
            throw fail(
                .syntax, "? and $1 can't stand in the same statement", at: place.position, expected: "one of the two")
        }
        var number = questionMarks + 1
        if isNumbered {
            hasNumberedParameters = true
            guard let written = Int(text(place).dropFirst()), (1...Parser.mostParameters).contains(written) else {
                throw fail(
                    .syntax, "a parameter's number is from 1 to \(Parser.mostParameters)", at: place.position,
                    expected: "$1")
            }
            number = written
        } else {
            questionMarks += 1
            guard number <= Parser.mostParameters else {
                throw fail(
                    .tooLong, "a statement has \(Parser.mostParameters) parameters at most", at: place.position,
                    expected: "several statements")
            }
        }
        try advance()
        return .parameter(number)
    }

    /// SQLite's bound.
    static let mostParameters = 32_766

    private mutating func parenthesized() throws(SQLError) -> SQL.Expression {
        try advance()
        let isQuery = token.is(.values) ? try peek().is(.leftParenthesis) : beginsQuery(token)
        if isQuery {
            let query = try query()
            try expect(.rightParenthesis, "the ) that ends the query")
            return .subquery(query)
        }
        let value = try expression()
        if case .subquery(let first) = value, continuesQuery {
            let query = try query(continuing: first)
            try expect(.rightParenthesis, "the ) that ends the query")
            return .subquery(query)
        }
        if token.is(.comma) { return try row(value) }
        guard try take(.rightParenthesis) else { throw unexpectedAfterExpression(") or an operator") }
        return value
    }

    private mutating func row(_ first: SQL.Expression) throws(SQLError) -> SQL.Expression {
        var values = [first]
        while try take(.comma) { values.append(try expression()) }
        try expect(.rightParenthesis, ", or )")
        return .row(values)
    }

    // MARK: Words

    private mutating func word() throws(SQLError) -> SQL.Expression {
        switch token.keyword {
        case .null: return try literal(.null)
        case .true: return try literal(.boolean(true))
        case .false: return try literal(.boolean(false))
        case .case: return try caseWhen()
        case .cast: return try cast()
        case .array: return try array()
        case .exists: return try exists()
        case .interval: return try interval()
        case .row: return try rowConstructor()
        case .currentTimestamp, .localtimestamp: return try now(as: nil)
        case .currentDate: return try now(as: .date)
        case .currentTime, .localtime: return try now(as: .time)
        case .left, .right: return try callOnly()
        case .select:
            throw fail(
                .syntax, "a subquery needs parentheses", at: token.position, expected: "(SELECT …)")
        default:
            guard isName else { throw unexpectedOperand() }
            if beginsType(token), let typed = try typedLiteral() { return typed }
            return try named()
        }
    }

    private mutating func literal(_ literal: SQL.Literal) throws(SQLError) -> SQL.Expression {
        try advance()
        return .literal(literal)
    }

    /// LEFT and RIGHT are joins, unless they are called.
    private mutating func callOnly() throws(SQLError) -> SQL.Expression {
        guard try peek().is(.leftParenthesis) else { throw unexpectedOperand() }
        let name = SQL.ObjectName(SQL.Identifier(name: folded(token), isQuoted: false, position: token.position))
        try advance()
        return .function(try functionCall(name))
    }

    private mutating func now(as type: SQL.TypeName?) throws(SQLError) -> SQL.Expression {
        try advance()
        if try take(.leftParenthesis) {
            if token.is(.number) { try advance() }
            try expect(.rightParenthesis, ")")
        }
        let now = SQL.Expression.function(SQL.FunctionCall("now", []))
        guard let type else { return now }
        try wrap()
        return .cast(now, type)
    }

    /// `TIMESTAMP '…'`: a type with a string behind it. Nil where the word is a name.
    private mutating func typedLiteral() throws(SQLError) -> SQL.Expression? {
        switch try peek().kind {
        case .quotedString, .escapedString: break
        case .leftParenthesis, .word:
            // TIMESTAMP(3) '…', DOUBLE PRECISION '…', TIMESTAMP WITH TIME ZONE '…'
            guard try hasStringBehindType() else { return nil }
        default: return nil
        }
        let type = try typeName()
        guard token.is(.quotedString) || token.is(.escapedString) else { throw unexpected("a string of the type") }
        let string = try string(token)
        try advance()
        return .typedLiteral(type, string)
    }

    private func hasStringBehindType() throws(SQLError) -> Bool {
        var ahead = lexerBehindToken
        var next = try ahead.next()
        if next.is(.leftParenthesis) {
            repeat {
                guard try ahead.next().is(.number) else { return false }
                next = try ahead.next()
            } while next.is(.comma)
            guard next.is(.rightParenthesis) else { return false }
            next = try ahead.next()
        }
        while next.is(.precision) || next.is(.varying) || next.is(.with) || next.is(.without) || next.is(.time)
            || next.is(.zone) || next.is(.local)
        {
            next = try ahead.next()
        }
        return next.is(.quotedString) || next.is(.escapedString)
    }

    /// A column, or a call of a function.
    private mutating func named() throws(SQLError) -> SQL.Expression {
        let place = token
        let name = try objectName("an expression")
        guard token.is(.leftParenthesis) else { return .column(name) }
        return try call(name, place)
    }

    // MARK: Constructs

    private mutating func caseWhen() throws(SQLError) -> SQL.Expression {
        try advance()
        let operand = token.is(.when) ? nil : try expression()
        var branches: [SQL.CaseWhen.Branch] = []
        repeat {
            try expect(.when)
            let condition = try expression()
            try expect(.then)
            branches.append(SQL.CaseWhen.Branch(condition: condition, result: try expression()))
        } while token.is(.when)
        let otherwise = try take(.else) ? try expression() : nil
        guard try take(.end) else {
            throw unexpectedAfterExpression("WHEN, ELSE or END", among: ["WHEN", "ELSE", "END", "THEN"])
        }
        return .caseWhen(SQL.CaseWhen(operand: operand, branches: branches, otherwise: otherwise))
    }

    private mutating func cast() throws(SQLError) -> SQL.Expression {
        try advance()
        try expect(.leftParenthesis, "(")
        let value = try expression()
        guard try take(.as) else { throw unexpectedAfterExpression("AS and a type", among: ["AS"]) }
        let type = try typeName()
        try expect(.rightParenthesis, ")")
        return .cast(value, type)
    }

    private mutating func array() throws(SQLError) -> SQL.Expression {
        try advance()
        if token.is(.leftParenthesis) { throw refuse("ARRAY(SELECT …) isn't known here", "ARRAY_AGG(…) in a subquery") }
        try expect(.leftBracket, "[ and the elements: ARRAY[1, 2]")
        if try take(.rightBracket) { return .array([]) }
        var elements = [try expression()]
        while try take(.comma), !token.is(.rightBracket) { elements.append(try expression()) }
        try expect(.rightBracket, ", or ]")
        return .array(elements)
    }

    private mutating func exists() throws(SQLError) -> SQL.Expression {
        guard try peek().is(.leftParenthesis) else { return try named() }
        try advance()
        try advance()
        guard beginsQuery(token) || token.is(.leftParenthesis) else {
            throw unexpected("a SELECT", among: ["SELECT", "WITH"])
        }
        let query = try query()
        try expect(.rightParenthesis, "the ) that ends the query")
        return .exists(query)
    }

    private mutating func rowConstructor() throws(SQLError) -> SQL.Expression {
        guard try peek().is(.leftParenthesis) else { return try named() }
        try advance()
        try advance()
        if try take(.rightParenthesis) { return .row([]) }
        let values = try expressions()
        try expect(.rightParenthesis, ", or )")
        return .row(values)
    }

    private mutating func interval() throws(SQLError) -> SQL.Expression {
        let next = try peek()
        if next.is(.number) {
            throw fail(
                .syntax, "the length of an INTERVAL is a string", at: next.position,
                expected: "INTERVAL '\(text(next)) hour', say")
        }
        guard next.is(.quotedString) || next.is(.escapedString) else { return try named() }
        try advance()
        var length = try string(token)
        try advance()
        if token.is(.word), Parser.intervalFields.contains(folded(token)) {
            length += " " + folded(token)
            try advance()
            if token.is(.to) {
                throw refuse("an INTERVAL of a range of fields isn't known here", "INTERVAL '1 hour 30 minutes'")
            }
        }
        return .interval(length)
    }

    private static let intervalFields: Set<String> = [
        "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes",
        "second", "seconds", "millisecond", "milliseconds", "microsecond", "microseconds",
    ]
}
