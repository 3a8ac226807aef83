import LaminarCore

/// Who says that a record is processed.
public enum Acknowledgement: Sendable, Hashable {
    /// Taking the next value or batch means that the one before is processed. The default.
    case automatic
    /// Only ``KafkaSource/acknowledge(_:)-(KafkaRecord<Value>)``, in any order and from any task.
    case explicit
}

/// Whether a source reads on or stops at the end.
public enum SourceExtent: Sendable, Hashable {
    /// As a member of its consumer group, committing what was processed, until it is closed. The default.
    case group
    /// Every partition, without a group and without a commit, until it is closed.
    case everything
    /// Every partition up to the end offsets at the start, without a group and without a commit.
    case snapshot
}

/// What a source was made with.
struct SourceOptions: Sendable {
    var configuration: KafkaSourceConfiguration
    var acknowledgement: Acknowledgement
    var extent: SourceExtent
    /// How long a rebalance or a close waits for the host to finish what it has.
    var drainTimeout: Duration
    var excludedTopics: [String] = []
    /// The connection's name; nil for a source that was made in code.
    var name: String?
    /// Where the errors of several sources come together.
    var errorLog: ErrorLog?
    /// Where it tells what it does.
    var observation = Observation()
    /// Where positions are kept besides the group; then only a checkpoint marks what is processed.
    var checkpoint: CheckpointStart?
    var secrets: any SecretProvider
    var log: any LogSink

    /// The source's name, as errors and dead letters show it.
    var shownName: String { name ?? checkpoint?.source ?? configuration.groupID }

    /// - Throws: ``ConfigurationError`` for a value out of range or two that contradict each other.
    func validate() throws { try configuration.validate() }

    /// Resolves secrets and builds what the members need.
    func makePlan(_ lanes: MemberPlan.Lanes) async throws -> MemberPlan {
        var properties = try await configuration.clientProperties(
            secrets: secrets,
            // A pattern that matched the own dead letters would bring them back for ever.
            excludedTopics: excludedTopics + (configuration.badData.deadLetterTopic.map { [$0] } ?? []))
        if configuration.offsetOutOfRange != .fail {
            properties.set("auto.offset.reset", configuration.offsetOutOfRange.rawValue)
        }
        let membership: MemberPlan.Membership
        switch extent {
        case .group:
            // Beside a checkpoint store the group's offsets are information, and follow.
            let follows = configuration.commits.isAutomatic || checkpoint != nil
            membership = .group(commitEvery: follows ? configuration.commits.interval : nil)
        case .everything: membership = .alone
        case .snapshot:
            membership = .snapshot
            properties.set("enable.partition.eof", "true")
        }
        let longestPoll = properties["max.poll.interval.ms"].flatMap { Int($0) } ?? 300_000
        return MemberPlan(
            properties: properties, name: shownName, group: configuration.groupID,
            subscription: configuration.subscription, start: configuration.start,
            offsetOutOfRange: configuration.offsetOutOfRange, batch: configuration.batch, membership: membership,
            lanes: lanes,
            // A revoke may take no longer than the group waits for this member.
            drainBound: min(drainTimeout, .milliseconds(longestPoll / 2)),
            longestPoll: .milliseconds(longestPoll),
            wakesFetcher: properties["fetch.queue.backoff.ms"] == nil,
            checkpoint: checkpoint,
            queueBytes: (properties["queued.max.messages.kbytes"].flatMap { Int($0) } ?? 65536) * 1024,
            metrics: observation.metrics, log: log)
    }
}
