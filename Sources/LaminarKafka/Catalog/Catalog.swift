internal import LaminarFormats
internal import LaminarSQL
internal import LaminarStore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What is kept under a connection's name.
struct CatalogConnection {
    let name: String
    let statement: SQL.CreateConnection
    /// The group id that was made up for it; nil where the statement names one, or where there is no group.
    let groupID: String?
    let created: Timestamp
}

/// What is kept under a table's name.
struct CatalogTable {
    let name: String
    let connection: String
    let statement: SQL.CreateTable
    /// The group id that was made up for a table whose options ask for one of its own.
    let groupID: String?
    let created: Timestamp
}

/// What is kept under the name of a table of the Laminar database.
struct CatalogLocalTable {
    let name: String
    let statement: SQL.CreateTable
    let created: Timestamp
}

/// What is kept under a pipeline's name.
struct CatalogPipeline {
    let name: String
    let statement: SQL.CreatePipeline
    /// Whether it runs when `run()` does.
    let isStarted: Bool
    let created: Timestamp
}

/// The catalog's rows, read and written on one connection, inside the caller's transaction.
struct Catalog {
    let database: SQLiteConnection

    init(_ database: SQLiteConnection) { self.database = database }

    // MARK: Connections

    func connection(named name: String) throws -> CatalogConnection? {
        try database.first(
            "SELECT name, definition, group_id, created_at FROM laminar_connections WHERE name = ?", name,
            as: Self.connection)
    }

    func connections() throws -> [CatalogConnection] {
        try database.query(
            "SELECT name, definition, group_id, created_at FROM laminar_connections ORDER BY name",
            as: Self.connection)
    }

    /// Writes a new connection, or a new definition over the old one.
    func put(_ statement: SQL.CreateConnection, groupID: String?) throws {
        try database.run(
            """
            INSERT INTO laminar_connections VALUES (?1, ?2, ?3, ?4, ?4)
            ON CONFLICT (name) DO UPDATE SET definition = ?2, group_id = ?3, changed_at = ?4
            """, statement.name.name, statement.definition, groupID, Self.now)
    }

    func dropConnection(_ name: String) throws {
        try database.run("DELETE FROM laminar_connections WHERE name = ?", name)
    }

    // MARK: Tables

    func table(named name: String) throws -> CatalogTable? {
        try database.first(
            "SELECT name, connection, definition, group_id, created_at FROM laminar_tables WHERE name = ?", name,
            as: Self.table)
    }

    func tables() throws -> [CatalogTable] {
        try database.query(
            "SELECT name, connection, definition, group_id, created_at FROM laminar_tables ORDER BY name",
            as: Self.table)
    }

    /// The tables of one connection.
    func tables(of connection: String) throws -> [CatalogTable] {
        try tables().filter { $0.connection == connection }
    }

    /// Writes a new table, or a new definition over the old one.
    func put(_ statement: SQL.CreateTable, connection: String, groupID: String?) throws {
        try database.run(
            """
            INSERT INTO laminar_tables VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            ON CONFLICT (name) DO UPDATE SET connection = ?2, definition = ?3, group_id = ?4, changed_at = ?5
            """, statement.name.name, connection, statement.definition, groupID, Self.now)
    }

    func dropTable(_ name: String) throws {
        try database.run("DELETE FROM laminar_tables WHERE name = ?", name)
    }

    static var now: Int64 { Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) }

    private static func connection(_ row: borrowing SQLiteRow) throws -> CatalogConnection {
        let name = row.text(0) ?? ""
        guard case .createConnection(let statement) = try statement(row.text(1) ?? "", of: "connection \(name)") else {
            throw unreadable("connection \(name)", nil)
        }
        return CatalogConnection(
            name: name, statement: statement, groupID: row.text(2),
            created: Timestamp(microseconds: row.int64(3) ?? 0))
    }

    private static func table(_ row: borrowing SQLiteRow) throws -> CatalogTable {
        let name = row.text(0) ?? ""
        guard case .createTable(let statement) = try statement(row.text(2) ?? "", of: "table \(name)") else {
            throw unreadable("table \(name)", nil)
        }
        return CatalogTable(
            name: name, connection: row.text(1) ?? "", statement: statement, groupID: row.text(3),
            created: Timestamp(microseconds: row.int64(4) ?? 0))
    }

    static func statement(_ definition: String, of owner: String) throws -> SQL.Statement? {
        do {
            return try SQL.parse(definition).first?.statement
        } catch {
            throw unreadable(owner, error)
        }
    }

    static func unreadable(_ owner: String, _ reason: SQLError?) -> LaminarError {
        LaminarError(
            code: .unreadableDefinition,
            message: "The catalog's definition of \(owner) can't be read"
                + (reason.map { " (\($0.message))" } ?? "") + ": drop it and create it again.")
    }
}

extension SQL.CreateConnection {
    /// The statement's text as the catalog keeps it: what is made, not how the maker was asked.
    var definition: String {
        SQL.Statement.createConnection(
            SQL.CreateConnection(name: name, connector: connector, options: options)
        ).sql()
    }
}

extension SQL.CreateTable {
    /// The statement's text as the catalog keeps it: what is made, not how the maker was asked.
    var definition: String {
        SQL.Statement.createTable(SQL.CreateTable(name: name, columns: columns, options: options)).sql()
    }
}
