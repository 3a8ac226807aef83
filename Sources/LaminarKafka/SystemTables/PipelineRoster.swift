package import LaminarFormats

/// How a pipeline goes, as `system.pipelines` shows it.
package struct PipelineStanding: Sendable {
    package var name: String
    package var state: String
    package var query: String
    /// Of all runs together; nil where that isn't known.
    package var rowsIn: Int64?
    package var rowsOut: Int64?
    /// Records behind the ends of the topics; nil where that isn't known, or wasn't asked.
    package var lag: Int64?
    package var lastCheckpoint: Timestamp?
    package var lastError: String?

    package init(
        name: String, state: String, query: String, rowsIn: Int64? = nil, rowsOut: Int64? = nil, lag: Int64? = nil,
        lastCheckpoint: Timestamp? = nil, lastError: String? = nil
    ) {
        self.name = name
        self.state = state
        self.query = query
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.lag = lag
        self.lastCheckpoint = lastCheckpoint
        self.lastError = lastError
    }
}

/// What the pipelines tell of themselves to `system.pipelines` and to who moves a group's offsets.
package protocol PipelineRoster: Sendable {
    /// All of them, by name.
    func standings() async throws -> [PipelineStanding]
    /// Those over a connection that keep groups in this database: moving the connection's offsets makes their state wrong.
    func statefulPipelines(over connection: String) async throws -> [String]
    /// Under which names pipelines over a connection keep their positions among this database's checkpoints.
    func checkpointSources(over connection: String) async throws -> [String]
    /// Throws their groups away, so that they begin anew where the offsets are.
    func resetState(of pipelines: [String]) async throws
}

/// `system.pipelines`.
struct PipelineStandingRows: RowProvider {
    let laminar: Laminar

    var schema: RowSchema { SystemSchemas.pipelines }

    /// The lag, for which clusters are asked.
    var slowColumns: Set<Int> { Set(schema.columns.indices.filter { schema.columns[$0].name == "lag" }) }

    func rows() async throws -> ProvidedRows {
        let lags = try await laminar.pipelineLags()
        return ProvidedRows(try await rows(lags.records), notices: lags.notices)
    }

    func quickRows() async throws -> ProvidedRows { ProvidedRows(try await rows([:])) }

    private func rows(_ lags: [String: Int64]) async throws -> [[Value]] {
        let standings = try await laminar.pipelineRoster?.standings() ?? []
        return standings.map { pipeline in
            [
                .text(pipeline.name), .text(pipeline.state), .text(pipeline.query), .init(pipeline.rowsIn),
                .init(pipeline.rowsOut), .init(pipeline.lag ?? lags[pipeline.name]), .init(pipeline.lastCheckpoint),
                .init(pipeline.lastError),
            ]
        }
    }
}
