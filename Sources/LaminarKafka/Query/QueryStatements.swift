internal import LaminarCore
internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL
internal import LaminarStore

extension Laminar {
    /// Runs a query and gives its rows as they come.
    ///
    ///     for try await row in try await laminar.query("SELECT id, amount FROM orders WHERE amount > ?", 100) { print(row) }
    ///
    /// A Kafka table is read from its connection's `offset` to the ends that its partitions have now, without a group and
    /// without a commit; a pipeline's name gives its groups as they are now. Semantics are PostgreSQL's.
    ///
    /// - Parameters:
    ///   - sql: one SELECT, VALUES or WITH.
    ///   - parameters: what stands for `?`, or `$1`, `$2`, …; nil is NULL.
    /// - Throws: ``StatementError`` for what is wrong with the text, before anything is read; ``LaminarError`` with code `inUse`
    ///   where too many queries are open, or `shutDown`. What goes wrong later is thrown by the rows.
    public func query(_ sql: String, _ parameters: (any QueryParameter)?...) async throws -> QueryRows {
        try checkOpen()
        let parsed = try StatementError.explaining(sql) { try SQL.parse(sql) }
        guard let statement = parsed.first, parsed.count == 1, case .select(let query) = statement.statement else {
            throw StatementError(
                LaminarError(
                    code: .wrongKind,
                    message: "query(…) takes one SELECT, VALUES or WITH: give other statements, and scripts, to "
                        + "execute(…)."),
                number: 1, statement: parsed.first?.statement.summary ?? "", at: parsed.first?.position ?? .start,
                in: sql,
                completed: [])
        }
        do {
            return try open(
                query, script: sql, at: statement.position, parameters: parameters.map { $0?.queryValue ?? .null })
        } catch {
            throw StatementError(
                error, number: 1, statement: "SELECT", at: statement.position, in: sql, completed: [])
        }
    }

    /// Binds, translates and begins a query.
    ///
    /// - Parameter isFollowed: whether it goes on past its table's end, with rows as they come; refused where that has no
    ///   meaning.
    func open(
        _ query: SQL.Query, script: String, at place: SQL.Position, parameters: [Value] = [], isFollowed: Bool = false
    ) throws -> QueryRows {
        let tables = LaminarTables(laminar: self, script: script, isFollowed: isFollowed)
        let binder = Binder(catalog: tables, source: script, parameters: parameters, place: place)
        let bound = try binder.bind(query)
        if isFollowed {
            do {
                try FollowCheck { $0 is KafkaTable }.check(bound)
            } catch let refusal as ContinuousRefusal {
                throw LaminarError(code: .notContinuous, message: refusal.reason, position: place)
            }
        }
        return try begin(bound, notices: binder.notices, tables.meter)
    }

    /// Translates and begins a bound query.
    ///
    /// - Parameter meter: of its Kafka tables.
    func begin(_ bound: BoundQuery, notices: [String], _ meter: QueryMeter) throws -> QueryRows {
        let place = try queryPlaces.take()
        let now = Timestamp.now
        let translated = try Translator.translate(Pushdown(now: now).rewrite(bound), notices: notices)
        let run = try QueryRun(translated, local: database, now: now)
        return QueryRows(
            query: OpenQuery(
                run, notices: run.notices, tables: translated.scans.map(\.table), meter: meter, place: place))
    }

    /// EXPLAIN: what would be fetched, decoded and done where.
    func explain(_ query: SQL.Query, script: String, at place: SQL.Position) async throws -> StatementResult {
        let binder = Binder(catalog: LaminarTables(laminar: self, script: script), source: script, place: place)
        let bound = try binder.bind(query)
        let translated = try Translator.translate(Pushdown(now: .now).rewrite(bound), notices: binder.notices)
        let lines = try await SerialThread().run { [database] in
            try QueryExplanation.lines(of: translated, local: database)
        }
        return StatementResult(
            kind: .explain, message: lines.joined(separator: "\n"), notices: translated.notices,
            table: ResultTable(["plan"], lines.map { [$0] }))
    }

    /// SELECT in a script: its first rows as a table.
    func select(_ query: SQL.Query, script: String, at place: SQL.Position) async throws -> StatementResult {
        let rows = try open(query, script: script, at: place)
        var table: [[Value]] = []
        var isCut = false
        for try await batch in rows.batches {
            for row in batch where table.count < Self.mostRowsOfExecute { table.append(row.values) }
            // One more row than fits is known to be there.
            isCut = table.count == Self.mostRowsOfExecute
            if isCut { break }
        }
        rows.cancel()
        var notices = rows.notices
        if isCut {
            notices.append(
                "Only the first \(Self.mostRowsOfExecute) rows are here: read all of them with query(…), or write LIMIT."
            )
        }
        return StatementResult(
            kind: .select, message: table.count == 1 ? "1 row." : "\(table.count) rows.", notices: notices,
            table: ResultTable(columns: rows.columns, rows: table))
    }

    /// How many rows of a SELECT `execute(_:)` collects.
    public static let mostRowsOfExecute = 10_000
}

extension StatementError {
    /// What can't even be read, as the first statement's error.
    static func explaining<Result>(_ script: String, _ body: () throws -> Result) throws(StatementError) -> Result {
        do { return try body() } catch {
            let position = (error as? SQLError)?.position ?? .start
            throw StatementError(error, number: 1, statement: "", at: position, in: script, completed: [])
        }
    }
}
