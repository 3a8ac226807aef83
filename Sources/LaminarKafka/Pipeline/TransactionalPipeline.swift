internal import LaminarCore
internal import LaminarFormats
internal import LaminarQuery
internal import Synchronization

/// A pipeline whose rows and positions go into Kafka's transactions together: exactly once for readers with
/// `read_committed`.
///
/// The positions are the group's own there, so it reads as a group of its own, named after the connection's group and the
/// pipeline: the other pipelines' group commits by their checkpoints.
final class TransactionalPipeline: RunningPipeline {
    private let definition: PipelineDefinition
    private let query: BatchQuery
    private let transform: KafkaTransform<TableRows, Row>
    private let schema: RowSchema
    private let task = Held<Task<Void, Never>>()
    private let isEnding = Atomic<Bool>(false)

    init(
        _ definition: PipelineDefinition, _ query: BatchQuery, into table: ResolvedTable,
        _ surroundings: PipelineAssembly.Surroundings
    ) throws {
        self.definition = definition
        self.query = query
        schema = table.schema
        var (source, format) = try definition.stream.readable()
        source.groupID = Self.group(of: definition.name, source.groupID)
        let (sink, sinkFormat) = try table.writable()
        let decoded = FannedTable(
            name: definition.stream.name, format: format,
            schema: try definition.stream.schema.projecting(query.columns), options: definition.stream.formatOptions)
        transform = try KafkaTransform(
            source, decoding: .fanned([decoded]), into: sink,
            encoding: .rows(of: sinkFormat, schema: table.schema, options: table.formatOptions),
            secrets: surroundings.reader.secrets, log: surroundings.reader.log)
    }

    /// The group that a pipeline with transactions reads as.
    static func group(of pipeline: String, _ group: String) -> String { "\(group).\(pipeline)" }

    func attach(
        to runtime: PipelineRuntime, _ news: @escaping @Sendable (PipelineReader.News) -> Void
    ) async throws {
        task.set(
            Task { [self] in
                let settled = Task {
                    for await event in transform.events {
                        if case .assigned = event { news(.settled) }
                    }
                }
                defer { settled.cancel() }
                do { try await run() } catch {
                    await transform.close()
                    if !isEnding.load(ordering: .acquiring) { news(.failed(error)) }
                }
            })
    }

    func detach() async {
        isEnding.store(true, ordering: .releasing)
        await transform.close()
        await task.value?.value
    }

    private func run() async throws {
        for try await batch in transform.batches {
            guard let rows = batch.storedValues.first?.tables.first else { continue }
            let results = try await query.rows(of: rows.columns)
            try await transform.process(batch) { output in
                for result in results {
                    for row in try result.renamed(schema) { try output.send(row) }
                }
            }
        }
    }
}
