internal import LaminarCore
internal import LaminarFormats
internal import LaminarRegistry
internal import LaminarSQL

/// Where the columns of a CREATE TABLE that lists none come from.
enum ImpliedColumns {
    /// The format or the connector knows them, or the statement will be refused.
    case none
    /// The table is there already: what its schema was then is kept, and nobody is asked.
    case kept([SQL.ColumnDefinition])
    /// The schema says which.
    case schema(SchemaOfTable)

    /// The statement with its columns.
    ///
    /// - Throws: `RegistryError`, `FormatError`, `SecretError`, ``ConfigurationError``.
    func complete(_ statement: SQL.CreateTable, secrets: any SecretProvider) async throws -> SQL.CreateTable {
        switch self {
        case .none: statement
        case .kept(let columns): statement.with(columns)
        case .schema(let schema): statement.with(try await schema.columns(secrets: secrets))
        }
    }
}

extension SQL.CreateTable {
    fileprivate func with(_ columns: [SQL.ColumnDefinition]) -> SQL.CreateTable {
        SQL.CreateTable(
            orReplace: orReplace, ifNotExists: ifNotExists, name: name, columns: columns, options: options)
    }
}

/// A table's schema, still to be had.
struct SchemaOfTable {
    let format: any SchemaFormat
    let options: [String: String]
    let message: MessageChoice
    /// Nil where the options hold the schema.
    let registry: SchemaRegistryConfiguration?
    /// Nil where the options hold the columns.
    let subject: String?
    let includesMetadata: Bool

    func columns(secrets: any SecretProvider) async throws -> [SQL.ColumnDefinition] {
        let schema: PublishedSchema
        if let registry, let subject {
            schema = try await registry.connect(secrets: secrets).latest(subject: subject).schema
        } else {
            schema = PublishedSchema(format.schemaLanguage, options[format.schemaOption] ?? "")
        }
        var columns = try format.columns(of: schema, message: message, options: options).columns
        if includesMetadata {
            let names = Set(columns.map { $0.name.lowercased() })
            columns += MetadataField.allCases.filter { $0 != .value && !names.contains("_kafka_\($0.rawValue)") }
                .map { ColumnSchema("_kafka_\($0.rawValue)", $0.columnType) }
        }
        return try Self.definitions(RowSchema(columns))
    }

    /// Columns as a statement lists them.
    private static func definitions(_ schema: RowSchema) throws -> [SQL.ColumnDefinition] {
        let statement = try SQL.parse("CREATE TABLE t \(schema) WITH (connector = 'c')").first?.statement
        guard case .createTable(let create) = statement else { return [] }
        return create.columns
    }
}

extension CatalogStatements {
    /// Where the columns come from.
    func impliedColumns(of statement: SQL.CreateTable) throws -> ImpliedColumns {
        if statement.options.isEmpty { return .none }
        if let existing = try catalog.table(named: statement.name.name), !statement.orReplace {
            return .kept(existing.statement.columns)
        }
        let connection = try ConnectionDefinition(self.connection(of: statement), surroundings)
        let table = try TableOptions(
            options: statement.options, over: connection.options, context: surroundings.context())
        let configuration = table.configuration
        guard let options = configuration.format, options.hasSchema(configuration.schemaRegistry),
            let format = surroundings.formats[options.name] as? any SchemaFormat
        else { return .none }
        return .schema(
            SchemaOfTable(
                format: format, options: try options.decoderOptions(configuration.schemaRegistry),
                message: options.message,
                registry: configuration.schemaRegistry,
                subject: try subject(configuration, options),
                includesMetadata: table.includesMetadata))
    }

    /// A reader's schema has the columns, whatever writers wrote; else the registry's subject.
    private func subject(
        _ configuration: ConnectionConfiguration, _ format: FormatOptions
    ) throws(ConfigurationError) -> String? {
        switch format {
        case .avro(let avro) where avro.readerSchema != nil, .confluentAvro(let avro) where avro.readerSchema != nil:
            return nil
        default:
            guard let registry = configuration.schemaRegistry else { return nil }
            return try configuration.valueSubject(registry)
        }
    }
}

extension FormatOptions {
    /// Whether there is a schema to take columns from: a registry's, or one in the options.
    fileprivate func hasSchema(_ registry: SchemaRegistryConfiguration?) -> Bool {
        switch self {
        case .json(let json): registry != nil && !json.isUnstructured
        case .avro(let avro), .confluentAvro(let avro):
            registry != nil || avro.schema != nil || avro.readerSchema != nil
        case .protobuf: true
        case .raw, .rawString, .plugIn: false
        }
    }

    /// The message that a payload is, where the options say so.
    var message: MessageChoice {
        if case .protobuf(let protobuf) = self, let name = protobuf.message { return .name(name) }
        return .first
    }
}
