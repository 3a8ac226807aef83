internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// SHOW CONNECTIONS, TABLES, PIPELINES and CREATE.
    func show(_ statement: SQL.Show) throws -> StatementResult {
        switch statement {
        case .connections: return result(try connectionList(), of: "connection")
        case .tables: return result(try tableList(), of: "table")
        case .pipelines: return result(try pipelineList(), of: "pipeline")
        case .create(let kind, let name):
            let text = try definition(kind, name)
            return StatementResult(
                kind: .show, message: text, table: ResultTable(["definition"], [[text]]))
        }
    }

    private func result(_ table: ResultTable, of thing: String) -> StatementResult {
        let count = table.rows.count
        return StatementResult(
            kind: .show, message: count == 1 ? "1 \(thing)." : "\(count) \(thing)s.", table: table)
    }

    private func connectionList() throws -> ResultTable {
        let columns = ["name", "connector", "type", "topics", "format", "group_id"].map { ColumnSchema($0, .text) }
        let rows = try catalog.connections().map { connection in
            let options = try ConnectionDefinition(connection, surroundings).options
            let summary = ConnectionSummary(options.configuration)
            return [
                .text(connection.name), .text(options.connector), .init(summary.type), .init(summary.topics),
                .init(summary.format), .init(summary.groupID), .timestamp(connection.created),
            ] as [Value]
        }
        return ResultTable(columns: columns + [ColumnSchema("created_at", .timestamp)], rows: rows)
    }

    private func tableList() throws -> ResultTable {
        func row(_ name: String, _ connection: String?, _ columns: Int, _ created: Timestamp) -> [Value] {
            [
                .text(name), .init(connection), columns > 0 ? .int(Int32(clamping: columns)) : .null,
                .timestamp(created),
            ]
        }
        var rows = try catalog.tables().map { row($0.name, $0.connection, $0.statement.columns.count, $0.created) }
        rows += try catalog.localTables().map { row($0.name, nil, $0.statement.columns.count, $0.created) }
        rows.sort { left, right in "\(left[0])" < "\(right[0])" }
        return ResultTable(
            columns: [
                ColumnSchema("name", .text), ColumnSchema("connection", .text), ColumnSchema("columns", .int),
                ColumnSchema("created_at", .timestamp),
            ], rows: rows)
    }

    /// The statement that makes an object, with every secret that is written out in it hidden.
    private func definition(_ kind: SQL.ObjectKind?, _ identifier: SQL.Identifier) throws -> String {
        let name = identifier.name
        var found: [(kind: String, text: String)] = []
        if kind == nil || kind == .connection, let connection = try catalog.connection(named: name) {
            let definition = try ConnectionDefinition(connection, surroundings)
            found.append(("connection", definition.statement(hidingSecrets: true).definition))
        }
        if kind == nil || kind == .table {
            if let table = try catalog.table(named: name) {
                let definition = try self.definition(of: table)
                found.append(("table", definition.statement(hidingSecrets: true).definition))
            }
            if let table = try catalog.localTable(named: name) { found.append(("table", table.statement.definition)) }
        }
        if kind == nil || kind == .pipeline, let pipeline = try catalog.pipeline(named: name) {
            found.append(("pipeline", pipeline.statement.definition))
        }
        guard let first = found.first else {
            throw LaminarError.unknown(
                kind?.rawValue ?? "connection, table or pipeline", name, among: try names(of: kind),
                at: identifier.position)
        }
        guard found.count == 1 else {
            let statements = found.map { "SHOW CREATE \($0.kind.uppercased())" }.joined(separator: " or ")
            throw LaminarError(
                code: .ambiguousName,
                message: "There is a \(found.map(\.kind).joined(separator: " and a ")) \(name): "
                    + "write \(statements).",
                position: identifier.position)
        }
        return first.text
    }

    private func names(of kind: SQL.ObjectKind?) throws -> [String] {
        switch kind {
        case .connection: try catalog.connections().map(\.name)
        case .table: try catalog.tables().map(\.name) + catalog.localTables().map(\.name)
        case .pipeline: try catalog.pipelines().map(\.name)
        case nil: try names(of: .table) + names(of: .pipeline) + names(of: .connection)
        }
    }

    /// DESCRIBE: the columns of a table or a pipeline, else a connection's options.
    func describe(_ object: SQL.ObjectName) throws -> StatementResult {
        let name = object.name
        if object.parts.count > 1 { return try describeSystem(object) }
        if let table = try catalog.table(named: name) { return try describe(table) }
        if let table = try catalog.localTable(named: name) { return try describe(table) }
        if let pipeline = try catalog.pipeline(named: name) { return try describe(pipeline) }
        if let connection = try catalog.connection(named: name) { return try describe(connection) }
        throw LaminarError.unknown(
            "table, pipeline or connection", name, among: try names(of: nil), at: object.position)
    }

    private func describeSystem(_ object: SQL.ObjectName) throws -> StatementResult {
        let names = SystemSchemas.names.map { "system.\($0)" }
        guard object.parts.count == 2, object.parts[0].name == "system",
            let schema = SystemSchemas.schema(of: object.parts[1].name)
        else { throw LaminarError.unknown("table", object.name, among: names, at: object.position) }
        let rows = schema.columns.map { [$0.name, $0.type.description] as [String?] }
        return StatementResult(
            kind: .describe, message: "Table \(object.name).", table: ResultTable(["column", "type"], rows))
    }

    private func describe(_ table: CatalogTable) throws -> StatementResult {
        let schema = try resolve(table).schema
        let rows = schema.columns.map { column in
            [
                .text(column.name), .text(column.type.description), .boolean(column.isNullable),
                .init(column.metadata.map { "record's \($0.rawValue)" } ?? "payload"),
            ] as [Value]
        }
        return StatementResult(
            kind: .describe, message: "Table \(table.name), over connection \(table.connection).",
            table: ResultTable(columns: Self.descriptionColumns, rows: rows))
    }

    private func describe(_ connection: CatalogConnection) throws -> StatementResult {
        let options = try ConnectionDefinition(connection, surroundings).options
        var rows = options.options.map { [$0.key, $0.shownValue] as [String?] }
        if let groupID = options.generatedGroupID { rows.append(["group_id", groupID]) }
        return StatementResult(
            kind: .describe, message: "Connection \(connection.name), to \(options.connector).",
            table: ResultTable(["option", "value"], rows))
    }
}
