import LaminarCore

/// Where a source or a sink tells what it does.
struct Observation: Sendable {
    var metrics = MetricsRegistry.shared
    /// Nil where no spans are wanted, which costs nothing.
    var spans: (any SpanSink)?
    /// Where a host's probes and its status page look; nil for what was made in code.
    var board: HealthBoard?
    /// The table that is read, where it is one.
    var table: String?
}
