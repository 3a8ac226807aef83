package import LaminarSQL

/// Why a query can't be a pipeline: it has no meaning over rows that never end, or would have to keep all of them.
package struct ContinuousRefusal: Error, Sendable, Equatable {
    /// One or two sentences: the reason, and what to do instead.
    package let reason: String
    /// Where it stands; nil where the syntax tree doesn't tell.
    package let position: SQL.Position?

    package init(_ reason: String, at position: SQL.Position? = nil) {
        self.reason = reason
        self.position = position
    }
}

/// What a name in FROM is, to a pipeline.
package enum StreamRole: Sendable, Equatable {
    /// A Kafka table: its rows come as long as the pipeline runs.
    case stream
    /// A table of the Laminar database: whatever is in it when a batch is processed.
    case table
    /// The groups or rows of a pipeline.
    case pipeline
    /// A table of `system`.
    case system
    /// A table that is written only.
    case sink
}
