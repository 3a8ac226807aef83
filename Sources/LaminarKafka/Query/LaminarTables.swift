internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// The tables that a query of this ``Laminar`` can name: Kafka tables, tables of its database, pipelines, those of `system`.
struct LaminarTables: QueryCatalog {
    let laminar: Laminar
    /// The text that the statement comes from.
    let script: String
    /// A table that the query names twice holds the same rows both times.
    private let tables: KafkaTables

    /// - Parameter isFollowed: whether Kafka tables go on past their ends, with records as they come.
    init(laminar: Laminar, script: String, isFollowed: Bool = false) {
        self.laminar = laminar
        self.script = script
        tables = KafkaTables(laminar, isFollowed: isFollowed)
    }

    /// How far Kafka tables are read.
    var meter: QueryMeter { tables.meter }

    func table(named name: SQL.ObjectName) throws -> LaminarQuery.CatalogTable? {
        guard name.parts.count == 1 else { return laminar.systemTable(named: name).map { .scanned($0) } }
        let text = name.name
        switch try laminar.readCatalog(script: script, { try Self.found(text, $0) }) {
        case .kafka(let resolved):
            if case .sink = resolved.connector {
                throw LaminarError(
                    code: .wrongKind,
                    message: "Table \(text) is written to, not read: its connection \(resolved.connection) has type = "
                        + "'sink'.", position: name.position)
            }
            return .scanned(try tables.table(named: text))
        case .local(let schema): return .stored(schema: schema, name: text)
        case .groups(let plan):
            return .scanned(try PipelineTable(plan, name: text, database: laminar.database))
        case .rows:
            throw LaminarError(
                code: .wrongKind,
                message: "Pipeline \(text) has no GROUP BY, so it keeps nothing that a query could read: follow its "
                    + "rows with pipeline(\"\(text)\").rows, or let it INSERT INTO a table.", position: name.position)
        case nil: return nil
        }
    }

    var tableNames: [String] {
        let names = try? laminar.readCatalog(script: script) { statements in
            try statements.catalog.tables().map(\.name) + statements.catalog.localTables().map(\.name)
                + statements.catalog.pipelines().map(\.name)
        }
        return (names ?? []) + SystemSchemas.names.map { "system.\($0)" }
    }

    func rowFunction(named name: String, arguments: [Value]) throws -> (any QueryTable)? {
        try laminar.rowFunction(named: name, arguments: arguments)
    }

    var rowFunctionNames: [String] { Laminar.rowFunctionNames }

    private enum Found: Sendable {
        case kafka(ResolvedTable)
        case local(RowSchema)
        case groups(GroupedPlan)
        case rows
    }

    private static func found(_ name: String, _ statements: CatalogStatements) throws -> Found? {
        if try statements.catalog.table(named: name) != nil { return .kafka(try statements.resolveTable(named: name)) }
        if let table = try statements.catalog.localTable(named: name) {
            return .local(try LocalTable(table.statement).schema)
        }
        guard let pipeline = try statements.catalog.pipeline(named: name) else { return nil }
        return try PipelineDefinition(pipeline.statement, statements).groups.map { .groups($0) } ?? .rows
    }
}
