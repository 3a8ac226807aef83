public import LaminarFormats

/// What a status page says of a pipeline.
///
/// Nothing of its records is in it: of a GROUP BY pipeline how many groups there are, never their keys.
public struct PipelineStatus: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// `running`, `stopped`, `failed`, …, as `system.pipelines` has it.
    public var state: String
    /// Rows that went in.
    public var rowsIn: Int
    /// Rows that came out.
    public var rowsOut: Int
    /// How far it is behind; nil where that isn't known.
    public var lag: Int64?
    /// Groups that it keeps; nil for one without GROUP BY.
    public var groups: Int?
    /// When its state was last stored.
    public var lastCheckpointAt: Timestamp?
    /// Why it failed, without a payload; nil where nothing did.
    public var lastError: String?

    /// A pipeline's status.
    public init(
        name: String, state: String, rowsIn: Int = 0, rowsOut: Int = 0, lag: Int64? = nil, groups: Int? = nil,
        lastCheckpointAt: Timestamp? = nil, lastError: String? = nil
    ) {
        self.name = name
        self.state = state
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.lag = lag
        self.groups = groups
        self.lastCheckpointAt = lastCheckpointAt
        self.lastError = lastError
    }

    /// Whether its state says so.
    public var hasFailed: Bool { state.hasPrefix("failed") }
}

/// Whoever runs pipelines, for ``Laminar/health`` and the status page.
package protocol PipelineStatusProvider: AnyObject, Sendable {
    /// Every pipeline of the catalog; called from any thread, so it must not wait.
    var pipelineStatuses: [PipelineStatus] { get }
}
