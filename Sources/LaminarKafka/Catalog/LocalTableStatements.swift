internal import LaminarFormats
internal import LaminarSQL

extension CatalogStatements {
    /// CREATE TABLE without WITH: a table of the Laminar database.
    func createLocal(_ statement: SQL.CreateTable) throws -> StatementResult {
        let table = try LocalTable(statement)
        let name = table.name
        guard let existing = try catalog.localTable(named: name) else {
            try table.make(catalog.database)
            try catalog.put(local: statement)
            return StatementResult(
                kind: .createTable, message: "Table \(name) is created in the Laminar database.", isChange: true)
        }
        if statement.ifNotExists { return Self.isThere(name) }
        let differences = try LocalTable(existing.statement).schema.differences(to: table.schema)
        if differences.isEmpty {
            return StatementResult(
                kind: .createTable, message: "Table \(name) is there already, with the same definition.")
        }
        guard statement.orReplace else {
            throw LaminarError.exists("table", name, differences: differences, at: statement.name.position)
        }
        let users = try catalog.pipelines(of: name)
        try refuse("Table \(name)", usedBy: [("pipeline", users)], at: statement.name.position)
        try LocalTable.drop(name, catalog.database)
        try table.make(catalog.database)
        try catalog.put(local: statement)
        return StatementResult(
            kind: .createTable,
            message: "Table \(name) is replaced, and empty: \(differences.joined(separator: "; ")).", isChange: true)
    }

    static func isThere(_ name: String) -> StatementResult {
        StatementResult(kind: .createTable, message: "Table \(name) exists already and is left as it is.")
    }

    func describe(_ table: CatalogLocalTable) throws -> StatementResult {
        let rows = try LocalTable(table.statement).schema.columns.map { column in
            [
                .text(column.name), .text(column.type.description), .boolean(column.isNullable), .text("table"),
            ] as [Value]
        }
        return StatementResult(
            kind: .describe, message: "Table \(table.name), of the Laminar database.",
            table: ResultTable(columns: Self.descriptionColumns, rows: rows))
    }

    /// The columns of what DESCRIBE says about a table or a pipeline.
    static let descriptionColumns = [
        ColumnSchema("column", .text), ColumnSchema("type", .text), ColumnSchema("nullable", .boolean),
        ColumnSchema("filled_from", .text),
    ]
}

extension RowSchema {
    /// What another list of columns has different; empty = nothing.
    func differences(to new: RowSchema) -> [String] {
        let (old, other) = (columns.map(\.declaration), new.columns.map(\.declaration))
        if old == other { return [] }
        if old.sorted() == other.sorted() { return ["the columns are in another order"] }
        let byName = Dictionary(zip(columns.map(\.name), old)) { first, _ in first }
        let byNewName = Dictionary(zip(new.columns.map(\.name), other)) { first, _ in first }
        var changes: [String] = []
        for column in columns {
            let before = column.declaration
            switch byNewName[column.name] {
            case before: break
            case let after?: changes.append("column \(before) → \(after)")
            case nil: changes.append("column \(before): taken out")
            }
        }
        for column in new.columns where byName[column.name] == nil {
            changes.append("column \(column.declaration): added")
        }
        return changes
    }
}
