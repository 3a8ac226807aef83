/// Function calls: arguments, FILTER, OVER, windows, and the functions that are written in words.
extension Parser {
    /// A call as an expression; the token is the parenthesis.
    mutating func call(_ name: SQL.ObjectName, _ place: Token) throws(SQLError) -> SQL.Expression {
        if place.kind == .word, name.parts.count == 1 {
            switch place.keyword {
            case .extract: return try extract()
            case .position: return .function(try position())
            case .substring: return .function(try substring())
            case .trim: return .function(try trim())
            case .overlay: return .function(try overlay())
            default: break
            }
            let word = name.name
            if word == "try_cast" || word == "safe_cast" {
                throw refuse(
                    "\(word.uppercased()) isn't known here", "CAST, which fails on a value that doesn't fit",
                    at: place.position)
            }
            if let refusal = Refusals.functions[word] { throw refuse(refusal.what, refusal.cure, at: place.position) }
        }
        return .function(try functionCall(name))
    }

    /// `(arguments)` and what follows them.
    mutating func functionCall(_ name: SQL.ObjectName) throws(SQLError) -> SQL.FunctionCall {
        try expect(.leftParenthesis, "(")
        let isDistinct = try take(.distinct)
        if !isDistinct { _ = try take(.all) }
        var arguments = SQL.FunctionCall.Arguments.list([])
        var orderBy: [SQL.OrderItem] = []
        if token.is(.star), !isDistinct {
            try advance()
            arguments = .star
        } else if isDistinct || !token.is(.rightParenthesis) {
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

    private mutating func arguments() throws(SQLError) -> [SQL.Expression] {
        if token.is(.variadic) { throw refuse("VARIADIC isn't known here", "the arguments one by one") }
        if isName, try peek().is(.unknownOperator), ["=>", ":="].contains(text(try peek())) {
            throw refuse("named arguments aren't known here", "the arguments in their order")
        }
        return try expressions()
    }

    private func refusedBehindCall() -> SQLError? {
        switch token.keyword {
        case .within:
            refuse("WITHIN GROUP isn't known here", "ORDER BY inside the parentheses, where the function has it")
        case .ignore, .respect:
            refuse("\(text(token).uppercased()) NULLS isn't known here", "FILTER (WHERE … IS NOT NULL)")
        default: nil
        }
    }

    private mutating func filter() throws(SQLError) -> SQL.Expression? {
        guard token.is(.filter), try peek().is(.leftParenthesis) else { return nil }
        try advance()
        try advance()
        try expect(.where)
        let condition = try expression()
        try expect(.rightParenthesis, ")")
        return condition
    }

    // MARK: Windows

    private mutating func over() throws(SQLError) -> SQL.Over {
        guard token.is(.leftParenthesis) else { return .named(try name("( or the name of a window")) }
        return .window(try window())
    }

    mutating func namedWindows() throws(SQLError) -> [SQL.NamedWindow] {
        var windows: [SQL.NamedWindow] = []
        repeat {
            let name = try name("the name of a window")
            try expect(.as)
            windows.append(SQL.NamedWindow(name, try window()))
        } while try take(.comma)
        return windows
    }

    private mutating func window() throws(SQLError) -> SQL.Window {
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
        switch token.keyword {
        case .partition: next.is(.by)
        case .rows, .range, .groups: !next.is(.rightParenthesis) && !next.is(.partition) && !next.is(.order)
        default: false
        }
    }

    private mutating func frame() throws(SQLError) -> SQL.WindowFrame? {
        let unit: SQL.WindowFrame.Unit
        switch token.keyword {
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

    private mutating func bound() throws(SQLError) -> SQL.WindowFrame.Bound {
        if token.is(.unbounded), try isFollowed(by: .preceding, .following) {
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

    private mutating func boundAfterFollowing() throws(SQLError) -> SQL.WindowFrame.Bound {
        try expect(.following)
        return .unboundedFollowing
    }

    private mutating func exclusion() throws(SQLError) -> SQL.WindowFrame.Exclusion? {
        guard try take(.exclude) else { return nil }
        if try take(.current, .row) { return .currentRow }
        if try take(.group) { return .group }
        if try take(.ties) { return .ties }
        if try take(.no, .others) { return .noOthers }
        throw unexpected("CURRENT ROW, GROUP, TIES or NO OTHERS", among: ["CURRENT", "GROUP", "TIES", "NO"])
    }

    // MARK: Functions in words

    private mutating func extract() throws(SQLError) -> SQL.Expression {
        try advance()
        let field: String
        switch token.kind {
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

    private mutating func position() throws(SQLError) -> SQL.FunctionCall {
        try advance()
        let part = try expression(Precedence.other)
        if token.is(.comma) {
            throw refuse("POSITION has no commas", "POSITION(part IN text), or STRPOS(text, part)")
        }
        try expect(.in)
        let whole = try expression(Precedence.other)
        try expect(.rightParenthesis, ")")
        return SQL.FunctionCall("strpos", [whole, part])
    }

    private mutating func substring() throws(SQLError) -> SQL.FunctionCall {
        try advance()
        var arguments = [try expression()]
        if token.is(.similar) { throw refuse("SIMILAR isn't known here", "SUBSTRING(text FROM start FOR length)") }
        if try take(.from) {
            arguments.append(try expression())
            if try take(.for) { arguments.append(try expression()) }
        } else if try take(.for) {
            arguments += [.literal(.number("1")), try expression()]
        } else {
            while try take(.comma) { arguments.append(try expression()) }
        }
        try expect(.rightParenthesis, "FROM, FOR or )")
        return SQL.FunctionCall("substring", arguments)
    }

    private mutating func overlay() throws(SQLError) -> SQL.FunctionCall {
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
        return SQL.FunctionCall("overlay", arguments)
    }

    private mutating func trim() throws(SQLError) -> SQL.FunctionCall {
        try advance()
        var function = "btrim"
        if token.is(.leading) || token.is(.trailing) {
            function = token.is(.leading) ? "ltrim" : "rtrim"
            try advance()
        } else if token.is(.both), ![.comma, .rightParenthesis, .dot].contains(try peek().kind) {
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
        return SQL.FunctionCall(function, arguments)
    }
}
