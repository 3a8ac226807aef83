internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// A pipeline as a statement, or the catalog, defines it: what it reads, what it computes, where that goes.
struct PipelineDefinition: Sendable {
    /// Where the rows go.
    enum Target: Sendable {
        /// To whoever reads the pipeline.
        case host
        /// Into a table of the Laminar database, whose columns they have.
        case table(name: String, schema: RowSchema)
        /// Into a topic.
        case topic(ResolvedTable)
    }

    let name: String
    let statement: SQL.CreatePipeline
    let options: PipelineOptions
    /// What is computed; for a target its rows have the target's columns, apart from groups.
    let query: ContinuousQuery
    /// The table that it reads.
    let stream: ResolvedTable
    /// The same table as ``query`` names it.
    let table: StreamTable
    let target: Target
    /// All tables that it reads or writes.
    let tables: Set<String>
    let notices: [String]

    /// - Throws: ``LaminarError`` with code `notContinuous` for a query that can't go on for ever, or what is wrong with the
    ///   query itself: a `SQLError`.
    init(_ statement: SQL.CreatePipeline, _ catalog: CatalogStatements) throws {
        name = statement.name.name
        self.statement = statement
        options = try PipelineOptions(statement.options)
        var builder = PipelineCatalog.Builder(catalog)
        do {
            let source = statement.source
            try ContinuousCheck { try builder.role(of: $0) }.check(source)
            let binder = Binder(
                catalog: try builder.build(), source: catalog.surroundings.script, place: statement.name.position)
            let bound = try binder.bind(source)
            notices = binder.notices
            guard let table = bound.stream else {
                throw ContinuousRefusal("A pipeline needs a Kafka table to read from.")
            }
            self.table = table
            stream = try catalog.resolveTable(named: table.name)
            var tables = builder.names
            let continuous = try ContinuousQuery(bound)
            switch statement.body {
            case .select:
                target = .host
                query = continuous
            case .insert(let insert):
                target = try Self.target(insert, catalog)
                tables.insert(insert.table.name)
                query = try Self.fitted(continuous, to: target, insert)
            }
            self.tables = tables
        } catch let refusal as ContinuousRefusal {
            throw LaminarError(
                code: .notContinuous, message: "Pipeline \(name) can't be: \(refusal.reason)",
                position: refusal.position ?? statement.name.position)
        }
        try refuseRetentionWithoutGroups()
    }

    /// Names and types of what it gives.
    var columns: [ColumnSchema] { query.columns }

    /// The groups that it keeps; nil where it keeps none.
    var groups: GroupedPlan? {
        if case .groups(let plan) = query { plan } else { nil }
    }

    var groupTable: GroupTable? { groups.map { GroupTable($0, pipeline: name) } }

    /// Whether it runs only while somebody reads its rows.
    var needsReader: Bool {
        if case .host = target { groups == nil } else { false }
    }

    /// Whether rows and positions go into Kafka's transactions. Those of groups are in the database.
    var isTransactional: Bool {
        guard groups == nil, case .topic(let table) = target, case .sink(let sink) = table.connector else {
            return false
        }
        return sink.commitMode == .exactlyOnce
    }

    /// Where DESCRIBE says that a column comes from.
    var origin: String { groups == nil ? "rows of \(stream.name)" : "groups of \(stream.name)" }

    var summary: String {
        let what = groups == nil ? "rows" : "groups"
        return switch target {
        case .host: "\(what) of table \(stream.name)"
        case .table(let name, _): "\(what) of table \(stream.name) into table \(name)"
        case .topic(let table): "\(what) of table \(stream.name) into table \(table.name)"
        }
    }

    // MARK: INSERT INTO

    private static func target(_ insert: SQL.Insert, _ catalog: CatalogStatements) throws -> Target {
        switch try InsertTarget(insert, catalog) {
        case .table(let name, let schema): .table(name: name, schema: schema)
        case .topic(let table): .topic(table)
        }
    }

    /// The query's rows with the target's columns.
    private static func fitted(
        _ query: ContinuousQuery, to target: Target, _ insert: SQL.Insert
    ) throws -> ContinuousQuery {
        let schema: RowSchema
        switch target {
        case .host: return query
        case .table(_, let columns): schema = columns
        case .topic(let table): schema = table.schema
        }
        let fit = try InsertFit(insert, of: query.columns, into: schema)
        switch query {
        case .rows(let bound): return .rows(fit.apply(to: bound))
        case .groups(let plan):
            if case .table(let name, _) = target {
                throw ContinuousRefusal(
                    "Groups change, and rows of table \(name) don't: leave INSERT INTO out, and read the pipeline's "
                        + "groups by its name.", at: insert.table.position)
            }
            return .groups(plan)
        }
    }

    private func refuseRetentionWithoutGroups() throws(LaminarError) {
        guard options.retention != nil, groups == nil, let option = statement.options.first else { return }
        throw LaminarError(
            code: .invalidOption,
            message: "'retention' is for the groups of a GROUP BY, and pipeline \(name) keeps none: leave it out.",
            position: option.keyPosition)
    }
}

extension SQL.CreatePipeline {
    /// The query that is run.
    var source: SQL.Query {
        switch body {
        case .select(let query): query
        case .insert(let insert): insert.source
        }
    }
}

extension BoundQuery {
    /// The Kafka table that the query reads.
    var stream: StreamTable? {
        for common in with { if let table = common.query.stream { return table } }
        return body.stream
    }
}

extension BoundBody {
    fileprivate var stream: StreamTable? {
        switch self {
        case .values: return nil
        case .combined(_, let bodies):
            for body in bodies { if let table = body.stream { return table } }
            return nil
        case .nested(let query): return query.stream
        case .select(let select):
            for source in select.from?.sources ?? [] {
                switch source.origin {
                case .scanned(let table, _): if let stream = table as? StreamTable { return stream }
                case .subquery(let query): if let table = query.stream { return table }
                case .stored, .common, .series: break
                }
            }
            return nil
        }
    }
}
