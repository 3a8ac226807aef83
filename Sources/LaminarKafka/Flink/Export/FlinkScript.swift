/// A script for Apache Flink's SQL, made of a catalog.
///
///     let script = try await laminar.exportFlink()
///     print(script.text)                       // CREATE TABLE `orders` (…) WITH ('connector' = 'kafka', …); …
///
/// What is a little different there is in ``notices``, and as comments at the head of the text.
public struct FlinkScript: Sendable, Hashable {
    /// The statements, each ended by a semicolon at a line's end.
    public let text: String
    /// What a person should know: differences in detail, what has to be put in.
    public let notices: [String]
}

/// Where the tables of a ``FlinkScript`` begin to read.
public enum FlinkStartPosition: Sendable, Hashable {
    /// As their connections say: at the group's committed offsets, else at `offset`.
    case configured
    /// At the checkpoints in Laminar's own database, so that a pipeline moves over with nothing lost.
    case checkpoint
    /// At these offsets of the next record, by the source's name (the connection's, else the group's id): what a host's
    /// own checkpoint store holds.
    case positions([String: [TopicPartition: Int64]])
}

extension Laminar {
    /// Prints the catalog, or some pipelines with what they read and write, as a script for Apache Flink.
    ///
    ///     let script = try await laminar.exportFlink(pipelines: ["spend"], from: .checkpoint)
    ///
    /// Secrets stay `${secret:name}`, and one that was written out becomes such a place. An Avro table's schema registry is
    /// asked for the newest schema, which says how instants are written; nothing else is contacted. A move is complete when
    /// the pipeline was stopped before: what it does after the export is done again by Flink.
    ///
    /// - Parameters:
    ///   - pipelines: their names; empty = all tables and pipelines.
    ///   - start: where the tables begin to read.
    /// - Throws: ``FlinkError`` that names everything without an equivalent and what to do instead; `RegistryError` where
    ///   the registry can't be asked.
    public func exportFlink(
        pipelines: [String] = [], from start: FlinkStartPosition = .configured
    ) async throws -> FlinkScript {
        try await FlinkExporter(catalog: flinkCatalog(), secrets: secrets, pipelines: pipelines, start: start).script()
    }
}
