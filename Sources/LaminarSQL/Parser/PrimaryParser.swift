/// What an expression begins with: literals, names, calls, parentheses, signs; and what is written behind a value.
extension Parser {
    /// A value with the signs and NOT before it.
    func prefix(_ least: Int) throws(SQLError) -> SQL.Expression {
        switch kind {
        case .minus, .plus:
            let sign = at(.minus) ? SQL.UnaryOperator.minus : .plus
            try advance()
            return .unary(sign, try expression(Precedence.sign))
        case .word where at(.not): return try negation(least)
        default: return try postfix(behind: primary())
        }
    }

    private func negation(_ least: Int) throws(SQLError) -> SQL.Expression {
        guard least <= Precedence.not else {
            throw fail(
                .syntax, "NOT binds looser than the operator before it", at: token.position,
                expected: "parentheses: (NOT …)")
        }
        try advance()
        return .unary(.not, try expression(Precedence.not))
    }

    /// `value::type`, `value[index]`, `value.field`, any number of them.
    private func postfix(behind value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        var value = value
        while true {
            switch kind {
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

    private func subscripted(_ value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        try advance()
        let index = try expression()
        try expect(.rightBracket, "]")
        return .subscripted(value, index)
    }

    private func field(of value: SQL.Expression) throws(SQLError) -> SQL.Expression {
        try advance()
        if at(.star) { throw refuse("the fields of a STRUCT can't be spread", "each field by its name") }
        return .field(value, try label("the name of a field"))
    }

    private func primary() throws(SQLError) -> SQL.Expression {
        switch kind {
        case .number:
            let (digits, position) = (text(token).lowercased(), token.position)
            try advance()
            return .literal(.number(digits), at: position)
        case .quotedString, .escapedString:
            let (string, position) = (try string(token), token.position)
            try advance()
            return .literal(.string(string), at: position)
        case .question, .dollarNumber: return try parameter()
        case .leftParenthesis: return try parenthesized()
        case .quotedName: return try named()
        case .word: return try word()
        case .star: throw unexpected("an expression; * stands alone in a SELECT list or in COUNT(*)")
        default: throw unexpectedOperand()
        }
    }

    private func unexpectedOperand() -> SQLError {
        if at(.select) {
            return fail(.syntax, "a subquery needs parentheses", at: token.position, expected: "(SELECT …)")
        }
        if at(.unknownOperator) { return unexpectedAfterExpression("an expression") }
        if at(.word) {
            return fail(
                .syntax, "\(found(token)) can't stand here", at: token.position,
                expected: "an expression; as a name it needs quotes: \"\(folded(token))\"")
        }
        return unexpected("an expression")
    }

    private func parameter() throws(SQLError) -> SQL.Expression {
        let place = token
        let isNumbered = at(.dollarNumber)
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
        return .parameter(number, at: place.position)
    }

    /// SQLite's bound.
    static let mostParameters = 32_766

    private func parenthesized() throws(SQLError) -> SQL.Expression {
        try advance()
        if beginsQuery(token) {
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
        if at(.comma) { return try row(value) }
        guard try take(.rightParenthesis) else { throw unexpectedAfterExpression(") or an operator") }
        return value
    }

    private func row(_ first: SQL.Expression) throws(SQLError) -> SQL.Expression {
        var values = [first]
        while try take(.comma) { values.append(try expression()) }
        try expect(.rightParenthesis, ", or )")
        return .row(values)
    }

    // MARK: Words

    private func word() throws(SQLError) -> SQL.Expression {
        switch keyword {
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
        default:
            if let typed = try typedLiteral() { return typed }
            return try named()
        }
    }

    private func literal(_ literal: SQL.Literal) throws(SQLError) -> SQL.Expression {
        let position = token.position
        try advance()
        return .literal(literal, at: position)
    }

    /// LEFT and RIGHT are joins, unless they are called.
    private func callOnly() throws(SQLError) -> SQL.Expression {
        guard try nextIs(.leftParenthesis) else { throw unexpectedOperand() }
        let name = SQL.ObjectName(SQL.Identifier(name: folded(token), isQuoted: false, position: token.position))
        try advance()
        return try plainCall(name)
    }

    private func now(as type: SQL.TypeName?) throws(SQLError) -> SQL.Expression {
        try advance()
        if try take(.leftParenthesis) {
            if at(.number) { try advance() }
            try expect(.rightParenthesis, ")")
        }
        let now = SQL.Expression.function(SQL.FunctionCall("now", []))
        guard let type else { return now }
        try wrap()
        return .cast(now, type)
    }

    /// `TIMESTAMP '…'`: a type with a string behind it. Nil where the word is a name.
    private func typedLiteral() throws(SQLError) -> SQL.Expression? {
        guard isName else { throw unexpectedOperand() }
        guard beginsType(token) else { return nil }
        switch try peek().kind {
        case .quotedString, .escapedString: break
        case .leftParenthesis, .word:
            // TIMESTAMP(3) '…', DOUBLE PRECISION '…', TIMESTAMP WITH TIME ZONE '…'
            guard try hasStringBehindType() else { return nil }
        default: return nil
        }
        let position = token.position
        let type = try typeName()
        guard at(.quotedString) || at(.escapedString) else { throw unexpected("a string of the type") }
        let string = try string(token)
        try advance()
        return .typedLiteral(type, string, at: position)
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
    private func named() throws(SQLError) -> SQL.Expression {
        let keyword = keyword
        let name = try objectName("an expression")
        guard at(.leftParenthesis) else { return .column(name) }
        return try call(name, name.parts.count == 1 ? keyword : nil)
    }

    // MARK: Constructs

    private func caseWhen() throws(SQLError) -> SQL.Expression {
        try advance()
        let operand = at(.when) ? nil : try expression()
        var branches: [SQL.CaseWhen.Branch] = []
        repeat {
            try expect(.when)
            let condition = try expression()
            try expect(.then)
            branches.append(SQL.CaseWhen.Branch(condition: condition, result: try expression()))
        } while at(.when)
        let otherwise = try take(.else) ? try expression() : nil
        guard try take(.end) else {
            throw unexpectedAfterExpression("WHEN, ELSE or END", among: ["WHEN", "ELSE", "END", "THEN"])
        }
        return .caseWhen(SQL.CaseWhen(operand: operand, branches: branches, otherwise: otherwise))
    }

    private func cast() throws(SQLError) -> SQL.Expression {
        try advance()
        try expect(.leftParenthesis, "(")
        let value = try expression()
        guard try take(.as) else { throw unexpectedAfterExpression("AS and a type", among: ["AS"]) }
        let type = try typeName()
        try expect(.rightParenthesis, ")")
        return .cast(value, type)
    }

    private func array() throws(SQLError) -> SQL.Expression {
        try advance()
        if at(.leftParenthesis) { throw refuse("ARRAY(SELECT …) isn't known here", "ARRAY_AGG(…) in a subquery") }
        try expect(.leftBracket, "[ and the elements: ARRAY[1, 2]")
        if try take(.rightBracket) { return .array([]) }
        var elements = [try expression()]
        while try take(.comma), !at(.rightBracket) { elements.append(try expression()) }
        try expect(.rightBracket, ", or ]")
        return .array(elements)
    }

    private func exists() throws(SQLError) -> SQL.Expression {
        guard try nextIs(.leftParenthesis) else { return try named() }
        try advance()
        try advance()
        guard beginsQuery(token) || at(.leftParenthesis) else {
            throw unexpected("a SELECT", among: ["SELECT", "WITH"])
        }
        let query = try query()
        try expect(.rightParenthesis, "the ) that ends the query")
        return .exists(query)
    }

    private func rowConstructor() throws(SQLError) -> SQL.Expression {
        guard try nextIs(.leftParenthesis) else { return try named() }
        try advance()
        try advance()
        if try take(.rightParenthesis) { return .row([]) }
        let values = try expressions()
        try expect(.rightParenthesis, ", or )")
        return .row(values)
    }

    private func interval() throws(SQLError) -> SQL.Expression {
        let next = try peek()
        if next.is(.number) {
            throw fail(
                .syntax, "the length of an INTERVAL is a string", at: next.position,
                expected: "INTERVAL '\(text(next)) hour', say")
        }
        guard next.is(.quotedString) || next.is(.escapedString) else { return try named() }
        let position = token.position
        try advance()
        var length = try string(token)
        try advance()
        if at(.word), Parser.intervalFields.contains(folded(token)) {
            length += " " + folded(token)
            try advance()
            if at(.to) {
                throw refuse("an INTERVAL of a range of fields isn't known here", "INTERVAL '1 hour 30 minutes'")
            }
        }
        return .interval(length, at: position)
    }

    private static let intervalFields: Set<String> = [
        "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes",
        "second", "seconds", "millisecond", "milliseconds", "microsecond", "microseconds",
    ]
}
