internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// CREATE CONNECTION: new, the same as before, or in place of another one.
    func create(_ statement: SQL.CreateConnection) throws -> StatementResult {
        let name = statement.name.name
        let existing = try catalog.connection(named: name)
        if existing != nil, statement.ifNotExists {
            return StatementResult(
                kind: .createConnection, message: "Connection \(name) exists already and is left as it is.")
        }
        let definition = try ConnectionDefinition(statement, surroundings, keptGroupID: existing?.groupID)
        let notices = definition.notices
        let kept = definition.statement(hidingSecrets: false)
        guard let existing else {
            try catalog.put(kept, groupID: definition.options.generatedGroupID)
            return StatementResult(
                kind: .createConnection, message: "Connection \(name) is created.", isChange: true, notices: notices)
        }
        let differences = try ConnectionDefinition(existing, surroundings).differences(to: definition)
        if differences.isEmpty {
            return StatementResult(
                kind: .createConnection, message: "Connection \(name) is there already, with the same definition.",
                notices: notices)
        }
        guard statement.orReplace else {
            throw LaminarError.exists("connection", name, differences: differences, at: statement.name.position)
        }
        try catalog.put(kept, groupID: definition.options.generatedGroupID)
        try checkTables(of: name, at: statement.name.position)
        return StatementResult(
            kind: .createConnection, message: "Connection \(name) is replaced: \(differences.joined(separator: "; ")).",
            isChange: true, notices: notices)
    }

    /// What a replaced connection's tables mean has to make sense still.
    private func checkTables(of connection: String, at position: SQL.Position) throws {
        for table in try catalog.tables(of: connection) {
            do {
                _ = try resolve(table)
            } catch {
                throw LaminarError(
                    code: .inUse,
                    message: "Table \(table.name) doesn't fit the new definition of connection \(connection): "
                        + "\(error) Drop or replace the table first.", position: position)
            }
        }
    }

    /// The configuration of a connection by itself.
    func resolveConnection(named name: String) throws -> ConnectionConfiguration {
        guard let connection = try catalog.connection(named: name) else {
            throw LaminarError.unknown("connection", name, among: try catalog.connections().map(\.name), at: nil)
        }
        return try ConnectionDefinition(connection, surroundings).options.configuration
    }
}

extension LaminarError {
    /// A name that is taken by something else.
    static func exists(
        _ kind: String, _ name: String, differences: [String], at position: SQL.Position
    ) -> LaminarError {
        LaminarError(
            code: .alreadyExists,
            message: "There is a \(kind) \(name) with another definition: \(differences.joined(separator: "; ")). "
                + "Write CREATE OR REPLACE \(kind.uppercased()) to change it, or choose another name.",
            position: position)
    }
}
