internal import LaminarStore

extension Laminar {
    /// All pipelines, by name.
    func pipelineStandings() throws -> [PipelineStanding] {
        try readCatalog { statements in
            try statements.catalog.pipelines().map { pipeline in
                let progress = try PipelineTables(statements.catalog.database).progress(of: pipeline.name)
                let state =
                    statements.surroundings.pipelineStates[pipeline.name]
                    ?? (pipeline.isStarted ? "started" : "stopped")
                return PipelineStanding(
                    name: pipeline.name, state: state, query: pipeline.statement.definition,
                    rowsIn: progress?.rowsIn ?? 0, rowsOut: progress?.rowsOut ?? 0,
                    lastCheckpoint: progress?.checkpointAt, lastError: progress?.lastError)
            }
        }
    }

    /// The pipelines over a connection.
    ///
    /// - Parameter keepingGroups: only those with GROUP BY, whose state is wrong when the connection's offsets are moved.
    func pipelineNames(over connection: String, keepingGroups: Bool = false) throws -> [String] {
        try loadPipelines(nil).compactMap { load in
            guard case .success(let definition) = load.definition, definition.stream.connection == connection,
                !keepingGroups || definition.groups != nil
            else { return nil }
            return load.name
        }
    }

    /// Under which names the positions of the pipelines over a connection stand among the checkpoints.
    func pipelineCheckpointSources(over connection: String) throws -> [String] {
        try pipelineNames(over: connection).map(PipelineTables.source)
    }

    /// Throws away what pipelines have kept, but for their positions' place: they begin anew, with no groups.
    func resetPipelines(_ names: [String]) async throws {
        let surroundings = try readCatalog { $0.surroundings }
        for name in names {
            await pipelines.suspend(name)
            try database.transaction { connection in
                let statements = CatalogStatements(catalog: Catalog(connection), surroundings: surroundings)
                guard let pipeline = try statements.catalog.pipeline(named: name) else { return }
                let definition = try PipelineDefinition(pipeline.statement, statements)
                try PipelineTables(connection).dropGroups(definition)
            }
            await pipelines.refresh(name)
        }
    }
}
