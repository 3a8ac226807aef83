public import LaminarFormats
internal import LaminarQuery

/// A pipeline as the host sees it.
///
///     try await laminar.execute("CREATE PIPELINE large AS SELECT id, amount FROM orders WHERE amount > 100")
///     for try await row in try laminar.pipeline("large").rows { print(row) }          // beside `laminar.run()`
///
/// Pipelines run while ``Laminar/run()`` does. One without GROUP BY and INSERT INTO runs only while its ``rows`` are read.
public struct Pipeline: Sendable {
    /// Its name.
    public let name: String
    let laminar: Laminar
    let hub: PipelineHub
    /// The groups that it keeps; nil where it keeps none.
    let groups: GroupedPlan?
    let hasSink: Bool

    /// Names and types of its columns.
    public let columns: [ColumnSchema]

    /// Whether its rows go to whoever reads them: it keeps no groups and writes into no table.
    public var deliversRows: Bool { groups == nil && !hasSink }

    /// Where it stands now.
    public var state: PipelineState { hub.state }

    /// Its rows, at least once: asking for the next one means that the one before is processed. One task at a time may read
    /// them; the pipeline waits while nobody does.
    ///
    /// Of a pipeline with GROUP BY these are its groups as they change, from now on: each changed group, as it is after a
    /// checkpoint. Any number of tasks may follow them, and one that is slow finds each group's last state.
    public var rows: PipelineRows { PipelineRows(pipeline: self) }

    /// The same as values of a `Decodable` type, whose properties are found among the columns by name.
    public func values<Value: Decodable & Sendable>(as type: Value.Type) -> PipelineRows.Values<Value> {
        PipelineRows.Values(pipeline: self)
    }
}

extension Laminar {
    /// A pipeline by its name, folded to lower case as in SQL unless written in double quotes there.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`, or what its definition throws where it no longer fits the tables.
    public func pipeline(_ name: String) throws -> Pipeline {
        let definition = try readCatalog { statements in
            guard let pipeline = try statements.catalog.pipeline(named: name) else {
                throw LaminarError.unknown(
                    "pipeline", name, among: try statements.catalog.pipelines().map(\.name), at: nil)
            }
            return try PipelineDefinition(pipeline.statement, statements)
        }
        let hasSink = if case .host = definition.target { false } else { true }
        return Pipeline(
            name: name, laminar: self, hub: pipelines.hub(name), groups: definition.groups, hasSink: hasSink,
            columns: definition.columns)
    }
}
