internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// The tables that one pipeline's query can name, as they are in the catalog now.
struct PipelineCatalog: QueryCatalog {
    private let found: [String: LaminarQuery.CatalogTable]
    let tableNames: [String]

    func table(named name: SQL.ObjectName) throws -> LaminarQuery.CatalogTable? { found[name.name] }

    /// What each of some names is, and the tables behind those that a pipeline can read.
    struct Builder {
        private let catalog: CatalogStatements
        private(set) var found: [String: LaminarQuery.CatalogTable] = [:]
        /// The Kafka tables and the tables of the Laminar database among them.
        private(set) var names: Set<String> = []

        init(_ catalog: CatalogStatements) { self.catalog = catalog }

        mutating func role(of name: SQL.ObjectName) throws -> StreamRole? {
            if name.parts.count > 1 { return name.parts[0].name == "system" ? .system : nil }
            let text = name.name
            if let table = try catalog.catalog.table(named: text) {
                let resolved = try catalog.resolve(table)
                switch resolved.connector {
                case .sink: return .sink
                case .impulse:
                    throw ContinuousRefusal(
                        "Table \(text) is made by an impulse, which has no positions to go on from: write its rows into a "
                            + "topic first.", at: name.position)
                case .source:
                    found[text] = .scanned(StreamTable(name: text, schema: resolved.schema))
                    names.insert(text)
                    return .stream
                }
            }
            if let table = try catalog.catalog.localTable(named: text) {
                found[text] = .stored(schema: try LocalTable(table.statement).schema, name: text)
                names.insert(text)
                return .table
            }
            return try catalog.catalog.pipeline(named: text) == nil ? nil : .pipeline
        }

        func build() throws -> PipelineCatalog {
            let all = try catalog.catalog.tables().map(\.name) + catalog.catalog.localTables().map(\.name)
            return PipelineCatalog(found: found, tableNames: all)
        }
    }
}
