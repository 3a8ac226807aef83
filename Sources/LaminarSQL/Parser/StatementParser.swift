/// Scripts and statements, but for CREATE.
extension Parser {
    func script() throws(SQLError) -> [SQL.ParsedStatement] {
        var statements: [SQL.ParsedStatement] = []
        while true {
            while try take(.semicolon) {}
            guard !at(.endOfText) else { return statements }
            let first = token
            questionMarks = 0
            hasNumberedParameters = false
            let statement = try statement()
            guard at(.semicolon) || at(.endOfText) else {
                throw unexpectedAfterExpression("; or the end of the statement", among: Parser.continuations(statement))
            }
            statements.append(
                SQL.ParsedStatement(
                    statement: statement, position: first.position, text: text(from: first.start, to: previousEnd),
                    number: statements.count + 1))
        }
    }

    private func statement() throws(SQLError) -> SQL.Statement {
        switch keyword {
        case .select, .with, .values: return .select(try query())
        case .create: return try create()
        case .insert: return .insert(try insert())
        case .drop: return try drop()
        case .start, .stop:
            let isStart = at(.start)
            try advance()
            try expect(.pipeline, "PIPELINE and its name")
            let name = try name("the name of a pipeline")
            return isStart ? .startPipeline(name) : .stopPipeline(name)
        case .show: return .show(try show())
        case .describe, .desc:
            try advance()
            if at(.connection) || at(.table) || at(.pipeline), isName(try peek()) { try advance() }
            return .describe(try objectName("the name of a connection, table or pipeline"))
        case .explain: return try explain()
        default:
            if at(.leftParenthesis) { return .select(try query()) }
            throw try refusedStatement()
                ?? unexpected("a statement: \(Parser.beginnings.joined(separator: ", "))", among: Parser.beginnings)
        }
    }

    private func drop() throws(SQLError) -> SQL.Statement {
        try advance()
        let kind: SQL.ObjectKind
        switch keyword {
        case .connection: kind = .connection
        case .table: kind = .table
        case .pipeline: kind = .pipeline
        default:
            throw refusedObject(to: "DROP") ?? unexpected("CONNECTION, TABLE or PIPELINE", among: Parser.kinds)
        }
        try advance()
        var ifExists = false
        if at(.if), try nextIs(.exists) {
            try advance()
            try advance()
            ifExists = true
        }
        let name = try name("the name of a \(kind.rawValue)")
        if at(.word), ["cascade", "restrict"].contains(folded(token)) {
            throw refuse(
                "DROP … \(text(token).uppercased()) isn't known here",
                "DROP for each user of it first; the error names them")
        }
        if at(.comma) { throw refuse("one DROP drops one object", "a statement for each") }
        return .drop(SQL.Drop(kind: kind, name: name, ifExists: ifExists))
    }

    private func show() throws(SQLError) -> SQL.Show {
        try advance()
        switch keyword {
        case .connections:
            try advance()
            return .connections
        case .tables:
            try advance()
            return .tables
        case .pipelines:
            try advance()
            return .pipelines
        case .create:
            try advance()
            var kind: SQL.ObjectKind?
            if let word = keyword, let named = SQL.ObjectKind(rawValue: word.rawValue), isName(try peek()) {
                kind = named
                try advance()
            }
            return .create(kind, try name("the name of a connection, table or pipeline"))
        default:
            if at(.word), let cure = Refusals.shown[folded(token)] {
                throw refuse("SHOW \(text(token).uppercased()) isn't known here", cure)
            }
            throw unexpected(
                "CONNECTIONS, TABLES, PIPELINES or CREATE", among: ["CONNECTIONS", "TABLES", "PIPELINES", "CREATE"])
        }
    }

    private func explain() throws(SQLError) -> SQL.Statement {
        try advance()
        if at(.analyze) {
            throw refuse("EXPLAIN ANALYZE isn't known here", "EXPLAIN, which tells what would be read")
        }
        if at(.insert) || at(.create) {
            throw refuse("EXPLAIN explains a query", "EXPLAIN and the SELECT in it")
        }
        guard at(.select) || at(.with) || at(.values) || at(.leftParenthesis) else {
            throw unexpected("a SELECT", among: ["SELECT", "WITH"])
        }
        return .explain(try query())
    }

    func insert() throws(SQLError) -> SQL.Insert {
        try expect(.insert)
        if at(.overwrite) { throw refuse("a topic can't be overwritten", "INSERT INTO, which appends") }
        try expect(.into)
        let table = try objectName("the name of a table")
        var columns: [SQL.Identifier] = []
        if at(.leftParenthesis), !beginsQuery(try peek()), !(try nextIs(.leftParenthesis)) {
            columns = try nameList("the name of a column")
        }
        if at(.default) { throw refuse("DEFAULT VALUES isn't known here", "VALUES with a value for each column") }
        guard beginsQuery(token) || at(.leftParenthesis) else {
            throw unexpected(
                columns.isEmpty ? "(columns), SELECT or VALUES" : "SELECT or VALUES", among: ["SELECT", "VALUES"])
        }
        let source = try query()
        if at(.on), try nextIs(.conflict) {
            throw refuse("ON CONFLICT isn't known here", "a sink appends; the newest record of a key wins on reading")
        }
        if at(.returning) { throw refuse("RETURNING isn't known here", "a SELECT afterwards") }
        return SQL.Insert(table: table, columns: columns, source: source)
    }

    static let beginnings = [
        "CREATE", "SELECT", "INSERT", "DROP", "START", "STOP", "SHOW", "DESCRIBE", "EXPLAIN", "WITH", "VALUES",
    ]
    static let kinds = ["CONNECTION", "TABLE", "PIPELINE"]

    private static func continuations(_ statement: SQL.Statement) -> [String] {
        switch statement {
        case .select, .insert, .explain, .createPipeline: continuations
        case .createTable: ["WITH"]
        default: []
        }
    }

    /// What can go on with a query.
    static let continuations = [
        "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "INTERSECT", "EXCEPT",
    ]
}
