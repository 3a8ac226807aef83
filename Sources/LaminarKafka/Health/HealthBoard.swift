public import LaminarFormats
internal import Synchronization

/// Something that happened to a source, for a status page: assignments, mostly.
public struct SourceHappening: Sendable, Hashable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable {
        /// Partitions came.
        case assigned
        /// Partitions were given back.
        case revoked
        /// Partitions were taken away.
        case lost
    }

    /// When.
    public let time: Timestamp
    /// The source's name, as its metrics have it.
    public let source: String
    /// What.
    public let kind: Kind
    /// Which partitions, sorted.
    public let partitions: [TopicPartition]
}

extension SourceHappening {
    /// Nil for what isn't about partitions.
    init?(_ event: SourceEvent, source: String) {
        let (kind, partitions): (Kind, Set<TopicPartition>)
        switch event {
        case .assigned(let assigned): (kind, partitions) = (.assigned, assigned)
        case .revoked(let revoked): (kind, partitions) = (.revoked, revoked)
        case .lost(let lost): (kind, partitions) = (.lost, lost)
        case .committed, .skipped, .deadLettered, .trouble, .state: return nil
        }
        self.init(time: .now, source: source, kind: kind, partitions: partitions.sorted())
    }
}

/// Whatever can tell how it is.
protocol HealthReporter: AnyObject, Sendable {
    var health: SourceHealth { get }
}

/// The sources of one ``Laminar`` as probes see them: those that are open, held weakly, and how those ended that failed.
final class HealthBoard: Sendable {
    private struct Entry: Sendable {
        weak let reporter: (any HealthReporter)?
    }
    private struct Place: Hashable {
        let name: String
        let table: String?
    }
    private struct State {
        var open: [ObjectIdentifier: Entry] = [:]
        var failed: [Place: SourceHealth] = [:]
        var happenings: [SourceHappening] = []
        weak var pipelines: (any PipelineStatusProvider)?
    }

    static let mostFailed = 100
    static let mostHappenings = 50

    private let state = Mutex(State())

    /// A source was made; a failure of one in the same place is forgotten with it.
    func add(_ reporter: some HealthReporter, name: String, table: String?) {
        state.withLock { state in
            state.open = state.open.filter { $0.value.reporter != nil }
            state.open[ObjectIdentifier(reporter)] = Entry(reporter: reporter)
            state.failed[Place(name: name, table: table)] = nil
        }
    }

    /// A source has ended as it should.
    func stopped(_ reporter: some HealthReporter) {
        state.withLock { state in _ = state.open.removeValue(forKey: ObjectIdentifier(reporter)) }
    }

    /// A source has failed: that is shown when it is gone, too.
    func failed(_ reporter: some HealthReporter, _ health: SourceHealth) {
        state.withLock { state in
            state.open[ObjectIdentifier(reporter)] = nil
            if state.failed.count >= Self.mostFailed,
                let oldest = state.failed.min(by: { $0.value.since < $1.value.since })
            {
                state.failed[oldest.key] = nil
            }
            state.failed[Place(name: health.name, table: health.table)] = health
        }
    }

    func note(_ happening: SourceHappening) {
        state.withLock { state in
            if state.happenings.count >= Self.mostHappenings { state.happenings.removeFirst() }
            state.happenings.append(happening)
        }
    }

    func setPipelines(_ provider: any PipelineStatusProvider) { state.withLock { $0.pipelines = provider } }

    var sources: [SourceHealth] {
        let (open, failed) = state.withLock { ($0.open.values.compactMap(\.reporter), Array($0.failed.values)) }
        // Asked outside of the lock: a source has locks of its own.
        return open.map(\.health) + failed
    }

    /// The last ones, oldest first.
    var happenings: [SourceHappening] { state.withLock { $0.happenings } }

    var pipelines: [PipelineStatus] { state.withLock { $0.pipelines }?.pipelineStatuses ?? [] }
}
