internal import LaminarSQL

/// Reads a Flink script as far as an import needs it: CREATE TABLE in full, of other statements the first words.
struct FlinkParser {
    private var lexer: FlinkLexer
    private var token = FlinkLexer.Token.end
    private var position = SQL.Position.start
    /// How deep types may nest.
    private static let deepest = 60

    /// - Throws: `SQLError` for the first mistake, with its place.
    static func parse(_ script: String) throws(SQLError) -> [FlinkStatement] {
        guard script.utf8.count <= SQL.longestText else {
            throw SQLError(code: .tooLong, message: "the script is longer than 16 MiB", at: .start, in: "")
        }
        var parser = FlinkParser(lexer: FlinkLexer(script))
        return try parser.script()
    }

    private init(lexer: FlinkLexer) { self.lexer = lexer }

    private mutating func script() throws(SQLError) -> [FlinkStatement] {
        var statements: [FlinkStatement] = []
        try advance()
        while token != .end {
            if try take(";") { continue }
            statements.append(try statement())
        }
        return statements
    }

    private mutating func statement() throws(SQLError) -> FlinkStatement {
        let comments = lexer.takeComments()
        var words: [String] = []
        while case .word(let word) = token, words.count < 6, !isWord("AS") {
            words.append(word)
            try advance()
            let known = words.map { $0.uppercased() }
            if known.last == "TABLE", known.first == "CREATE" { return .createTable(try createTable(comments)) }
            if known == ["INSERT", "INTO"] || known == ["INSERT", "OVERWRITE"] {
                let name = try qualifiedName()
                try skip()
                return .insert(name)
            }
        }
        if case .name(let name) = token { words.append(name) }
        let isSet = ["SET", "RESET"].contains(words.first?.uppercased() ?? "")
        try skip()
        return .other(isSet ? "SET" : words.joined(separator: " "), comments: comments)
    }

    /// Goes behind the next semicolon.
    private mutating func skip() throws(SQLError) {
        while token != .end, token != .symbol(";") { try advance() }
        // Comments inside of a statement aren't the next one's.
        _ = lexer.takeComments()
        _ = try take(";")
    }

    // MARK: CREATE TABLE

    private mutating func createTable(_ comments: [String]) throws(SQLError) -> FlinkDefinition {
        if isWord("IF") { for word in ["IF", "NOT", "EXISTS"] { try expect(word: word) } }
        var table = FlinkDefinition(name: try qualifiedName())
        table.comments = comments
        if try take("(") {
            repeat { try element(&table) } while try take(",")
            try expect(")")
        }
        while token != .end, token != .symbol(";") {
            if try take(word: "WITH") {
                try options(&table)
            } else if try take(word: "COMMENT") {
                try advance()
            } else {
                table.others.append(try clause())
            }
        }
        _ = lexer.takeComments()
        _ = try take(";")
        return table
    }

    /// The first words of a clause that isn't known, up to WITH or the end.
    private mutating func clause() throws(SQLError) -> String {
        var words: [String] = []
        while token != .end, token != .symbol(";"), !isWord("WITH") {
            if words.count < 3 { words.append(text(token)) }
            try advance()
        }
        return words.joined(separator: " ")
    }

    private mutating func element(_ table: inout FlinkDefinition) throws(SQLError) {
        for words in ["WATERMARK", "PRIMARY", "CONSTRAINT", "UNIQUE"] where isWord(words) {
            return table.others.append(try balanced(limit: 4))
        }
        let name = try self.name("a column's name")
        if try take(word: "AS") {
            let expression = try balanced(limit: .max)
            table.columns.append(
                .init(
                    name: name, type: nil, isNotNull: false, metadata: nil, expression: expression, written: expression)
            )
            return
        }
        let (type, written) = try self.type(0)
        var isNotNull = false
        var metadata: String?
        while token != .symbol(","), token != .symbol(")"), token != .end {
            if try take(word: "NOT") {
                try expect(word: "NULL")
                isNotNull = true
            } else if try take(word: "METADATA") {
                metadata = name
                if try take(word: "FROM") {
                    guard case .string(let field) = token else { throw unexpected("the field in quotes") }
                    metadata = field
                    try advance()
                }
            } else if isWord("PRIMARY") {
                table.others.append("PRIMARY KEY")
                for word in ["PRIMARY", "KEY", "NOT", "ENFORCED"] { try expect(word: word) }
            } else if try take(word: "COMMENT") {
                try advance()
            } else if isWord("VIRTUAL") || isWord("NULL") {
                try advance()
            } else {
                throw unexpected(", or ) behind the column")
            }
        }
        table.columns.append(
            .init(name: name, type: type, isNotNull: isNotNull, metadata: metadata, expression: nil, written: written))
    }

    /// Tokens up to a comma or parenthesis of this level.
    private mutating func balanced(limit: Int) throws(SQLError) -> String {
        var depth = 0
        var words: [String] = []
        while token != .end {
            if depth == 0, token == .symbol(",") || token == .symbol(")") { break }
            if token == .symbol("(") { depth += 1 }
            if token == .symbol(")") { depth -= 1 }
            if words.count < limit { words.append(text(token)) }
            try advance()
        }
        return words.joined(separator: " ")
    }

    private mutating func options(_ table: inout FlinkDefinition) throws(SQLError) {
        try expect("(")
        if try take(")") { return }
        repeat {
            guard case .string(let key) = token else { throw unexpected("an option's key in quotes") }
            try advance()
            try expect("=")
            guard case .string(let value) = token else { throw unexpected("an option's value in quotes") }
            try advance()
            table.options.append((key.lowercased(), value))
        } while try take(",")
        try expect(")")
    }

    // MARK: Types

    /// - Returns: nil as the type where there is no counterpart, and what was written.
    private mutating func type(_ depth: Int) throws(SQLError) -> (SQL.TypeName?, String) {
        guard depth < Self.deepest else { throw lexer.fail("types are nested too deeply", at: position) }
        guard case .word(let written) = token else { throw unexpected("a type") }
        try advance()
        let word = written.uppercased()
        switch word {
        case "ARRAY":
            let (element, text) = try inAngles { parser throws(SQLError) in try parser.type(depth + 1) }
            return (element.map { .array($0) }, "ARRAY<\(text)>")
        case "MAP":
            try expect("<")
            let (key, keyText) = try type(depth + 1)
            try expect(",")
            let (value, valueText) = try type(depth + 1)
            try notNull()
            try expect(">")
            return (key == .text ? value.map { .map($0) } : nil, "MAP<\(keyText), \(valueText)>")
        case "ROW": return try row(depth)
        case "MULTISET", "RAW":
            let (_, text) = try inAngles { parser throws(SQLError) in try parser.type(depth + 1) }
            return (nil, "\(word)<\(text)>")
        default: return try scalar(word)
        }
    }

    private mutating func notNull() throws(SQLError) {
        if try take(word: "NOT") { try expect(word: "NULL") }
    }

    private mutating func inAngles<Value>(
        _ body: (inout FlinkParser) throws(SQLError) -> Value
    ) throws(SQLError) -> Value {
        try expect("<")
        let value = try body(&self)
        try notNull()
        try expect(">")
        return value
    }

    private mutating func row(_ depth: Int) throws(SQLError) -> (SQL.TypeName?, String) {
        let isAngled = try take("<")
        if !isAngled { try expect("(") }
        var fields: [SQL.StructField?] = []
        repeat {
            let name = try self.name("a field's name")
            let (type, _) = try self.type(depth + 1)
            var isNotNull = false
            if try take(word: "NOT") {
                try expect(word: "NULL")
                isNotNull = true
            }
            if case .string = token { try advance() }
            fields.append(type.map { SQL.StructField(name: SQL.Identifier(name), type: $0, isNotNull: isNotNull) })
        } while try take(",")
        try expect(isAngled ? ">" : ")")
        return (fields.contains(nil) ? nil : .structure(fields.compactMap { $0 }), "ROW<…>")
    }

    private mutating func scalar(_ word: String) throws(SQLError) -> (SQL.TypeName?, String) {
        var numbers: [Int] = []
        if try take("(") {
            repeat {
                if case .number(let digits) = token { numbers.append(Int(digits) ?? 0) }
                try advance()
            } while try take(",")
            try expect(")")
        }
        if word == "DOUBLE" { _ = try take(word: "PRECISION") }
        if word == "TIMESTAMP" || word == "TIME", isWord("WITH") || isWord("WITHOUT") {
            try advance()
            _ = try take(word: "LOCAL")
            try expect(word: "TIME")
            try expect(word: "ZONE")
        }
        let type: SQL.TypeName? =
            switch word {
            case "BOOLEAN": .boolean
            case "TINYINT", "SMALLINT": .smallint
            case "INT", "INTEGER": .int
            case "BIGINT": .bigint
            case "FLOAT": .real
            case "DOUBLE": .double
            case "DECIMAL", "DEC", "NUMERIC":
                .decimal(precision: numbers.first ?? 10, scale: numbers.count > 1 ? numbers[1] : 0)
            case "STRING", "VARCHAR", "CHAR": .text
            case "BYTES", "VARBINARY", "BINARY": .bytea
            case "DATE": .date
            case "TIME": .time
            case "TIMESTAMP", "TIMESTAMP_LTZ": .timestamp(precision: nil)
            case "VARIANT": .json
            default: nil
            }
        return (type, word)
    }

    // MARK: Tokens

    private mutating func advance() throws(SQLError) { (token, position) = try lexer.next() }

    private func isWord(_ word: String) -> Bool {
        if case .word(let text) = token { text.uppercased() == word } else { false }
    }

    private mutating func take(word: String) throws(SQLError) -> Bool {
        guard isWord(word) else { return false }
        try advance()
        return true
    }

    private mutating func take(_ symbol: Character) throws(SQLError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: Character) throws(SQLError) {
        guard try take(symbol) else { throw unexpected("\(symbol)") }
    }

    private mutating func expect(word: String) throws(SQLError) {
        guard try take(word: word) else { throw unexpected(word) }
    }

    private mutating func name(_ expected: String) throws(SQLError) -> String {
        switch token {
        case .word(let name), .name(let name):
            try advance()
            return name
        default: throw unexpected(expected)
        }
    }

    /// The last part of `catalog.database.name`.
    private mutating func qualifiedName() throws(SQLError) -> String {
        var name = try self.name("a name")
        while try take(".") { name = try self.name("a name behind the dot") }
        return name
    }

    private func unexpected(_ expected: String) -> SQLError {
        let found =
            switch token {
            case .end: "the end of the script"
            case .string: "a string"
            case .number: "a number"
            case .word(let word): word
            case .name: "a quoted name"
            case .symbol(let symbol): "\(symbol)"
            }
        return lexer.fail("\(found) can't stand here", at: position, expected: expected)
    }

    private func text(_ token: FlinkLexer.Token) -> String {
        switch token {
        case .word(let word): word
        case .name(let name): name
        case .string(let text): FlinkText.string(text)
        case .number(let digits): digits
        case .symbol(let symbol): String(symbol)
        case .end: ""
        }
    }
}
