import LaminarCore
import LaminarFormats
import LaminarKafka

/// What the page shows at one moment, as it goes over the wire. Times are milliseconds since 1970.
struct Status: Encodable, Sendable {
    struct Source: Encodable, Sendable {
        let key: String
        let name: String
        let table: String?
        let subscription: String
        let group: String?
        let state: String
        let reason: String?
        let since: Int64
        let lastBatchAt: Int64?
        let partitions: Int
        let worst: [Partition]
        let lag: Int64?
        let records: Int
        let bytes: Int
        let tombstones: Int
        let badRecords: Int
        let buffered: Int64
        var recordRate = 0.0
        var byteRate = 0.0
    }
    struct Partition: Encodable, Sendable {
        let id: String
        let lag: Int64?
        let position: Int64?
    }
    struct Sink: Encodable, Sendable {
        let topic: String
        let records: Double
        let bytes: Double
        let failures: Double
        let waiting: Double
        var recordRate = 0.0
    }
    struct Pipeline: Encodable, Sendable {
        let name: String
        let state: String
        let rowsIn: Int
        let rowsOut: Int
        let lag: Int64?
        let groups: Int?
        let lastCheckpointAt: Int64?
        let lastError: String?
    }
    struct Happening: Encodable, Sendable {
        let time: Int64
        let source: String
        let kind: String
        let partitions: String
        let count: Int
    }
    struct Problem: Encodable, Sendable {
        let time: Int64
        let source: String
        let outcome: String
        let reason: String
        let place: String?
        let message: String
    }

    let title: String
    let version: String
    let time: Int64
    let startedAt: Int64
    let isLive: Bool
    let isReady: Bool
    let reasons: [String]
    var sources: [Source]
    var sinks: [Sink]
    let pipelines: [Pipeline]
    let happenings: [Happening]
    let problems: [Problem]
}

extension Status {
    /// Longest lists on the page.
    private static let mostSources = 200
    private static let mostPartitions = 32
    private static let mostRows = 50
    private static let longestText = 400

    init(_ content: (any DashboardContent)?, title: String, startedAt: Int64, time: Int64) {
        let health = content?.health
        self.title = title
        version = Laminar.version
        self.time = time
        self.startedAt = startedAt
        isLive = health?.isLive ?? false
        isReady = health?.isReady ?? false
        reasons = (health?.reasons ?? ["It is gone."]).prefix(Self.mostRows).map(Self.cut)
        sources = (health?.sources ?? []).prefix(Self.mostSources).map(Source.init)
        sinks = content.map(Sink.all) ?? []
        pipelines = (content?.pipelineStatuses ?? []).prefix(Self.mostSources).map(Pipeline.init)
        happenings = (content?.happenings ?? []).suffix(Self.mostRows).reversed().map(Happening.init)
        problems = (content?.errors ?? []).suffix(Self.mostRows).reversed().map(Problem.init)
    }

    static func cut(_ text: String) -> String {
        text.count <= longestText ? text : text.prefix(longestText) + "…"
    }
}

extension Status.Source {
    fileprivate init(_ source: SourceHealth) {
        key = source.name + (source.table.map { " › \($0)" } ?? "")
        name = source.name
        table = source.table
        subscription = Status.cut(source.subscription)
        group = source.group
        switch source.state {
        case .stalled(let why): (state, reason) = ("stalled", Status.cut(why))
        case .failed(let why): (state, reason) = ("failed", Status.cut(why))
        case .starting, .running, .idle, .stopped: (state, reason) = (source.state.description, nil)
        }
        since = source.since.milliseconds
        lastBatchAt = source.lastBatchAt?.milliseconds
        partitions = source.partitions.count
        worst = source.partitions.sorted { ($0.lag ?? -1, $1.id) > ($1.lag ?? -1, $0.id) }
            .prefix(Status.mostPartitions).map {
                Status.Partition(id: $0.id.description, lag: $0.lag, position: $0.position)
            }
        lag = source.lag
        records = source.counters.records
        bytes = source.counters.bytes
        tombstones = source.counters.tombstones
        badRecords = source.counters.badRecords
        buffered = source.bufferedBytes
    }
}

extension Status.Sink {
    fileprivate static func all(_ content: any DashboardContent) -> [Status.Sink] {
        // Everything is read once: a value asked for by itself asks every source and sink again.
        let families = content.metrics.read()
        func numbers(_ definition: MetricDefinition) -> [String: Double] {
            let samples = families.first { $0.definition == definition }?.samples ?? []
            return Dictionary(samples.map { ($0.labels[0], $0.value.number) }) { $1 }
        }
        let records = numbers(.sinkRecords)
        let (bytes, failures) = (numbers(.sinkBytes), numbers(.sinkFailures))
        let waiting = numbers(.sinkInFlightRecords)
        return records.keys.sorted().prefix(Status.mostSources).map { topic in
            Status.Sink(
                topic: topic, records: records[topic] ?? 0, bytes: bytes[topic] ?? 0, failures: failures[topic] ?? 0,
                waiting: waiting[topic] ?? 0)
        }
    }
}

extension Status.Pipeline {
    fileprivate init(_ pipeline: PipelineStatus) {
        name = pipeline.name
        state = Status.cut(pipeline.state)
        rowsIn = pipeline.rowsIn
        rowsOut = pipeline.rowsOut
        lag = pipeline.lag
        groups = pipeline.groups
        lastCheckpointAt = pipeline.lastCheckpointAt?.milliseconds
        lastError = pipeline.lastError.map(Status.cut)
    }
}

extension Status.Happening {
    fileprivate init(_ happening: SourceHappening) {
        time = happening.time.milliseconds
        source = happening.source
        kind = happening.kind.rawValue
        count = happening.partitions.count
        let shown = happening.partitions.prefix(8).map(\.description).joined(separator: ", ")
        partitions = shown + (happening.partitions.count > 8 ? ", …" : "")
    }
}

extension Status.Problem {
    fileprivate init(_ error: RecordedError) {
        time = error.time.milliseconds
        source = error.source
        outcome = error.outcome.rawValue
        reason = error.reason
        place = error.topic.map { topic in
            "\(topic)[\(error.partition ?? -1)]@\(error.offset ?? -1)"
        }
        message = Status.cut(error.message)
    }
}
