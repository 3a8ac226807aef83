internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL
internal import LaminarStore

extension Laminar {
    /// INSERT INTO outside of a pipeline: the rows that there are now, once.
    ///
    /// - Parameter begun: hears of the query whose rows it takes.
    func insert(
        _ insert: SQL.Insert, script: String, at place: SQL.Position, begun: (QueryRows) async throws -> Void = { _ in }
    ) async throws -> StatementResult {
        let target = try readCatalog(script: script) { try InsertTarget(insert, $0) }
        let tables = LaminarTables(laminar: self, script: script)
        let binder = Binder(catalog: tables, source: script, place: place)
        let bound = try binder.bind(insert.source)
        let fit = try InsertFit(insert, of: bound.columns, into: target.schema)
        let rows = try begin(fit.apply(to: bound), notices: binder.notices, tables.meter)
        try await begun(rows)
        let count: Int
        switch target {
        case .table(let name, let schema): count = try await store(rows, into: name, columns: schema.columns.count)
        case .topic(let table): count = try await write(rows, into: table)
        }
        var notices = rows.notices
        if insert.source.reads {
            notices.append(
                "These were the rows that there are now. CREATE PIPELINE … AS INSERT INTO \(insert.table.name) … goes on."
            )
        }
        return StatementResult(
            kind: .insert,
            message: "\(count) row\(count == 1 ? "" : "s") went into table \(insert.table.name).", isChange: count > 0,
            notices: notices)
    }

    /// All rows in one transaction; what doesn't fit into memory is refused.
    private func store(_ rows: QueryRows, into table: String, columns: Int) async throws -> Int {
        var batches: [RecordBatch] = []
        var count = 0
        for try await batch in rows.batches {
            batches.append(batch)
            count += batch.count
            guard count <= Self.mostRowsOfInsert else {
                throw LaminarError(
                    code: .notAvailable,
                    message: "INSERT INTO \(table) would store more than \(Self.mostRowsOfInsert) rows in one "
                        + "transaction: write WHERE or LIMIT, or make it a pipeline, which stores as it reads.")
            }
        }
        let marks = [String](repeating: "?", count: columns).joined(separator: ", ")
        let sql = "INSERT INTO \(table.asSQLiteName) VALUES (\(marks))"
        let all = batches
        try await writer().run { [database] in
            try database.transaction(.immediate) { connection in
                let statement = try connection.prepare(sql)
                for batch in all {
                    let stored = StoredRows(batch)
                    for row in 0..<stored.count { try statement.run(stored[row]) }
                }
            }
        }
        return count
    }

    private func write(_ rows: QueryRows, into table: ResolvedTable) async throws -> Int {
        let sink = try await rowSink(table.name)
        do {
            var count = 0
            for try await batch in rows.batches {
                for row in try batch.renamed(table.schema) { try await sink.enqueue(row) }
                count += batch.count
            }
            try await sink.flush()
            await sink.close()
            closed(sink)
            return count
        } catch {
            await sink.close()
            closed(sink)
            throw error
        }
    }

    /// How many rows INSERT INTO a table of the database stores at once.
    static var mostRowsOfInsert: Int { 1_000_000 }
}

/// What INSERT INTO names.
enum InsertTarget: Sendable {
    case table(name: String, schema: RowSchema)
    case topic(ResolvedTable)

    /// - Throws: ``LaminarError`` with code `unknownName` or `wrongKind`.
    init(_ insert: SQL.Insert, _ statements: CatalogStatements) throws {
        let name = insert.table.name
        if let local = try statements.catalog.localTable(named: name) {
            self = .table(name: name, schema: try LocalTable(local.statement).schema)
            return
        }
        guard let table = try statements.catalog.table(named: name) else {
            let names = try statements.catalog.tables().map(\.name) + statements.catalog.localTables().map(\.name)
            throw LaminarError.unknown("table", name, among: names, at: insert.table.position)
        }
        let resolved = try statements.resolve(table)
        do throws(LaminarError) { _ = try resolved.writable() } catch {
            throw LaminarError(code: error.code, message: error.message, position: insert.table.position)
        }
        self = .topic(resolved)
    }

    var schema: RowSchema {
        switch self {
        case .table(_, let schema): schema
        case .topic(let table): table.schema
        }
    }
}

extension SQL.Query {
    /// Whether it reads anything, and isn't VALUES.
    fileprivate var reads: Bool {
        if case .values = body { false } else { true }
    }
}
