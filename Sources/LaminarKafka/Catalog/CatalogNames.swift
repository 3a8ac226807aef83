/// The names that a catalog holds, read at once: for completion.
package struct CatalogNames: Sendable, Equatable {
    package var connections: [String] = []
    package var pipelines: [String] = []
    /// Each table's columns; none of a table whose definition can't be read any more.
    package var tables: [String: [String]] = [:]

    package init() {}
}

extension Laminar {
    /// All names of the catalog.
    ///
    /// - Throws: ``LaminarError`` with code `shutDown`, or `StoreError`.
    package func catalogNames() throws -> CatalogNames {
        try readCatalog { statements in
            var names = CatalogNames()
            names.connections = try statements.catalog.connections().map(\.name)
            names.pipelines = try statements.catalog.pipelines().map(\.name)
            for table in try statements.catalog.tables() {
                names.tables[table.name] = (try? statements.definition(of: table))?.schema.columns.map(\.name) ?? []
            }
            for table in try statements.catalog.localTables() {
                names.tables[table.name] = (try? LocalTable(table.statement))?.schema.columns.map(\.name) ?? []
            }
            return names
        }
    }
}
