internal import LaminarFormats
internal import LaminarStore

/// How far a pipeline is behind the ends of what it reads.
///
/// Its position in a partition is what its last checkpoint has stored, or what its own group has committed where it writes
/// in transactions; before the first one it is where it will begin. A partition without records is no one's lag.
struct PipelineLag: Sendable {
    let pipeline: String
    let connection: String
    private let source: KafkaSourceConfiguration
    /// The group whose offsets stand for partitions without a stored position.
    private let group: String
    private let stored: [TopicPartition: Int64]
    /// Where the first pipeline of the group began.
    private let origins: [TopicPartition: Int64]

    /// - Throws: where the tables of positions can't be read.
    init(_ definition: PipelineDefinition, _ database: SQLiteConnection) throws {
        pipeline = definition.name
        connection = definition.stream.connection
        (source, _) = try definition.stream.readable()
        if definition.isTransactional {
            group = TransactionalPipeline.group(of: definition.name, source.groupID)
            stored = [:]
            origins = [:]
        } else {
            group = source.groupID
            stored = try StoredPositions(source: PipelineTables.source(of: definition.name)).read(database)
            origins = try PipelineTables(database).origins(of: source.groupID)
        }
    }

    /// What a cluster says of the partitions that pipelines read.
    private struct Seen: Sendable {
        var partitions: [String: [TopicPartition]] = [:]
        var ends: [TopicPartition: PartitionEnds] = [:]
        var committed: [String: [TopicPartition: CommittedOffset]] = [:]
    }

    /// Asks one cluster for all pipelines over it.
    ///
    /// - Returns: records by pipeline; one whose lag isn't known is absent.
    static func ask(_ admin: KafkaAdmin, _ pipelines: [PipelineLag]) async throws -> [String: Int64] {
        guard !pipelines.isEmpty else { return [:] }
        var seen = Seen()
        for topic in try await admin.topics() {
            seen.partitions[topic.name] = topic.partitions.map { TopicPartition(topic.name, $0.number) }
        }
        let wanted = pipelines.flatMap { $0.partitions(seen) ?? [] }
        seen.ends = try await admin.ends(of: wanted)
        for (group, outcome) in try await admin.committedOffsets(of: Array(Set(pipelines.map(\.group)))) {
            // Who may not see a group's offsets doesn't know the lag.
            seen.committed[group] = try? outcome.get()
        }
        return pipelines.reduce(into: [:]) { lags, pipeline in lags[pipeline.pipeline] = pipeline.records(seen) }
    }

    /// nil where a topic isn't there.
    private func partitions(_ seen: Seen) -> [TopicPartition]? {
        var partitions: [TopicPartition] = []
        for topic in source.topics(among: Array(seen.partitions.keys)) {
            guard let found = seen.partitions[topic] else { return nil }
            partitions += found
        }
        return partitions
    }

    private func records(_ seen: Seen) -> Int64? {
        guard let partitions = partitions(seen) else { return nil }
        var total: Int64 = 0
        for partition in partitions {
            guard let ends = seen.ends[partition] else { return nil }
            guard ends.high > ends.low else { continue }
            guard let lag = Lag.records(from: next(partition, ends, seen), to: ends.high) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(lag)
            if overflow { return nil }
            total = sum
        }
        return total
    }

    private func next(_ partition: TopicPartition, _ ends: PartitionEnds, _ seen: Seen) -> Int64? {
        if let known = stored[partition] ?? origins[partition] { return known }
        guard let committed = seen.committed[group] else { return nil }
        if let offset = committed[partition]?.offset { return offset }
        return switch source.start {
        case .earliest: ends.low
        case .offsets(let offsets): offsets[partition.partition] ?? ends.low
        case .latest, .timestamp: nil
        }
    }
}

extension Laminar {
    /// Records by pipeline; one whose lag isn't known is absent.
    func pipelineLags() async throws -> (records: [String: Int64], notices: [String]) {
        let pipelines = try readCatalog { statements in
            try statements.catalog.pipelines().compactMap { pipeline -> PipelineLag? in
                // One that can't be understood any more says so as its state.
                guard let definition = try? PipelineDefinition(pipeline.statement, statements) else { return nil }
                return try PipelineLag(definition, statements.catalog.database)
            }
        }
        guard !pipelines.isEmpty else { return ([:], []) }
        let read = Set(pipelines.map(\.connection))
        let survey = ClusterSurvey(
            of: try connectionOverviews().filter { read.contains($0.name) }, secrets: secrets, log: log)
        let (views, notices) = await survey.ask { admin, connections in
            let names = Set(connections.map(\.name))
            return try await PipelineLag.ask(admin, pipelines.filter { names.contains($0.connection) })
        }
        return (views.reduce(into: [:]) { $0.merge($1.answer) { first, _ in first } }, notices)
    }
}
