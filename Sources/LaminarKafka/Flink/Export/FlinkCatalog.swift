internal import LaminarFormats
internal import LaminarSQL
internal import LaminarStore

/// What a catalog holds, as an export needs it: read once, in one transaction.
struct FlinkCatalog: Sendable {
    struct Table: Sendable {
        let resolved: ResolvedTable
        let statement: SQL.CreateTable
        /// The table's own options, `connector` among them.
        let options: [NormalisedOption]
        let connection: Connection
        /// Under which name its positions are checkpointed.
        let sourceName: String
    }

    struct Connection: Sendable {
        let name: String
        let connector: String
        let options: [NormalisedOption]
    }

    let tables: [Table]
    let connections: [Connection]
    let pipelines: [SQL.CreatePipeline]
    /// Names of the tables of Laminar's own database.
    let localTables: [String]
    /// Checkpointed positions by source; empty where there are none.
    let checkpoints: [String: [TopicPartition: Int64]]
}

extension Laminar {
    /// The whole catalog, read in one transaction.
    func flinkCatalog() throws -> FlinkCatalog {
        let surroundings = self.surroundings
        return try database.transaction(.deferred) { connection in
            let statements = CatalogStatements(catalog: Catalog(connection), surroundings: surroundings)
            return FlinkCatalog(
                tables: try statements.catalog.tables().map { try Self.table($0, statements) },
                connections: try statements.catalog.connections().map { connection in
                    FlinkCatalog.Connection(try ConnectionDefinition(connection, surroundings))
                }, pipelines: try statements.catalog.pipelines().map(\.statement),
                localTables: try statements.catalog.localTables().map(\.name),
                checkpoints: try CheckpointTables.positions(connection))
        }
    }

    private static func table(_ table: CatalogTable, _ statements: CatalogStatements) throws -> FlinkCatalog.Table {
        let definition = try statements.definition(of: table)
        let connection = definition.connection
        var name = connection.name
        if case .kafkaSource(let own) = definition.options.configuration,
            case .kafkaSource(let shared) = connection.options.configuration, own.groupID != shared.groupID
        {
            name = own.groupID
        }
        return FlinkCatalog.Table(
            resolved: try statements.resolve(table), statement: table.statement, options: definition.options.options,
            connection: FlinkCatalog.Connection(connection), sourceName: name)
    }
}

extension FlinkCatalog.Connection {
    fileprivate init(_ definition: ConnectionDefinition) {
        name = definition.name
        connector = definition.options.connector
        options = definition.options.options
    }
}

extension CheckpointTables {
    /// What is stored, by source; empty where nobody has checkpointed into this database.
    fileprivate static func positions(
        _ connection: SQLiteConnection
    ) throws -> [String: [TopicPartition: Int64]] {
        let tables = try connection.query(
            "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'laminar_checkpoints'"
        ) { $0.int64(0) ?? 0 }
        guard tables.first == 1 else { return [:] }
        let rows = try connection.query(
            "SELECT source, topic, partition_id, next_offset FROM laminar_checkpoints WHERE next_offset IS NOT NULL"
        ) { row in (row.text(0) ?? "", row.text(1) ?? "", row.int64(2) ?? 0, row.int64(3) ?? 0) }
        return rows.reduce(into: [:]) { positions, row in
            guard let number = Int32(exactly: row.2) else { return }
            positions[row.0, default: [:]][TopicPartition(row.1, number)] = row.3
        }
    }
}
