internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// CREATE TABLE: new, the same as before, or in place of another one.
    func create(_ statement: SQL.CreateTable) throws -> StatementResult {
        let name = statement.name.name
        try refuseOtherKinds(of: statement)
        if statement.options.isEmpty { return try createLocal(statement) }
        let existing = try catalog.table(named: name)
        if existing != nil, statement.ifNotExists { return Self.isThere(name) }
        let connection = try connection(of: statement)
        let definition = try TableDefinition(
            statement, over: ConnectionDefinition(connection, surroundings), surroundings,
            keptGroupID: existing?.groupID)
        let notices = definition.notices
        let kept = definition.statement(hidingSecrets: false)
        guard let existing else {
            try catalog.put(kept, connection: connection.name, groupID: definition.ownGroupID)
            return StatementResult(
                kind: .createTable, message: "Table \(name) is created.", isChange: true, notices: notices)
        }
        let differences = try self.definition(of: existing).differences(to: definition)
        if differences.isEmpty {
            return StatementResult(
                kind: .createTable, message: "Table \(name) is there already, with the same definition.",
                notices: notices)
        }
        guard statement.orReplace else {
            throw LaminarError.exists("table", name, differences: differences, at: statement.name.position)
        }
        try catalog.put(kept, connection: connection.name, groupID: definition.ownGroupID)
        try checkPipelines(of: name, at: statement.name.position)
        return StatementResult(
            kind: .createTable, message: "Table \(name) is replaced: \(differences.joined(separator: "; ")).",
            isChange: true, notices: notices)
    }

    /// A Kafka table, a table of the Laminar database and a pipeline share their names.
    private func refuseOtherKinds(of statement: SQL.CreateTable) throws {
        let name = statement.name.name
        let isLocal = statement.options.isEmpty
        let other: String? =
            if try catalog.pipeline(named: name) != nil {
                "pipeline \(name)"
            } else if isLocal, try catalog.table(named: name) != nil {
                "Kafka table \(name)"
            } else if !isLocal, try catalog.localTable(named: name) != nil {
                "table \(name) of the Laminar database"
            } else { nil }
        guard let other else { return }
        throw LaminarError(
            code: .alreadyExists, message: "There is a \(other) already: drop it first, or choose another name.",
            position: statement.name.position)
    }

    /// What a table means now.
    func resolveTable(named name: String) throws -> ResolvedTable {
        guard let table = try catalog.table(named: name) else {
            if try catalog.localTable(named: name) != nil {
                throw LaminarError(
                    code: .wrongKind,
                    message:
                        "Table \(name) is one of the Laminar database: read it with query(…), write it with INSERT "
                        + "INTO.")
            }
            throw LaminarError.unknown("table", name, among: try catalog.tables().map(\.name), at: nil)
        }
        return try resolve(table)
    }

    func resolve(_ table: CatalogTable) throws -> ResolvedTable {
        try definition(of: table).resolved(deadLetterTopics: try deadLetterTopics())
    }

    /// A table of the catalog over its connection.
    func definition(of table: CatalogTable) throws -> TableDefinition {
        guard let connection = try catalog.connection(named: table.connection) else {
            throw LaminarError.unknown("connection", table.connection, among: [], at: nil)
        }
        return try TableDefinition(
            table.statement, over: ConnectionDefinition(connection, surroundings), surroundings,
            keptGroupID: table.groupID)
    }

    /// The topics that a pattern must not match: where any connection or table writes bad records.
    private func deadLetterTopics() throws -> [String] {
        let options =
            try catalog.connections().flatMap(\.statement.options) + catalog.tables().flatMap(\.statement.options)
        return Set(options.filter { $0.key == "dlq_topic" }.map { $0.value.text }).sorted()
    }

    /// The connection that the option `connector` names.
    func connection(of statement: SQL.CreateTable) throws -> CatalogConnection {
        guard let option = statement.options.first(where: { $0.key == "connector" }) else {
            throw LaminarError(
                code: .unknownName,
                message: "The table names no connection: write connector = '<connection>' into its WITH, or leave WITH "
                    + "out for a table of the Laminar database.", position: statement.name.position)
        }
        let name = option.value.text
        // An unquoted CREATE CONNECTION Shop makes the name shop, so 'Shop' means that one unless there is another.
        if let connection = try catalog.connection(named: name) { return connection }
        if let connection = try catalog.connection(named: name.lowercased()) { return connection }
        throw LaminarError.unknown(
            "connection", name, among: try catalog.connections().map(\.name), at: option.valuePosition,
            cure: "Create it first by CREATE CONNECTION \(name) TO kafka (…).")
    }
}
