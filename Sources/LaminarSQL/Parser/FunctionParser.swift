/// Function calls: arguments, FILTER, OVER, windows, and the functions that are written in words.
extension Parser {
    /// A call as an expression; the token is the parenthesis.
    func call(_ name: SQL.ObjectName, _ keyword: Keyword?) throws(SQLError) -> SQL.Expression {
        switch keyword {
        case .extract: return try extract()
        case .position: return try position()
        case .substring: return try substring()
        case .trim: return try trim()
        case .overlay: return try overlay()
        default:
            try refuseCall(name)
            return try plainCall(name)
        }
    }

    func plainCall(_ name: SQL.ObjectName) throws(SQLError) -> SQL.Expression { .function(try functionCall(name)) }

    private func refuseCall(_ name: SQL.ObjectName) throws(SQLError) {
        guard let refusal = Refusals.functions[name.name] else { return }
        throw refuse(refusal.what, refusal.cure, at: name.position)
    }

    /// `(arguments)` and what follows them.
    func functionCall(_ name: SQL.ObjectName) throws(SQLError) -> SQL.FunctionCall {
        try expect(.leftParenthesis, "(")
        let isDistinct = try take(.distinct)
        if !isDistinct { _ = try take(.all) }
        var arguments = SQL.FunctionCall.Arguments.list([])
        var orderBy: [SQL.OrderItem] = []
        if at(.star), !isDistinct {
            try advance()
            arguments = .star
        } else if isDistinct || !at(.rightParenthesis) {
            arguments = .list(try self.arguments())
            if try take(.order) {
                try expect(.by)
                orderBy = try orderItems()
            }
        }
        guard try take(.rightParenthesis) else { throw unexpectedAfterExpression(", or )", among: ["ORDER"]) }
        if let error = refusedBehindCall() { throw error }
        let filter = try filter()
        let over = try take(.over) ? try over() : nil
        return SQL.FunctionCall(
            name: name, arguments: arguments, isDistinct: isDistinct, orderBy: orderBy, filter: filter, over: over)
    }

    private func arguments() throws(SQLError) -> [SQL.Expression] {
        try refuseNamedArgument()
        return try expressions()
    }

    private func refuseNamedArgument() throws(SQLError) {
        if at(.variadic) { throw refuse("VARIADIC isn't known here", "the arguments one by one") }
        if isName, try nextIs(.unknownOperator), ["=>", ":="].contains(text(try peek())) {
            throw refuse("named arguments aren't known here", "the arguments in their order")
        }
    }

    private func refusedBehindCall() -> SQLError? {
        switch keyword {
        case .within:
            refuse("WITHIN GROUP isn't known here", "ORDER BY inside the parentheses, where the function has it")
        case .ignore, .respect:
            refuse("\(text(token).uppercased()) NULLS isn't known here", "FILTER (WHERE … IS NOT NULL)")
        default: nil
        }
    }

    private func filter() throws(SQLError) -> SQL.Expression? {
        guard at(.filter), try nextIs(.leftParenthesis) else { return nil }
        try advance()
        try advance()
        try expect(.where)
        let condition = try expression()
        try expect(.rightParenthesis, ")")
        return condition
    }

    // MARK: Windows

    private func over() throws(SQLError) -> SQL.Over {
        guard at(.leftParenthesis) else { return .named(try name("( or the name of a window")) }
        return .window(try window())
    }

    func namedWindows() throws(SQLError) -> [SQL.NamedWindow] {
        var windows: [SQL.NamedWindow] = []
        repeat {
            let name = try name("the name of a window")
            try expect(.as)
            windows.append(SQL.NamedWindow(name, try window()))
        } while try take(.comma)
        return windows
    }

    private func window() throws(SQLError) -> SQL.Window {
        let outer = try enter()
        try expect(.leftParenthesis, "(")
        var base: SQL.Identifier?
        if isName, try !beginsWindowPart(peek()) { base = try name("the name of a window") }
        var partitionBy: [SQL.Expression] = []
        if try take(.partition) {
            try expect(.by)
            partitionBy = try expressions()
        }
        var orderBy: [SQL.OrderItem] = []
        if try take(.order) {
            try expect(.by)
            orderBy = try orderItems()
        }
        let frame = try frame()
        guard try take(.rightParenthesis) else {
            throw unexpectedAfterExpression(
                "PARTITION BY, ORDER BY, a frame or )", among: ["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS"])
        }
        try leave(outer)
        return SQL.Window(base: base, partitionBy: partitionBy, orderBy: orderBy, frame: frame)
    }

    /// Whether the token, a name, is a word of the window's own: its neighbour tells.
    private func beginsWindowPart(_ next: Token) -> Bool {
        switch keyword {
        case .partition: next.is(.by)
        case .rows, .range, .groups: true
        default: false
        }
    }

    private func frame() throws(SQLError) -> SQL.WindowFrame? {
        let unit: SQL.WindowFrame.Unit
        switch keyword {
        case .rows: unit = .rows
        case .range: unit = .range
        case .groups: unit = .groups
        default: return nil
        }
        try advance()
        let place = token.position
        let start: SQL.WindowFrame.Bound
        var end: SQL.WindowFrame.Bound?
        if try take(.between) {
            start = try bound()
            try expect(.and, "AND and the end of the frame")
            end = try bound()
        } else {
            start = try bound()
        }
        if start == .unboundedFollowing || end == .unboundedPreceding {
            throw fail(
                .syntax, "a frame can't begin at its last row nor end at its first", at: place,
                expected: "UNBOUNDED PRECEDING as the beginning, UNBOUNDED FOLLOWING as the end")
        }
        return SQL.WindowFrame(unit: unit, start: start, end: end, exclusion: try exclusion())
    }

    private func bound() throws(SQLError) -> SQL.WindowFrame.Bound {
        if at(.unbounded), try isFollowed(by: .preceding, .following) {
            try advance()
            return try take(.preceding) ? .unboundedPreceding : try boundAfterFollowing()
        }
        if try take(.current, .row) { return .currentRow }
        let distance = try expression(Precedence.other)
        if try take(.preceding) { return .preceding(distance) }
        guard try take(.following) else {
            throw unexpected("PRECEDING or FOLLOWING", among: ["PRECEDING", "FOLLOWING", "UNBOUNDED", "CURRENT"])
        }
        return .following(distance)
    }

    private func boundAfterFollowing() throws(SQLError) -> SQL.WindowFrame.Bound {
        try expect(.following)
        return .unboundedFollowing
    }

    private func exclusion() throws(SQLError) -> SQL.WindowFrame.Exclusion? {
        guard try take(.exclude) else { return nil }
        if try take(.current, .row) { return .currentRow }
        if try take(.group) { return .group }
        if try take(.ties) { return .ties }
        if try take(.no, .others) { return .noOthers }
        throw unexpected("CURRENT ROW, GROUP, TIES or NO OTHERS", among: ["CURRENT", "GROUP", "TIES", "NO"])
    }

    // MARK: Functions in words

    private func extract() throws(SQLError) -> SQL.Expression {
        try advance()
        let field: String
        switch kind {
        case .word: field = folded(token)
        case .quotedString, .quotedName, .escapedString: field = try string(token).lowercased()
        default: throw unexpected("a field such as EPOCH or HOUR")
        }
        try advance()
        guard try take(.from) else { throw unexpected("FROM and a time: EXTRACT(HOUR FROM time)", among: ["FROM"]) }
        let value = try expression()
        try expect(.rightParenthesis, ")")
        return .extract(field, value)
    }

    private func position() throws(SQLError) -> SQL.Expression {
        try advance()
        let part = try expression(Precedence.other)
        if at(.comma) {
            throw refuse("POSITION has no commas", "POSITION(part IN text), or STRPOS(text, part)")
        }
        try expect(.in)
        let whole = try expression(Precedence.other)
        try expect(.rightParenthesis, ")")
        return .function(SQL.FunctionCall("strpos", [whole, part]))
    }

    private func substring() throws(SQLError) -> SQL.Expression {
        try advance()
        var arguments = [try expression()]
        if at(.similar) { throw refuse("SIMILAR isn't known here", "SUBSTRING(text FROM start FOR length)") }
        if try take(.from) {
            arguments.append(try expression())
            if try take(.for) { arguments.append(try expression()) }
        } else if try take(.for) {
            arguments += [.literal(.number("1")), try expression()]
        } else {
            while try take(.comma) { arguments.append(try expression()) }
        }
        try expect(.rightParenthesis, "FROM, FOR or )")
        return .function(SQL.FunctionCall("substring", arguments))
    }

    private func overlay() throws(SQLError) -> SQL.Expression {
        try advance()
        var arguments = [try expression()]
        if try take(.placing) {
            arguments.append(try expression())
            try expect(.from)
            arguments.append(try expression())
            if try take(.for) { arguments.append(try expression()) }
        } else {
            while try take(.comma) { arguments.append(try expression()) }
        }
        try expect(.rightParenthesis, "PLACING, FROM, FOR or )")
        return .function(SQL.FunctionCall("overlay", arguments))
    }

    private func trim() throws(SQLError) -> SQL.Expression {
        try advance()
        var function = "btrim"
        if at(.leading) || at(.trailing) {
            function = at(.leading) ? "ltrim" : "rtrim"
            try advance()
        } else if at(.both), ![.comma, .rightParenthesis, .dot].contains(try peek().kind) {
            try advance()
        }
        var arguments: [SQL.Expression] = []
        if try take(.from) {
            arguments = try expressions()
        } else {
            arguments = [try expression()]
            if try take(.from) {
                arguments.insert(try expression(), at: 0)
            } else if try take(.comma) {
                arguments.append(try expression())
            }
        }
        try expect(.rightParenthesis, "FROM or )")
        return .function(SQL.FunctionCall(function, arguments))
    }
}
