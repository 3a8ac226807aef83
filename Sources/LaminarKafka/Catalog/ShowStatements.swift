internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// SHOW CONNECTIONS, TABLES, PIPELINES and CREATE.
    func show(_ statement: SQL.Show) throws -> StatementResult {
        switch statement {
        case .connections: return result(try connectionList(), of: "connection")
        case .tables: return result(try tableList(), of: "table")
        case .pipelines:
            let rows = try catalog.pipelines().map { [$0.name, $0.isStarted ? "started" : "stopped", $0.definition] }
            return result(ResultTable(["name", "state", "definition"], rows), of: "pipeline")
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
                .text(connection.name), .text(options.connector), .text(summary.type), .init(summary.topics),
                .init(summary.format), .init(summary.groupID), .timestamp(connection.created),
            ] as [Value]
        }
        return ResultTable(columns: columns + [ColumnSchema("created_at", .timestamp)], rows: rows)
    }

    private func tableList() throws -> ResultTable {
        let rows = try catalog.tables().map { table in
            let columns = table.statement.columns.count
            return [
                .text(table.name), .text(table.connection), columns > 0 ? .int(Int32(clamping: columns)) : .null,
                .timestamp(table.created),
            ] as [Value]
        }
        return ResultTable(
            columns: [
                ColumnSchema("name", .text), ColumnSchema("connection", .text), ColumnSchema("columns", .int),
                ColumnSchema("created_at", .timestamp),
            ], rows: rows)
    }

    /// The statement that makes an object, with every secret that is written out in it hidden.
    private func definition(_ kind: SQL.ObjectKind?, _ identifier: SQL.Identifier) throws -> String {
        let name = identifier.name
        let connection = kind == nil || kind == .connection ? try catalog.connection(named: name) : nil
        let table = kind == nil || kind == .table ? try catalog.table(named: name) : nil
        switch (connection, table) {
        case (let connection?, nil):
            return try ConnectionDefinition(connection, surroundings).statement(hidingSecrets: true).definition
        case (nil, let table?): return try self.definition(of: table).statement(hidingSecrets: true).definition
        case (.some, .some):
            throw LaminarError(
                code: .ambiguousName,
                message:
                    "There is a connection and a table \(name): write SHOW CREATE CONNECTION or SHOW CREATE TABLE.",
                position: identifier.position)
        case (nil, nil):
            throw LaminarError.unknown(
                kind?.rawValue ?? "connection or table", name, among: try names(of: kind), at: identifier.position)
        }
    }

    private func names(of kind: SQL.ObjectKind?) throws -> [String] {
        switch kind {
        case .connection: try catalog.connections().map(\.name)
        case .table: try catalog.tables().map(\.name)
        case .pipeline: try catalog.pipelines().map(\.name)
        case nil: try catalog.tables().map(\.name) + catalog.connections().map(\.name)
        }
    }

    /// DESCRIBE: a table's columns, else a connection's options.
    func describe(_ object: SQL.ObjectName) throws -> StatementResult {
        let name = object.name
        if object.parts.count > 1 {
            throw LaminarError(
                code: .notAvailable, message: "The tables of system aren't available in this version.",
                position: object.position)
        }
        if let table = try catalog.table(named: name) { return try describe(table) }
        if let connection = try catalog.connection(named: name) { return try describe(connection) }
        throw LaminarError.unknown("table or connection", name, among: try names(of: nil), at: object.position)
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
            table: ResultTable(
                columns: [
                    ColumnSchema("column", .text), ColumnSchema("type", .text), ColumnSchema("nullable", .boolean),
                    ColumnSchema("filled_from", .text),
                ], rows: rows))
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

/// What SHOW CONNECTIONS says about a connection.
private struct ConnectionSummary {
    let type: String
    let topics: String?
    let format: String?
    let groupID: String?

    init(_ configuration: ConnectionConfiguration) {
        format = configuration.format?.name
        switch configuration {
        case .kafkaSource(let source):
            (type, topics, groupID) = ("source", source.subscription.summary, source.groupID)
        case .kafkaSink(let sink): (type, topics, groupID) = ("sink", sink.topic, nil)
        case .impulse: (type, topics, groupID) = ("source", nil, nil)
        }
    }
}

extension Value {
    /// A text, or NULL.
    fileprivate init(_ text: String?) { self = text.map(Value.text) ?? .null }
}
