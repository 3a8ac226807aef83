/// Where a source starts, in Flink's words.
enum FlinkStart {
    /// Positions of a checkpoint: the offset of the next record, by topic and partition.
    typealias Positions = [TopicPartition: Int64]

    /// What decides where a table begins.
    enum Begin: Equatable {
        /// Its connection.
        case configured
        /// A checkpoint.
        case positions(Positions)
        /// The committed offsets of another group: what a pipeline with transactions keeps its positions in.
        case group(String)
        /// Pipelines that stand at different places.
        case contradiction(String)
    }

    /// Sets group and start.
    static func write(
        _ source: KafkaSourceConfiguration, _ begin: Begin, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) {
        options.property("group.id", source.groupID)
        switch begin {
        case .configured: break
        case .positions(let positions): return checkpoint(source, positions, &options, &findings)
        case .group(let name):
            options.property("group.id", name)
            return group("earliest", source, &options, &findings)
        case .contradiction(let reason): return findings.refuse(reason)
        }
        switch source.start {
        case .earliest: group("earliest", source, &options, &findings)
        case .latest: group("latest", source, &options, &findings)
        case .timestamp(let milliseconds):
            options.set("scan.startup.mode", "timestamp")
            options.set("scan.startup.timestamp-millis", String(milliseconds))
            findings.note(
                "Flink starts at the timestamp at each start without a savepoint, whatever the group committed")
        case .offsets(let offsets):
            options.set("scan.startup.mode", "specific-offsets")
            options.set("scan.startup.specific-offsets", specific(offsets.map { (Int32($0.key), $0.value) }))
            findings.note(
                "Flink starts at these offsets at each start without a savepoint, whatever the group committed")
        }
    }

    /// The group's committed offsets count, then `offset`: what Laminar does too.
    private static func group(
        _ reset: String, _ source: KafkaSourceConfiguration, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) {
        options.set("scan.startup.mode", "group-offsets")
        options.property("auto.offset.reset", reset)
        if source.offsetOutOfRange.rawValue != reset {
            findings.note(
                "where the group's offset is gone Flink goes on at the \(reset == "earliest" ? "first" : "last") record; "
                    + "Laminar \(source.offsetOutOfRange == .fail ? "fails" : "goes to the \(source.offsetOutOfRange.rawValue)")"
            )
        }
    }

    private static func checkpoint(
        _ source: KafkaSourceConfiguration, _ positions: Positions, _ options: inout FlinkOptions,
        _ findings: inout FlinkFindings
    ) {
        guard case .topics(let topics) = source.subscription, let topic = topics.first, topics.count == 1 else {
            return findings.refuse(
                "specific-offsets of Flink's kafka tables belong to a single topic: make a table for each topic, or start "
                    + "from the group's offsets (without --from-checkpoint)")
        }
        let own = positions.filter { $0.key.topic == topic }
        guard !own.isEmpty else {
            return findings.refuse("there is no checkpoint of topic \(topic): start without --from-checkpoint")
        }
        options.set("scan.startup.mode", "specific-offsets")
        options.set("scan.startup.specific-offsets", specific(own.map { ($0.key.partition, $0.value) }))
    }

    private static func specific(_ offsets: [(Int32, Int64)]) -> String {
        offsets.sorted { $0.0 < $1.0 }.map { "partition:\($0.0),offset:\($0.1)" }.joined(separator: ";")
    }
}
