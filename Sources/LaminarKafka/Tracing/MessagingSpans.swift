import LaminarCore

/// Spans of a source, by the names of OpenTelemetry.
///
/// - Note: Source: OpenTelemetry, "Semantic conventions for messaging spans" 1.30 and "… for Kafka".
struct MessagingSpans: Sendable {
    private let sink: any SpanSink
    private let group: String?

    /// As a span carries them; OpenTelemetry's own limit.
    private static let mostLinks = 128

    /// Nil where no spans are wanted.
    init?(_ options: SourceOptions) {
        guard let sink = options.observation.spans else { return nil }
        self.sink = sink
        group = options.extent == .group ? options.configuration.groupID : nil
    }

    /// A batch came to the host: from librdkafka's queue, decoded, into its hands.
    func received(_ batch: KafkaBatch<some Sendable>) {
        var description = description("poll", "receive", .client, batch)
        description.start = batch.messages.taken.nanosecondsSince1970
        sink.start(description).end(nil)
    }

    /// The host begins to work on a batch.
    func process(_ batch: KafkaBatch<some Sendable>) -> any OpenSpan {
        sink.start(description("process", "process", .consumer, batch))
    }

    /// A checkpoint of a batch begins.
    func checkpoint(_ batch: KafkaBatch<some Sendable>) -> any OpenSpan {
        var description = description("commit", "settle", .client, batch)
        description.parent = .current
        return sink.start(description)
    }

    /// Positions are on their way to the group.
    func commit(_ positions: some Collection<TopicPartition>) -> any OpenSpan {
        sink.start(Self.commit(positions, group: group, parent: .none))
    }

    static func commit(
        _ partitions: some Collection<TopicPartition>, group: String?, parent: SpanDescription.Parent
    ) -> SpanDescription {
        var description = SpanDescription.messaging("commit", "settle", .client, topics: partitions.map(\.topic))
        description.parent = parent
        if let group { description.attributes["messaging.consumer.group.name"] = .text(group) }
        return description
    }

    private func description(
        _ operation: String, _ type: String, _ kind: SpanDescription.Kind, _ batch: KafkaBatch<some Sendable>
    ) -> SpanDescription {
        let runs = batch.runs
        var description = SpanDescription.messaging(operation, type, kind, topics: runs.map(\.partition.topic))
        if let group { description.attributes["messaging.consumer.group.name"] = .text(group) }
        description.attributes["messaging.batch.message_count"] = .number(batch.recordCount)
        if let first = runs.first, runs.allSatisfy({ $0.partition == first.partition }) {
            description.attributes["messaging.destination.partition.id"] = .text(String(first.partition.partition))
            if batch.recordCount == 1 {
                description.attributes["messaging.kafka.offset"] = .number(Int(first.offsets.lowerBound))
            }
        }
        description.links = batch.messages.traceContexts(upTo: Self.mostLinks)
        // One record's trace goes on; several have no common one.
        description.parent = .none
        if batch.recordCount == 1, let only = description.links.first { description.parent = .remote(only) }
        return description
    }
}

extension SpanDescription {
    /// A span of an operation on topics; its name holds the topic where there is one only.
    static func messaging(
        _ operation: String, _ type: String, _ kind: Kind, topics: some Collection<String>
    ) -> SpanDescription {
        var attributes: [String: SpanValue] = [
            "messaging.system": "kafka",
            "messaging.operation.name": .text(operation),
            "messaging.operation.type": .text(type),
        ]
        var name = operation
        if let topic = topics.first, topics.allSatisfy({ $0 == topic }) {
            name += " " + topic
            attributes["messaging.destination.name"] = .text(topic)
        }
        return SpanDescription(name, kind, attributes: attributes)
    }
}

/// A commit on its way to the group: how long it takes, and its span.
struct CommitMark {
    private let start = ContinuousClock.now
    private let meters: SourceMeters?
    private let span: (any OpenSpan)?

    init(_ plan: MemberPlan, _ positions: [TopicPartition: Int64]) {
        meters = plan.meters
        span = plan.spans?.commit(positions.keys)
    }

    /// It was answered.
    func end(_ error: KafkaError?) {
        if error == nil { meters?.commitTime.record(since: start) } else { meters?.failedCommits.add() }
        span?.end(error)
    }
}
