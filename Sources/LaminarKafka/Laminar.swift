public import LaminarCore
public import LaminarFormats
internal import LaminarSQL
public import LaminarStore
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Kafka topics as tables and typed values: a catalog of connections and tables, and the sources that read them.
///
///     let laminar = try await Laminar(database: .file("laminar.db"))
///     try await laminar.execute("CREATE CONNECTION shop TO kafka (…); CREATE TABLE orders (…) WITH (connector = 'shop');")
///     for try await order in try laminar.source("orders", as: Order.self) { … }
///     await laminar.shutdown()
///
/// The catalog is kept in the database, so a program can run its DDL at every start: what is there already, with the same
/// definition, is left as it is. A file is created with mode 0600 and holds references to secrets, never secrets.
public final class Laminar: Sendable {
    private struct State {
        var formats = FormatRegistry()
        var tokenProviders: [String: HostTokens] = [:]
        var sources = OpenSources()
        var pipelineRoster: (any PipelineRoster)?
        var companions: [any Companion] = []
    }

    /// Where `${secret:name}` is looked up when a client connects.
    public let secrets: any SecretProvider
    /// Where the log goes.
    public let log: any LogSink
    /// What a person should know about the database's file: that others can read it, say.
    public var notices: [String] { database.notices }

    /// The last 1,000 errors of all sources that were opened here, oldest first: records that could not be decoded,
    /// trouble that is retried, what ended a source. None survives the process.
    public var errors: [RecordedError] { errorLog.entries }

    /// Everything that its sources and sinks count, readable as values and as Prometheus text: the process's own, unless
    /// it was made with another.
    public var metrics: MetricsRegistry { observation.metrics }
    /// Where spans go; nil where none are made.
    public var spans: (any SpanSink)? { observation.spans }

    let database: SQLiteDatabase
    let observation: Observation
    private let state = Mutex(State())
    private let stop = ShutdownSignal()
    let errorLog = ErrorLog()
    /// How many queries run.
    let queryPlaces = QueryPlaces()
    /// What runs the pipelines.
    let pipelines: PipelineRuntime
    private let writing = Mutex<SerialThread?>(nil)

    /// Opens the catalog and creates it where there is none.
    ///
    /// - Parameters:
    ///   - database: a file, or memory. In memory a password may be written out in DDL; in a file it may not.
    ///   - secrets: where `${secret:name}` finds its value: environment variables and a secrets folder, unless told
    ///     otherwise.
    ///   - log: takes the log, librdkafka's included; silent unless told otherwise.
    ///   - metrics: what it counts in; the process's own unless told otherwise.
    ///   - spans: where spans go; none are made without.
    /// - Throws: `StoreError` when the file can't be opened, isn't Laminar's, or is a newer version's.
    public convenience init(
        database: DatabaseLocation, secrets: some SecretProvider = .standard, log: some LogSink = SilentLogSink(),
        metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) async throws {
        try self.init(
            opening: database, secrets: secrets, log: log, Observation(metrics: metrics, spans: spans))
    }

    init(
        opening location: DatabaseLocation, secrets: any SecretProvider, log: any LogSink, _ observation: Observation
    ) throws {
        var observation = observation
        observation.board = HealthBoard()
        self.observation = observation
        self.secrets = secrets
        self.log = log
        database = try SQLiteDatabase(location, schema: .catalog, log: log)
        let myself = WeakLaminar()
        pipelines = PipelineRuntime(database: database, secrets: secrets, log: log, errorLog: errorLog) { name in
            try myself.laminar?.loadPipelines(name) ?? []
        }
        myself.set(self)
        let board = PipelineBoard(myself)
        state.withLock { $0.pipelineRoster = board }
        setPipelineStatusProvider(board)
    }

    /// Adds a decoder of the host's; DDL then uses it by `format = 'its name'`. Register before executing such DDL.
    ///
    /// - Throws: `FormatError` when the name is taken or isn't lower case letters, digits and underscores.
    public func register(format: some RecordFormat) throws {
        try state.withLock { try $0.formats.register(format) }
    }

    /// Adds a source of tokens of the host's; DDL then uses it by `'auth.token_provider' = 'its name'`. Register before
    /// executing such DDL.
    ///
    ///     try laminar.register(tokenProvider: VaultTokens(), named: "vault")
    ///
    /// - Throws: ``ConfigurationError`` when the name is empty or taken.
    public func register(tokenProvider: some TokenProvider, named name: String) throws(ConfigurationError) {
        let isTaken = state.withLock { state in
            guard !name.isEmpty, state.tokenProviders[name] == nil else { return true }
            state.tokenProviders[name] = HostTokens(tokenProvider)
            return false
        }
        guard isTaken else { return }
        throw ConfigurationError(
            code: .invalidValue, option: "auth.token_provider",
            message: name.isEmpty
                ? "A source of tokens needs a name to be registered under."
                : "A source of tokens is registered as '\(name.shortened)' already: take another name.")
    }

    /// Executes a script: its statements one by one, each in a transaction of its own.
    ///
    ///     let results = try await laminar.execute("SHOW TABLES; DESCRIBE orders")
    ///
    /// CREATE of what is there with the same definition changes nothing; with another definition it is an error that
    /// names the differences, unless OR REPLACE is written.
    ///
    /// - Returns: one result a statement.
    /// - Throws: ``StatementError`` for the first statement that fails, with its number and place. What the statements
    ///   before it did stands.
    @discardableResult
    public func execute(_ sql: String) async throws -> [StatementResult] {
        try checkOpen()
        return try await ScriptExecution(script: sql).run { statement, position in
            try await self.execute(statement, script: sql, at: position)
        }
    }

    /// Executes one statement.
    func execute(
        _ statement: SQL.Statement, script: String, at position: SQL.Position
    ) async throws -> StatementResult {
        switch statement {
        case .select(let query): return try await select(query, script: script, at: position)
        case .insert(let insert): return try await self.insert(insert, script: script, at: position)
        case .explain(let query): return try await explain(query, script: script, at: position)
        default: break
        }
        guard let pipeline = statement.changedPipeline else { return try await change(statement, script: script) }
        // What it has processed is stored before its definition or its state goes.
        if pipeline.rests { await pipelines.suspend(pipeline.name) }
        do {
            let result = try await change(statement, script: script)
            await pipelines.refresh(pipeline.name)
            return result
        } catch {
            if pipeline.rests { await pipelines.refresh(pipeline.name) }
            throw error
        }
    }

    /// Executes one statement of the catalog in a transaction.
    private func change(_ written: SQL.Statement, script: String) async throws -> StatementResult {
        var surroundings = self.surroundings
        surroundings.script = script
        // Whatever is asked of a network is asked before the transaction, which other processes wait for.
        let statement = try await withColumns(written, surroundings)
        return try database.transaction(statement.isReadOnly ? .deferred : .immediate) { [surroundings] connection in
            try CatalogStatements(catalog: Catalog(connection), surroundings: surroundings).execute(statement)
        }
    }

    /// Reads the catalog.
    ///
    /// - Parameter script: the text that errors point into.
    func readCatalog<Result: Sendable>(
        script: String = "", _ body: @Sendable (CatalogStatements) throws -> Result
    ) throws -> Result {
        try checkOpen()
        var surroundings = self.surroundings
        surroundings.script = script
        return try database.use { [surroundings] connection in
            try body(CatalogStatements(catalog: Catalog(connection), surroundings: surroundings))
        }
    }

    /// The thread on which large writes to the database are done.
    func writer() throws -> SerialThread {
        try writing.withLock { thread in
            if let thread { return thread }
            let made = try SerialThread()
            thread = made
            return made
        }
    }

    /// The statement with the columns of its schema, where it is a CREATE TABLE that lists none.
    private func withColumns(_ statement: SQL.Statement, _ surroundings: CatalogSurroundings) async throws
        -> SQL.Statement
    {
        guard case .createTable(let create) = statement, create.columns.isEmpty else { return statement }
        let columns = try database.use { connection in
            try CatalogStatements(catalog: Catalog(connection), surroundings: surroundings).impliedColumns(of: create)
        }
        return .createTable(try await columns.complete(create, secrets: secrets))
    }

    /// What a table means now: its connection's configuration with the table's options over it, its columns, its format.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`, and what its definition throws where the surroundings have
    ///   changed: a format that isn't registered any more, say.
    package func resolveTable(_ name: String) throws -> ResolvedTable {
        try checkOpen()
        let surroundings = self.surroundings
        return try database.use { connection in
            try CatalogStatements(catalog: Catalog(connection), surroundings: surroundings).resolveTable(named: name)
        }
    }

    /// The configuration of a connection; what `laminar produce` writes to.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`.
    package func resolveConnection(_ name: String) throws -> ConnectionConfiguration {
        try checkOpen()
        let surroundings = self.surroundings
        return try database.use { connection in
            try CatalogStatements(catalog: Catalog(connection), surroundings: surroundings)
                .resolveConnection(named: name)
        }
    }

    /// Remembers a source that reads a table, so that ``shutdown()`` closes it and DROP names it. It is held weakly.
    ///
    /// - Throws: ``LaminarError`` with code `shutDown`.
    package func opened(_ source: any OpenSource, table: String) throws {
        try state.withLock { state in
            try checkOpen()
            state.sources.add(source, table: table)
        }
    }

    /// Forgets a source that was closed.
    package func closed(_ source: any OpenSource) {
        state.withLock { $0.sources.remove(source) }
    }

    /// Where every open source stands.
    var openStandings: [OpenStanding] { state.withLock { $0.sources }.standings }

    /// Who tells of pipelines; nil where nobody does.
    var pipelineRoster: (any PipelineRoster)? { state.withLock { $0.pipelineRoster } }

    /// Names who tells of pipelines.
    package func setPipelineRoster(_ roster: (any PipelineRoster)?) {
        state.withLock { $0.pipelineRoster = roster }
    }

    /// Runs the pipelines until the task is cancelled or ``shutdown()`` is called, then closes everything: what is processed
    /// is stored and committed.
    ///
    ///     try await withThrowingTaskGroup(of: Void.self) { group in
    ///         group.addTask { try await laminar.run() }
    ///         …
    ///     }
    public func run() async throws {
        try checkOpen()
        await pipelines.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.stop.wait() }
            // By way of AnyObject: the compiler would take the cast for one that always fails.
            if let host = self as AnyObject as? any HostShutdown {
                group.addTask { await host.awaitHostShutdown() }
            }
            await group.next()
            group.cancelAll()
        }
        await shutdown()
    }

    /// Closes every open source: what was processed is committed and the groups are left. Statements and new sources are
    /// refused from then on. Returns when all that is done; calling it again does no harm.
    public func shutdown() async {
        stop.raise()
        await pipelines.stop()
        let sources = state.withLock { $0.sources.all }
        for source in sources { source.countCallerOut() }
        await withTaskGroup(of: Void.self) { group in
            for source in sources { group.addTask { await source.close() } }
        }
        let companions = state.withLock { state in
            defer { state.companions = [] }
            return state.companions
        }
        for companion in companions { await companion.close() }
    }

    /// Keeps something that lives as long as this, and is closed after all sources are.
    ///
    /// - Throws: ``LaminarError`` with code `shutDown`.
    package func keep(_ companion: any Companion) throws {
        try state.withLock { state in
            try checkOpen()
            state.companions.append(companion)
        }
    }

    var surroundings: CatalogSurroundings {
        state.withLock { state in
            CatalogSurroundings(
                formats: state.formats, tokenProviders: state.tokenProviders,
                allowsLiteralSecrets: database.location == .inMemory,
                openTables: state.sources.tables, pipelineStates: pipelines.states.mapValues(\.description))
        }
    }

    /// Whether `shutdown()` was called.
    var isShutDown: Bool { stop.isRaised }

    func checkOpen() throws(LaminarError) {
        guard !stop.isRaised else {
            throw LaminarError(code: .shutDown, message: "This Laminar was shut down: open another one.")
        }
    }
}
