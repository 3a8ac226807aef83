internal import LaminarFormats
internal import LaminarSQL

/// A table as a statement, or the catalog, defines it: its connection's configuration with its own options on top, its
/// columns checked against the format.
struct TableDefinition {
    let connection: ConnectionDefinition
    let options: TableOptions
    let schema: RowSchema
    let format: (any RecordFormat)?
    private let statement: SQL.CreateTable

    /// - Parameter keptGroupID: the group id that was made up earlier for this table alone.
    /// - Throws: ``ConfigurationError``, ``LaminarError``.
    init(
        _ statement: SQL.CreateTable, over connection: ConnectionDefinition, _ surroundings: CatalogSurroundings,
        keptGroupID: String?
    ) throws {
        self.statement = statement
        self.connection = connection
        options = try TableOptions(
            options: statement.options, over: connection.options,
            context: surroundings.context(keptGroupID: keptGroupID))
        format = options.configuration.format.flatMap { surroundings.formats[$0.name] }
        schema = try TableSchema(
            statement, configuration: options.configuration, format: format,
            includesMetadata: options.includesMetadata
        ).schema
    }

    var notices: [String] { options.notices.map(\.message) }

    /// The group id that was made up for this table alone: where it asks for another prefix than its connection, or its
    /// connection's group has a name.
    var ownGroupID: String? {
        guard case .kafkaSource(let source) = options.configuration,
            source.groupID != connection.options.generatedGroupID
        else { return nil }
        let asks = options.options.contains { $0.key == "group_id_prefix" }
        return asks ? source.groupID : nil
    }

    /// What another definition of the same name has different; empty = nothing.
    func differences(to new: TableDefinition) -> [String] {
        let changes =
            options.connection == new.options.connection || connection.name == new.connection.name
            ? [] : ["connector: '\(connection.name)' → '\(new.connection.name)'"]
        let own = options.options.filter { $0.key != "connector" }
        let others = new.options.options.filter { $0.key != "connector" }
        return changes + schema.differences(to: new.schema)
            + ConnectionOptions.differences(from: own, to: others).map(\.description)
    }

    /// The statement that makes the table, its options in their normal form.
    func statement(hidingSecrets: Bool) -> SQL.CreateTable {
        SQL.CreateTable(
            name: statement.name, columns: statement.columns,
            options: options.options.map { $0.option(hidingSecrets: hidingSecrets) })
    }

    /// What reads or writes the table.
    ///
    /// - Parameter deadLetterTopics: topics that a pattern must not match.
    /// - Throws: ``ConfigurationError`` where a file of the format's can't be read any more.
    func resolved(deadLetterTopics: [String]) throws(ConfigurationError) -> ResolvedTable {
        let connector: ResolvedTable.Connector =
            switch options.configuration {
            case .kafkaSource(let source): .source(source.excluding(deadLetterTopics))
            case .kafkaSink(let sink): .sink(sink)
            case .impulse(let impulse): .impulse(impulse)
            }
        return ResolvedTable(
            name: statement.name.name, connection: connection.name, connector: connector, schema: schema,
            format: format,
            formatOptions: try options.configuration.format?.decoderOptions(
                options.configuration.schemaRegistry) ?? [:])
    }
}

extension ConnectionConfiguration {
    /// How payloads are read or written; nil for an impulse.
    var format: FormatOptions? {
        switch self {
        case .kafkaSource(let source): source.format
        case .kafkaSink(let sink): sink.format
        case .impulse: nil
        }
    }

    /// Where schemas are had.
    var schemaRegistry: SchemaRegistryConfiguration? {
        switch self {
        case .kafkaSource(let source): source.schemaRegistry
        case .kafkaSink(let sink): sink.schemaRegistry
        case .impulse: nil
        }
    }
}

extension KafkaSourceConfiguration {
    /// The same without these topics, where a pattern could match them.
    func excluding(_ topics: [String]) -> KafkaSourceConfiguration {
        guard case .pattern = subscription, !topics.isEmpty else { return self }
        var copy = self
        let excluded = topics.map { "^\(TopicPattern.escaped($0))$" }
        let own = properties["topic.blacklist"].map { [$0] } ?? []
        copy.properties["topic.blacklist"] = (own + excluded).joined(separator: ",")
        return copy
    }
}

extension ColumnSchema {
    /// The column as a statement declares it.
    var declaration: String {
        var text = "\(name) \(type)"
        if !isNullable { text += " NOT NULL" }
        if let metadata, MetadataField(kafkaColumn: name) == nil { text += " METADATA FROM '\(metadata.rawValue)'" }
        return text
    }
}
