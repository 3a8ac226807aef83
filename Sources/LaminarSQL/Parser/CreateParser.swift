/// CREATE CONNECTION, TABLE and PIPELINE.
extension Parser {
    func create() throws(SQLError) -> SQL.Statement {
        try advance()
        var orReplace = false
        if try take(.or) {
            try expect(.replace)
            orReplace = true
        }
        switch keyword {
        case .connection: return .createConnection(try createConnection(orReplace))
        case .table: return .createTable(try createTable(orReplace))
        case .pipeline: return .createPipeline(try createPipeline(orReplace))
        default:
            throw refusedObject(to: "CREATE")
                ?? unexpected(
                    orReplace ? "CONNECTION, TABLE or PIPELINE" : "CONNECTION, TABLE, PIPELINE or OR REPLACE",
                    among: Parser.kinds + ["OR"])
        }
    }

    private func createConnection(_ orReplace: Bool) throws(SQLError) -> SQL.CreateConnection {
        try advance()
        let ifNotExists = try ifNotExists()
        let name = try name("the name of the connection")
        try expect(.to, "TO kafka or TO impulse")
        let connector = try self.name("a connector: kafka or impulse")
        return SQL.CreateConnection(
            orReplace: orReplace, ifNotExists: ifNotExists, name: name, connector: connector,
            options: try options(canBeEmpty: true))
    }

    private func createTable(_ orReplace: Bool) throws(SQLError) -> SQL.CreateTable {
        try advance()
        let ifNotExists = try ifNotExists()
        let name = try name("the name of the table")
        if at(.dot) {
            throw refuse("tables have no schema of their own", "a name without a dot")
        }
        let columns = at(.leftParenthesis) ? try columns() : []
        if let error = refusedTableClause() { throw error }
        var options: [SQL.Option] = []
        if try take(.with) {
            options = try self.options(canBeEmpty: false)
        } else if columns.isEmpty {
            throw unexpected("the columns, or WITH (connector = '…')", among: ["WITH"])
        }
        if let error = refusedTableClause() { throw error }
        return SQL.CreateTable(
            orReplace: orReplace, ifNotExists: ifNotExists, name: name, columns: columns, options: options)
    }

    private func columns() throws(SQLError) -> [SQL.ColumnDefinition] {
        try advance()
        var columns: [SQL.ColumnDefinition] = []
        repeat {
            if at(.rightParenthesis), !columns.isEmpty { break }
            if let error = try refusedTableConstraint() { throw error }
            columns.append(try column())
        } while try take(.comma)
        guard try take(.rightParenthesis) else {
            throw refusedColumnConstraint(columns.last?.name)
                ?? unexpected(", or ) behind the column", among: ["NOT", "METADATA"])
        }
        return columns
    }

    private func column() throws(SQLError) -> SQL.ColumnDefinition {
        let name = try name("the name of a column")
        if at(.as) {
            throw refuse("computed columns aren't known here", "the expression in the SELECT of a pipeline")
        }
        let type = try typeName()
        var isNotNull = false
        var field: String?
        while true {
            if try take(.not, .null) {
                isNotNull = true
            } else if at(.null) {
                try advance()
            } else if at(.metadata), field == nil {
                field = try metadataField(of: name)
            } else {
                break
            }
        }
        return SQL.ColumnDefinition(name: name, type: type, isNotNull: isNotNull, metadataField: field)
    }

    private func metadataField(of column: SQL.Identifier) throws(SQLError) -> String {
        let place = token.position
        try advance()
        guard try take(.from) else {
            let field = Parser.metadataFields.contains(column.name) ? column.name : "offset"
            throw refuse(
                "METADATA names the field that fills the column", "METADATA FROM '\(field)'", at: place)
        }
        guard at(.quotedString) || at(.escapedString) else {
            throw unexpected("a field in quotes: \(Parser.metadataFields.map { "'\($0)'" }.joined(separator: ", "))")
        }
        let field = try string(token)
        try advance()
        if at(.virtual) {
            throw refuse("VIRTUAL isn't known here", "METADATA FROM alone: such a column is never written")
        }
        return field
    }

    private static let metadataFields = ["topic", "partition", "offset", "timestamp", "key", "headers"]

    private func createPipeline(_ orReplace: Bool) throws(SQLError) -> SQL.CreatePipeline {
        try advance()
        let ifNotExists = try ifNotExists()
        let name = try name("the name of the pipeline")
        let options = try take(.with) ? try options(canBeEmpty: false) : []
        try expect(.as, "AS and a SELECT or INSERT INTO")
        let body: SQL.CreatePipeline.Body
        if at(.insert) {
            body = .insert(try insert())
        } else if beginsQuery(token) || at(.leftParenthesis) {
            body = .select(try query())
        } else {
            throw unexpected("SELECT or INSERT INTO", among: ["SELECT", "INSERT", "WITH"])
        }
        return SQL.CreatePipeline(
            orReplace: orReplace, ifNotExists: ifNotExists, name: name, options: options, body: body)
    }
}
