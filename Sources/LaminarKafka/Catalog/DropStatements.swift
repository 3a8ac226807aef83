internal import LaminarSQL

extension CatalogStatements {
    /// DROP, refused while something uses what would go.
    func drop(_ statement: SQL.Drop) throws -> StatementResult {
        let name = statement.name.name
        switch statement.kind {
        case .connection:
            guard try catalog.connection(named: name) != nil else {
                return try absent(statement, among: catalog.connections().map(\.name), as: .dropConnection)
            }
            let tables = try catalog.tables(of: name).map(\.name)
            try refuse("Connection \(name)", usedBy: [("table", tables)], at: statement.name.position)
            try catalog.dropConnection(name)
            return StatementResult(kind: .dropConnection, message: "Connection \(name) is dropped.", isChange: true)
        case .table: return try dropTable(statement)
        case .pipeline: return try dropPipeline(statement)
        }
    }

    private func dropTable(_ statement: SQL.Drop) throws -> StatementResult {
        let name = statement.name.name
        let isLocal = try catalog.localTable(named: name) != nil
        guard try isLocal || catalog.table(named: name) != nil else {
            let names = try catalog.tables().map(\.name) + catalog.localTables().map(\.name)
            return try absent(statement, among: names, as: .dropTable)
        }
        let readers = surroundings.openTables.contains(name) ? ["of this program"] : []
        try refuse(
            "Table \(name)", usedBy: [("pipeline", catalog.pipelines(of: name)), ("open source", readers)],
            at: statement.name.position)
        if isLocal {
            try LocalTable.drop(name, catalog.database)
            try catalog.dropLocalTable(name)
        } else {
            try catalog.dropTable(name)
        }
        return StatementResult(kind: .dropTable, message: "Table \(name) is dropped.", isChange: true)
    }

    func absent(
        _ statement: SQL.Drop, among names: [String], as kind: StatementResult.Kind
    ) throws -> StatementResult {
        let name = statement.name.name
        guard statement.ifExists else {
            throw LaminarError.unknown(
                statement.kind.rawValue, name, among: names, at: statement.name.position)
        }
        return StatementResult(
            kind: kind, message: "There is no \(statement.kind.rawValue) \(name): nothing to drop.")
    }

    func refuse(_ what: String, usedBy users: [(kind: String, names: [String])], at position: SQL.Position)
        throws
    {
        let named = users.filter { !$0.names.isEmpty }.map { kind, names in
            "\(kind)\(names.count > 1 ? "s" : "") \(names.joined(separator: ", "))"
        }
        guard !named.isEmpty else { return }
        throw LaminarError(
            code: .inUse, message: "\(what) is used by \(named.joined(separator: " and ")): end that first.",
            position: position)
    }
}
