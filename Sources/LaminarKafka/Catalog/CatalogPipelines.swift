internal import LaminarFormats
internal import LaminarSQL
internal import LaminarStore

extension Catalog {
    // MARK: Tables of the Laminar database

    func localTable(named name: String) throws -> CatalogLocalTable? {
        try database.first(
            "SELECT name, definition, created_at FROM laminar_local_tables WHERE name = ?", name, as: Self.localTable)
    }

    func localTables() throws -> [CatalogLocalTable] {
        try database.query(
            "SELECT name, definition, created_at FROM laminar_local_tables ORDER BY name", as: Self.localTable)
    }

    func put(local statement: SQL.CreateTable) throws {
        try database.run(
            """
            INSERT INTO laminar_local_tables VALUES (?1, ?2, ?3, ?3)
            ON CONFLICT (name) DO UPDATE SET definition = ?2, changed_at = ?3
            """, statement.name.name, statement.definition, Self.now)
    }

    func dropLocalTable(_ name: String) throws {
        try database.run("DELETE FROM laminar_local_tables WHERE name = ?", name)
    }

    // MARK: Pipelines

    func pipeline(named name: String) throws -> CatalogPipeline? {
        try database.first(
            "SELECT name, definition, is_started, created_at FROM laminar_pipelines WHERE name = ?", name,
            as: Self.pipeline)
    }

    func pipelines() throws -> [CatalogPipeline] {
        try database.query(
            "SELECT name, definition, is_started, created_at FROM laminar_pipelines ORDER BY name", as: Self.pipeline)
    }

    /// Writes a new pipeline, which is started, or a new definition over the old one, and the tables that it reads and
    /// writes.
    func put(_ statement: SQL.CreatePipeline, tables: Set<String>) throws {
        let name = statement.name.name
        try database.run(
            """
            INSERT INTO laminar_pipelines VALUES (?1, ?2, 1, ?3, ?3)
            ON CONFLICT (name) DO UPDATE SET definition = ?2, changed_at = ?3
            """, name, statement.definition, Self.now)
        try database.run("DELETE FROM laminar_pipeline_tables WHERE pipeline = ?", name)
        for table in tables.sorted() {
            try database.run("INSERT INTO laminar_pipeline_tables VALUES (?, ?)", name, table)
        }
    }

    func setPipeline(_ name: String, started: Bool) throws {
        try database.run(
            "UPDATE laminar_pipelines SET is_started = ?2, changed_at = ?3 WHERE name = ?1", name, started, Self.now)
    }

    func dropPipeline(_ name: String) throws {
        try database.run("DELETE FROM laminar_pipelines WHERE name = ?", name)
    }

    /// The pipelines that read or write a table.
    func pipelines(of table: String) throws -> [String] {
        try database.query(
            "SELECT pipeline FROM laminar_pipeline_tables WHERE \"table\" = ? ORDER BY pipeline", table
        ) { $0.text(0) ?? "" }
    }

    private static func localTable(_ row: borrowing SQLiteRow) throws -> CatalogLocalTable {
        let name = row.text(0) ?? ""
        guard case .createTable(let statement) = try statement(row.text(1) ?? "", of: "table \(name)") else {
            throw unreadable("table \(name)", nil)
        }
        return CatalogLocalTable(
            name: name, statement: statement, created: Timestamp(microseconds: row.int64(2) ?? 0))
    }

    private static func pipeline(_ row: borrowing SQLiteRow) throws -> CatalogPipeline {
        let name = row.text(0) ?? ""
        guard case .createPipeline(let statement) = try statement(row.text(1) ?? "", of: "pipeline \(name)") else {
            throw unreadable("pipeline \(name)", nil)
        }
        return CatalogPipeline(
            name: name, statement: statement, isStarted: row.bool(2) ?? false,
            created: Timestamp(microseconds: row.int64(3) ?? 0))
    }
}

extension SQL.CreatePipeline {
    /// The statement's text as the catalog keeps it: what is made, not how the maker was asked.
    var definition: String {
        SQL.Statement.createPipeline(SQL.CreatePipeline(name: name, options: options, body: body)).sql()
    }
}
