public import LaminarFormats

/// How a ``Laminar`` is, for a host's probes and its status page.
///
///     router.get("/ready") { _ in laminar.health.isReady ? .ok : .serviceUnavailable }
///
/// Live says that a restart wouldn't help: it is false only where a polling thread has been stuck for two minutes. Ready says
/// that every source is at work: running or idle. A source that is starting, stalled or has failed makes it false, and so
/// does ``Laminar/shutdown()``; one that failed counts until another one reads its table.
public struct Health: Sendable, Hashable {
    /// Whether it still moves.
    public let isLive: Bool
    /// Whether everything is at work.
    public let isReady: Bool
    /// Why it isn't live or not ready, one sentence each.
    public let reasons: [String]
    /// Sources that are open or have failed, by name.
    public let sources: [SourceHealth]

    /// What these sources and pipelines are together.
    public init(sources: [SourceHealth], pipelines: [PipelineStatus] = [], isShutDown: Bool = false) {
        self.sources = sources.sorted { ($0.name, $0.table ?? "") < ($1.name, $1.table ?? "") }
        var reasons: [String] = []
        if isShutDown { reasons.append("It was shut down.") }
        for source in self.sources {
            if source.isStuck { reasons.append("The polling thread of \(source.shownName) doesn't move.") }
            switch source.state {
            case .running, .idle, .stopped: break
            case .starting, .stalled, .failed: reasons.append("\(source.shownName) is \(source.state).")
            }
        }
        for pipeline in pipelines where pipeline.hasFailed {
            reasons.append("Pipeline \(pipeline.name) has failed\(pipeline.lastError.map { ": \($0)" } ?? ".")")
        }
        isLive = !self.sources.contains(where: \.isStuck)
        isReady = reasons.isEmpty
        self.reasons = reasons
    }
}

/// What a ``Laminar`` keeps beside its sources, and closes after them: a dashboard.
package protocol Companion: AnyObject, Sendable {
    /// Returns when nothing of it is left.
    func close() async
}

/// How one source is.
public struct SourceHealth: Sendable, Hashable {
    /// The connection's name, or the group's id for a source that was made in code: the label `source` of its metrics.
    public let name: String
    /// The table that is read, where it is one.
    public let table: String?
    /// What it subscribes to.
    public let subscription: String
    /// The consumer group; nil for one that reads without.
    public let group: String?
    /// Where it stands, with the reason.
    public let state: SourceState
    /// Since when.
    public let since: Timestamp
    /// When the last batch was handed on; nil before the first.
    public let lastBatchAt: Timestamp?
    /// When a member of it last polled; nil before the start.
    public let lastPollAt: Timestamp?
    /// Partitions that it reads, with how far behind their ends it is.
    public let partitions: [PartitionHealth]
    /// Records, bytes and bad records so far.
    public let counters: SourceCounters
    /// Bytes that wait between brokers and host.
    public let bufferedBytes: Int64
    /// Whether one of its polling threads has been silent for two minutes.
    public let isStuck: Bool

    /// How far it is behind all ends together; nil where none is known.
    public var lag: Int64? {
        let known = partitions.compactMap(\.lag)
        return known.isEmpty ? nil : known.reduce(0, &+)
    }

    var shownName: String { table.map { "Source \(name) (table \($0))" } ?? "Source \(name)" }
}

/// How one partition of a source is.
public struct PartitionHealth: Sendable, Hashable {
    /// Which one.
    public let id: TopicPartition
    /// Offsets between what was processed and the end, as librdkafka's statistics last told; nil where it isn't known yet.
    public let lag: Int64?
    /// The next offset after everything that was processed; nil before the first record.
    public let position: Int64?
}
