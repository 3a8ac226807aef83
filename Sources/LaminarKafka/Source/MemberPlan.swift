internal import CRdKafka
import LaminarCore

/// What one member of a source needs to know; made once from the public configuration.
struct MemberPlan: Sendable {
    /// Whether the member joins a group or reads all partitions by itself.
    enum Membership: Sendable, Equatable {
        /// Subscribes; the group hands out partitions.
        case group(commitEvery: Duration?)
        /// Reads every partition, joins nothing, commits nothing.
        case alone
        /// The same up to the end offsets that were found at the start.
        case snapshot
    }

    /// Which lanes a member opens.
    enum Lanes: Sendable, Equatable {
        case merged
        case perPartition
    }

    var properties: ClientProperties
    /// The source's name, as errors and dead letters show it.
    var name: String
    var group: String
    var subscription: KafkaSourceConfiguration.Subscription
    var start: KafkaSourceConfiguration.StartPosition
    var offsetOutOfRange = KafkaSourceConfiguration.OffsetOutOfRange.fail
    var batch: KafkaSourceConfiguration.BatchLimits
    var membership: Membership
    var lanes: Lanes = .merged
    /// How long a revoked partition waits for the host to finish.
    var drainBound: Duration
    /// How long the member may be silent before the group takes its partitions away, `max.poll.interval.ms`.
    var longestPoll = Duration.seconds(300)
    /// Whether librdkafka's fetcher sleeps for a second when its queue was full.
    var wakesFetcher: Bool
    /// Where positions are kept besides the group; nil where the group alone has them.
    var checkpoint: CheckpointStart?
    /// The queue's bound, `queued.max.messages.kbytes`.
    var queueBytes: Int
    /// Members of this source, each with a client of its own.
    var members = 1
    /// The members' own clients, and the producers of a transform.
    var clients: Int { members * (1 + (releases?.producersPerMember ?? 0)) }
    /// Batches and bytes that may be between librdkafka and the host.
    var batchesInFlight = 4
    var bytesInFlight: Int { max(1, batch.bytes) * 2 }
    var metrics = MetricsRegistry.shared
    /// What a query's scan reads of a snapshot; nil for all of it.
    var range: SnapshotRange?
    /// Who hears of requests and responses besides the member itself.
    var observers: [any RequestObserver] = []
    var log: any LogSink
    /// Who has to finish something before partitions are given back.
    var releases: (any ReleaseGuard)?
    /// What the source counts.
    var meters: SourceMeters?
    /// Where spans go; nil where none are wanted.
    var spans: MessagingSpans?
}
