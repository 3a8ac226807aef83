public import LaminarCore
public import LaminarKafka

/// What a dashboard shows. A `Laminar` is one; ``ObservedSources`` is one for sources that are made in code.
public protocol DashboardContent: AnyObject, Sendable {
    /// What probes and page say.
    var health: Health { get }
    /// What `/metrics` says.
    var metrics: MetricsRegistry { get }
    /// The last errors, oldest first.
    var errors: [RecordedError] { get }
    /// The last assignments and losses, oldest first.
    var happenings: [SourceHappening] { get }
    /// Pipelines.
    var pipelineStatuses: [PipelineStatus] { get }
}

extension DashboardContent {
    /// None.
    public var happenings: [SourceHappening] { [] }
    /// None.
    public var pipelineStatuses: [PipelineStatus] { [] }
}

extension Laminar: DashboardContent {}

/// Sources that a host made in code, for a dashboard.
///
///     ObservedSources(errors: { orders.recentErrors }) { [orders.health, payments.health] }
public final class ObservedSources: DashboardContent {
    /// What `/metrics` says.
    public let metrics: MetricsRegistry
    private let readErrors: @Sendable () -> [RecordedError]
    private let readSources: @Sendable () -> [SourceHealth]

    /// - Parameters:
    ///   - metrics: what the sources count in.
    ///   - errors: their last errors, oldest first.
    ///   - sources: how they are now.
    public init(
        metrics: MetricsRegistry = .shared, errors: @escaping @Sendable () -> [RecordedError] = { [] },
        sources: @escaping @Sendable () -> [SourceHealth]
    ) {
        self.metrics = metrics
        readErrors = errors
        readSources = sources
    }

    /// How the sources are together.
    public var health: Health { Health(sources: readSources()) }
    /// Their last errors.
    public var errors: [RecordedError] { readErrors() }
}
