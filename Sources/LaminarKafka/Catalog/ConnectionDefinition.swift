internal import LaminarFormats
internal import LaminarSQL

/// A connection as a statement, or the catalog, defines it.
struct ConnectionDefinition {
    let name: String
    let options: ConnectionOptions
    private let identifier: SQL.Identifier

    /// - Parameter keptGroupID: the group id that was made up earlier; where it still fits, it stays.
    /// - Throws: ``ConfigurationError``.
    init(
        _ statement: SQL.CreateConnection, _ surroundings: CatalogSurroundings, keptGroupID: String?
    ) throws(ConfigurationError) {
        identifier = statement.name
        name = statement.name.name
        do {
            options = try ConnectionOptions(
                connector: statement.connector.name, options: statement.options,
                context: surroundings.context(keptGroupID: keptGroupID))
        } catch {
            throw error.code == .unknownConnector ? error.at(statement.connector.position) : error
        }
    }

    /// A connection of the catalog.
    init(_ connection: CatalogConnection, _ surroundings: CatalogSurroundings) throws(ConfigurationError) {
        try self.init(connection.statement, surroundings, keptGroupID: connection.groupID)
    }

    var notices: [String] { options.notices.map(\.message) }

    /// What another definition of the same name has different; empty = nothing.
    func differences(to new: ConnectionDefinition) -> [String] {
        let connector =
            options.connector == new.options.connector
            ? [] : ["connector: \(options.connector) → \(new.options.connector)"]
        return connector
            + ConnectionOptions.differences(from: options.options, to: new.options.options).map(\.description)
    }

    /// The statement that makes the connection, its options in their normal form.
    func statement(hidingSecrets: Bool) -> SQL.CreateConnection {
        SQL.CreateConnection(
            name: identifier, connector: SQL.Identifier(options.connector),
            options: options.options.map { $0.option(hidingSecrets: hidingSecrets) })
    }
}

extension NormalisedOption {
    /// As a statement writes it.
    func option(hidingSecrets: Bool) -> SQL.Option {
        SQL.Option(key, hidingSecrets ? shownValue : value)
    }
}
