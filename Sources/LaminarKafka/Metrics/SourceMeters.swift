import LaminarCore
import LaminarFormats

/// What a source counts, looked up once: whoever counts touches an atomic number, or for a time a short lock.
struct SourceMeters: Sendable {
    let name: String
    let registry: MetricsRegistry
    let records: MetricCounter
    let bytes: MetricCounter
    let batches: MetricCounter
    let tombstones: MetricCounter
    let deadLetters: MetricCounter
    let commits: MetricCounter
    let failedCommits: MetricCounter
    let commitTime: MetricHistogram
    let decodeTime: MetricHistogram
    let processTime: MetricHistogram

    init(_ registry: MetricsRegistry, source name: String) {
        self.name = name
        self.registry = registry
        records = registry.counter(.sourceRecords, name)
        bytes = registry.counter(.sourceBytes, name)
        batches = registry.counter(.sourceBatches, name)
        tombstones = registry.counter(.sourceTombstones, name)
        deadLetters = registry.counter(.deadLetters, name)
        commits = registry.counter(.sourceCommits, name, "ok")
        failedCommits = registry.counter(.sourceCommits, name, "failed")
        commitTime = registry.histogram(.commitSeconds, name)
        decodeTime = registry.histogram(.decodeSeconds, name)
        processTime = registry.histogram(.processSeconds, name)
    }

    /// A record that can't be decoded.
    func note(_ reason: DecodeFailure.Code, _ outcome: RecordedError.Outcome) {
        registry.counter(.decodeErrors, name, reason.name, outcome.rawValue).add()
        if outcome == .deadLettered { deadLetters.add() }
    }

    func note(_ event: SourceEvent) {
        switch event {
        case .assigned: registry.counter(.sourceRebalances, name, "assigned").add()
        case .revoked: registry.counter(.sourceRebalances, name, "revoked").add()
        case .lost: registry.counter(.sourceRebalances, name, "lost").add()
        case .committed: commits.add()
        case .trouble(let error): registry.counter(.sourceTroubles, name, error.code.description).add()
        case .skipped, .deadLettered, .state: break
        }
    }

    /// A checkpoint that ended.
    func noteCheckpoint(since start: ContinuousClock.Instant, _ error: (any Error)?) {
        let result =
            switch error {
            case nil: "ok"
            case let error as CheckpointError where error.code == .fenced: "fenced"
            default: "failed"
            }
        registry.counter(.checkpoints, name, result).add()
        if error == nil { registry.histogram(.checkpointSeconds, name).record(since: start) }
    }
}
