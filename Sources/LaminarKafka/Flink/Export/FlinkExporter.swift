internal import LaminarCore
internal import LaminarFormats
internal import LaminarRegistry
internal import LaminarSQL

/// Makes the script: what is needed of the catalog, in an order in which every name is there before it is used.
struct FlinkExporter {
    let catalog: FlinkCatalog
    let secrets: any SecretProvider
    /// Names; empty = everything.
    let pipelines: [String]
    let start: FlinkStartPosition

    func script() async throws -> FlinkScript {
        let chosen = try chosenPipelines()
        let needed = pipelines.isEmpty ? nil : chosen.reduce(into: Set<String>()) { $0.formUnion($1.relations) }
        var findings = FlinkFindings()
        var parts: [String] = []
        var relations: [String: FlinkRelation] = [:]
        var sinks: [String: FlinkTable] = [:]
        for table in catalog.tables where needed?.contains(table.resolved.name) ?? true {
            let writer = try await writerSchema(table)
            let exported = FlinkTable.exporting(
                table.resolved, writer: writer, begin: begin(table, chosen), &findings)
            parts.append(FlinkHints.lines(table, exported, writer: writer) + exported.statement)
            if let view = exported.view { parts.append("\(FlinkHints.viewMark)\n\(view)") }
            relations[exported.name] = Self.relation(table.resolved)
            sinks[exported.name] = exported
        }
        if start != .configured { groups(chosen, &findings) }
        var dialect = FlinkDialect(tables: relations, findings)
        for pipeline in chosen {
            let exported = FlinkPipeline.exporting(pipeline, sinks: sinks, &dialect)
            parts.append("-- Pipeline \(exported.name)\n\(exported.statement)")
            guard let relation = exported.relation else { continue }
            relations[exported.name] = relation
            dialect = FlinkDialect(tables: relations, dialect.findings)
        }
        findings = dialect.findings
        findings.subject = ""
        if pipelines.isEmpty { unused(&findings) }
        try findings.check()
        return FlinkScript(text: text(parts, findings.notices), notices: findings.notices)
    }

    /// Those that were asked for and those that they read, a pipeline behind those that it reads.
    private func chosenPipelines() throws(FlinkError) -> [SQL.CreatePipeline] {
        var left = Set(pipelines)
        var byName: [String: SQL.CreatePipeline] = [:]
        for pipeline in catalog.pipelines { byName[pipeline.name.name] = pipeline }
        for name in pipelines where byName[name] == nil {
            let near = SQL.suggestion(for: name, among: Array(byName.keys).sorted())
            throw FlinkError(
                code: .unknownName,
                message: "There is no pipeline \(name)." + (near.map { " Did you mean \($0)?" } ?? ""))
        }
        if left.isEmpty { left = Set(byName.keys) }
        var order: [SQL.CreatePipeline] = []
        var done: Set<String> = []
        func visit(_ name: String) {
            guard let pipeline = byName[name], done.insert(name).inserted else { return }
            for read in pipeline.relations.sorted() { visit(read) }
            order.append(pipeline)
        }
        for name in left.sorted() { visit(name) }
        return order
    }

    // MARK: Start

    /// Where a table begins: where the pipelines that read it stand, else the source of its connection.
    private func begin(_ table: FlinkCatalog.Table, _ chosen: [SQL.CreatePipeline]) -> FlinkStart.Begin {
        guard case .source(let source) = table.resolved.connector else { return .configured }
        let stored: [String: FlinkStart.Positions]
        switch start {
        case .configured: return .configured
        case .checkpoint: stored = catalog.checkpoints
        case .positions(let given): stored = given
        }
        let readers = chosen.filter { $0.reads(table.resolved.name) }
        var found: [(name: String, begin: FlinkStart.Begin)] = []
        for reader in readers {
            if let positions = stored[Self.source(of: reader.name.name)] {
                found.append((reader.name.name, .positions(positions)))
            } else if isTransactional(reader) {
                found.append((reader.name.name, .group("\(source.groupID).\(reader.name.name)")))
            }
        }
        guard let first = found.first else { return .positions(stored[table.sourceName] ?? [:]) }
        if let other = found.first(where: { $0.begin != first.begin }) {
            return .contradiction(
                "pipelines \(first.name) and \(other.name) stand at different offsets of it: export each by itself, with "
                    + "--pipeline")
        }
        return first.begin
    }

    /// Under which name a pipeline's positions are kept among the checkpoints.
    private static func source(of pipeline: String) -> String { "pipeline " + pipeline }

    /// Whether a pipeline writes by transactions, which its group's offsets are part of.
    private func isTransactional(_ pipeline: SQL.CreatePipeline) -> Bool {
        guard case .insert(let insert) = pipeline.body,
            let table = catalog.tables.first(where: { $0.resolved.name == insert.table.name }),
            case .sink(let sink) = table.resolved.connector
        else { return false }
        return sink.commitMode == .exactlyOnce
    }

    /// Groups that were kept up to a checkpoint can't go on from it elsewhere.
    private func groups(_ chosen: [SQL.CreatePipeline], _ findings: inout FlinkFindings) {
        for pipeline in chosen where pipeline.makesGroups {
            findings.subject = "pipeline \(pipeline.name.name)"
            findings.refuse(
                "its groups are kept in Laminar's database, and Flink would begin with none at the checkpoint: export it "
                    + "without --from-checkpoint, with the topics read from the beginning")
        }
    }

    /// What Flink's Avro has to be told: the registry's newest schema, or the one in the options.
    private func writerSchema(_ table: FlinkCatalog.Table) async throws -> FlinkAvroSchema? {
        let configuration: ConnectionConfiguration =
            switch table.resolved.connector {
            case .source(let source): .kafkaSource(source)
            case .sink(let sink): .kafkaSink(sink)
            case .impulse(let impulse): .impulse(impulse)
            }
        switch configuration.format {
        case .avro(let avro)?:
            if let schema = avro.schema, configuration.schemaRegistry == nil {
                return FlinkAvroSchema(try schema.text(option: "avro.schema"))
            }
        case .confluentAvro?: break
        default: return nil
        }
        guard case .source = table.resolved.connector, let registry = configuration.schemaRegistry,
            case .confluent = registry
        else { return nil }
        let subject = try configuration.valueSubject(registry)
        let schema = try await registry.connect(secrets: secrets).latest(subject: subject).schema
        return FlinkAvroSchema(schema.text)
    }

    static func relation(_ table: ResolvedTable) -> FlinkRelation {
        FlinkRelation(
            name: table.name,
            columns: table.schema.columns.map {
                FlinkRelation.Column(name: $0.name, type: $0.type, isHeaders: $0.metadata == .headers)
            })
    }

    private func unused(_ findings: inout FlinkFindings) {
        let used = Set(catalog.tables.map(\.connection.name))
        for connection in catalog.connections where !used.contains(connection.name) {
            findings.note(
                "connection \(connection.name) has no table, so there is nothing of it in the script")
        }
        for table in catalog.localTables {
            findings.note(
                "table \(table) is one of Laminar's own database, which Flink doesn't read: it isn't in the script, and what "
                    + "needs it there needs its rows in a topic")
        }
    }

    // MARK: Text

    private func text(_ parts: [String], _ notices: [String]) -> String {
        var head = ["Apache Flink SQL, written by Laminar. Fields are matched by exact name."]
        head += notices.map { "Note: \($0)" }
        var statements = [
            FlinkText.comment(head.joined(separator: "\n")) + "\nSET 'table.local-time-zone' = 'UTC'",
            "SET 'execution.checkpointing.interval' = '\(checkpointInterval) ms'",
        ]
        statements += parts
        return statements.map { "\($0);\n" }.joined(separator: "\n")
    }

    /// How often offsets and transactions are committed: as often as the most eager source does here.
    private var checkpointInterval: Int64 {
        let intervals = catalog.tables.compactMap { table -> Duration? in
            if case .source(let source) = table.resolved.connector { source.commits.interval } else { nil }
        }
        let interval = intervals.min() ?? ConfigurationDefaults.commitInterval
        return max(1, interval.components.seconds * 1000 + interval.components.attoseconds / 1_000_000_000_000_000)
    }
}
