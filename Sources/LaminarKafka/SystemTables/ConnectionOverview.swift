internal import LaminarFormats
internal import LaminarSQL

/// What the catalog says about one connection, and what it and its tables read.
struct ConnectionOverview: Sendable {
    let name: String
    let connector: String
    let created: Timestamp
    let summary: ConnectionSummary
    /// nil where its definition makes no sense in these surroundings any more.
    let configuration: ConnectionConfiguration?
    /// Why it doesn't.
    let problem: String?
    /// The sources that its tables are: the connection's options with theirs over them.
    let tables: [String: KafkaSourceConfiguration]
    /// The names of all its tables.
    let tableNames: Set<String>

    /// The consumer groups that belong to it, its own first.
    var groups: [String] {
        var groups: [String] = []
        if case .kafkaSource(let source) = configuration { groups.append(source.groupID) }
        for table in tables.sorted(by: { $0.key < $1.key }) where !groups.contains(table.value.groupID) {
            groups.append(table.value.groupID)
        }
        return groups
    }

    /// What is read, and by which group, the connection's own first.
    var readings: [KafkaSourceConfiguration] {
        var readings: [KafkaSourceConfiguration] = []
        if case .kafkaSource(let source) = configuration { readings.append(source) }
        return readings + tables.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension CatalogStatements {
    /// Every connection, by name; one that can't be understood any more among them.
    func connectionOverviews() throws -> [ConnectionOverview] {
        try catalog.connections().map { connection in
            let tables = try sources(over: connection.name)
            let names = Set(try catalog.tables(of: connection.name).map(\.name))
            do {
                let options = try ConnectionDefinition(connection, surroundings).options
                return ConnectionOverview(
                    name: connection.name, connector: options.connector, created: connection.created,
                    summary: ConnectionSummary(options.configuration), configuration: options.configuration,
                    problem: nil, tables: tables, tableNames: names)
            } catch {
                return ConnectionOverview(
                    name: connection.name, connector: connection.statement.connector.name,
                    created: connection.created, summary: .unknown, configuration: nil, problem: "\(error)",
                    tables: tables, tableNames: names)
            }
        }
    }

    private func sources(over connection: String) throws -> [String: KafkaSourceConfiguration] {
        var sources: [String: KafkaSourceConfiguration] = [:]
        for table in try catalog.tables(of: connection) {
            // A table that makes no sense any more says so where it is used.
            guard let resolved = try? resolve(table), case .source(let source) = resolved.connector else { continue }
            sources[table.name] = source
        }
        return sources
    }
}

extension Laminar {
    func connectionOverviews() throws -> [ConnectionOverview] {
        try readCatalog { try $0.connectionOverviews() }
    }
}
