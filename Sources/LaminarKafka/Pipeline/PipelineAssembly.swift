internal import LaminarCore
internal import LaminarFormats
internal import LaminarQuery
internal import LaminarStore

/// A pipeline that was put together and reads, or will.
protocol RunningPipeline: Sendable {
    /// Begins to read.
    ///
    /// - Parameter news: told when it has begun, and when it has ended with an error.
    func attach(
        to runtime: PipelineRuntime, _ news: @escaping @Sendable (PipelineReader.News) -> Void
    ) async throws
    /// Stores what is processed and ends. Returns when that is done.
    func detach() async
}

/// Puts a pipeline together from its definition: query, output, reader.
struct PipelineAssembly {
    struct Surroundings: Sendable {
        let reader: PipelineReader.Surroundings
        let database: SQLiteDatabase
    }

    private let surroundings: Surroundings

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    /// - Throws: what keeps the pipeline from running: a sink that can't be made, say.
    func make(_ definition: PipelineDefinition, _ hub: PipelineHub) async throws -> any RunningPipeline {
        let query = try await BatchQuery.make(
            definition.query, over: definition.table, local: surroundings.database)
        if definition.isTransactional, case .topic(let table) = definition.target {
            return try TransactionalPipeline(definition, query, into: table, surroundings)
        }
        let output = try await output(definition, query, hub)
        let (configuration, format) = try definition.stream.readable()
        let key = PipelineReader.Key(connection: definition.stream.connection, configuration)
        let name = definition.name
        let owner =
            output.isOwned ? try await store.write { try PipelineTables($0).claim(name) } : 0
        let worker = PipelineWorker(
            name, table: definition.stream.name, reader: key.name, output: output,
            interval: configuration.commits.interval, store: store, owner: owner)
        return SharedPipeline(
            key: key, configuration: configuration, worker: worker,
            table: FannedTable(
                name: definition.stream.name, format: format, schema: definition.stream.schema,
                options: definition.stream.formatOptions), columns: query.columns)
    }

    private var store: SQLiteCheckpointStore { surroundings.reader.store }

    private func output(
        _ definition: PipelineDefinition, _ query: BatchQuery, _ hub: PipelineHub
    ) async throws -> any PipelineOutput {
        if let plan = definition.groups, let table = definition.groupTable {
            return GroupOutput(
                definition.name, table: table, retention: definition.options.retention, query: query,
                feed: hub.changes, emission: try await emission(definition, plan))
        }
        switch definition.target {
        case .host:
            hub.rows.start()
            return HostOutput(query, hub.rows)
        case .table(let name, let schema):
            return TableOutput(query, into: name, columns: schema.columns.count)
        case .topic(let table):
            return TopicOutput(query, into: try await sink(table), schema: table.schema)
        }
    }

    private func emission(_ definition: PipelineDefinition, _ plan: GroupedPlan) async throws -> GroupEmission? {
        guard case .topic(let table) = definition.target, case .insert(let insert) = definition.statement.body else {
            return nil
        }
        let (source, _) = try definition.stream.readable()
        return GroupEmission(
            definition.name, of: source.groupID, plan: plan,
            fit: try InsertFit(insert, of: plan.columns, into: table.schema),
            way: try await way(of: definition, into: table), schema: table.schema, store: store,
            database: surroundings.database)
    }

    private func way(of definition: PipelineDefinition, into table: ResolvedTable) async throws -> GroupEmission.Way {
        guard case .sink(let sink) = table.connector, sink.commitMode == .exactlyOnce else {
            return .plain(try await self.sink(table))
        }
        let (configuration, format) = try table.writable()
        let (source, _) = try definition.stream.readable()
        return .transactions(
            try await GroupTransactions(
                configuration,
                encoding: .rows(of: format, schema: table.schema, options: table.formatOptions),
                pipeline: definition.name,
                group: TransactionalPipeline.group(of: definition.name, source.groupID),
                secrets: surroundings.reader.secrets, log: surroundings.reader.log))
    }

    private func sink(_ table: ResolvedTable) async throws -> KafkaSink<Row> {
        let (configuration, format) = try table.writable()
        return try await KafkaSink(
            configuration, encoding: .rows(of: format, schema: table.schema, options: table.formatOptions),
            secrets: surroundings.reader.secrets, log: surroundings.reader.log)
    }
}

/// A pipeline on the reader that it shares with others over its connection.
struct SharedPipeline: RunningPipeline {
    let key: PipelineReader.Key
    let configuration: KafkaSourceConfiguration
    let worker: PipelineWorker
    let table: FannedTable
    let columns: [Int]
    private let reader = Held<PipelineReader>()

    init(
        key: PipelineReader.Key, configuration: KafkaSourceConfiguration, worker: PipelineWorker, table: FannedTable,
        columns: [Int]
    ) {
        self.key = key
        self.configuration = configuration
        self.worker = worker
        self.table = table
        self.columns = columns
    }

    func attach(
        to runtime: PipelineRuntime, _ news: @escaping @Sendable (PipelineReader.News) -> Void
    ) async throws {
        let reader = try await runtime.reader(key, configuration)
        self.reader.set(reader)
        await reader.attach(worker, table: table, columns: columns, news: news)
    }

    func detach() async { await reader.value?.detach(worker.name) }
}
