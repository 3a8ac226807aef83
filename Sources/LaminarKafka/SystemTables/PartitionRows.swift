internal import LaminarFormats

/// `system.kafka_partitions`: the partitions behind each connection, how far its group has come, and how far this process.
struct PartitionRows: RowProvider {
    let laminar: Laminar

    var schema: RowSchema { SystemSchemas.partitions }

    private struct Seen: Sendable {
        var topics: [KafkaTopic]
        var committed: [String: [TopicPartition: CommittedOffset]] = [:]
        var ends: [TopicPartition: PartitionEnds] = [:]
        var problems: [String] = []
    }

    func rows() async throws -> ProvidedRows {
        let open = laminar.openStandings
        let (views, notices) = try await laminar.surveyClusters().ask { admin, connections in
            try await Self.look(admin, connections)
        }
        var rows: [(String, [[Value]])] = []
        var problems: [String] = []
        for view in views {
            problems += view.answer.problems
            for connection in view.connections {
                let readings = Self.readings(of: connection, among: view.answer.topics)
                problems += Self.missing(connection, view.answer.topics)
                let standings = open.filter { connection.tableNames.contains($0.table) }
                let lines = readings.sorted { $0.key < $1.key }.flatMap { topic, group in
                    Self.partitions(of: topic, view.answer.topics).map { partition in
                        Self.row(
                            connection.name, partition, view.answer.ends[partition],
                            committed: group.flatMap { view.answer.committed[$0]?[partition]?.offset },
                            standings.map(\.standing))
                    }
                }
                rows.append((connection.name, lines))
            }
        }
        return ProvidedRows(
            rows.sorted { $0.0 < $1.0 }.flatMap(\.1), notices: notices + problems)
    }

    private static func look(_ admin: KafkaAdmin, _ connections: [ConnectionOverview]) async throws -> Seen {
        var seen = Seen(topics: try await admin.topics())
        var wanted: Set<TopicPartition> = []
        var groups: Set<String> = []
        for connection in connections {
            for (topic, group) in readings(of: connection, among: seen.topics) {
                wanted.formUnion(partitions(of: topic, seen.topics))
                if let group { groups.insert(group) }
            }
        }
        for (group, outcome) in try await admin.committedOffsets(of: Array(groups)) {
            switch outcome {
            case .success(let offsets): seen.committed[group] = offsets
            case .failure(let error): seen.problems.append(error.message)
            }
        }
        do { seen.ends = try await admin.ends(of: wanted) } catch let error as KafkaError {
            seen.problems.append(error.message)
        }
        return seen
    }

    /// The topics that a connection reads or writes, of those that are there, each with the group that reads it.
    private static func readings(of connection: ConnectionOverview, among topics: [KafkaTopic]) -> [String: String?] {
        var readings: [String: String?] = [:]
        if case .kafkaSink(let sink) = connection.configuration { readings[sink.topic] = .some(nil) }
        for reading in connection.readings {
            for topic in reading.topics(among: topics.map(\.name)) where readings[topic] == nil {
                readings[topic] = .some(reading.groupID)
            }
        }
        let names = Set(topics.map(\.name))
        return readings.filter { names.contains($0.key) }
    }

    private static func missing(_ connection: ConnectionOverview, _ topics: [KafkaTopic]) -> [String] {
        let names = Set(topics.map(\.name))
        var wanted: Set<String> = []
        if case .kafkaSink(let sink) = connection.configuration { wanted.insert(sink.topic) }
        for reading in connection.readings {
            if case .topics(let topics) = reading.subscription { wanted.formUnion(topics) }
        }
        return wanted.subtracting(names).sorted().map {
            "Connection \(connection.name): topic \($0) doesn't exist, or this user may not see it."
        }
    }

    private static func partitions(of topic: String, _ topics: [KafkaTopic]) -> [TopicPartition] {
        topics.first { $0.name == topic }?.partitions.map { TopicPartition(topic, $0.number) } ?? []
    }

    private static func row(
        _ connection: String, _ partition: TopicPartition, _ ends: PartitionEnds?, committed: Int64?,
        _ standings: [SourceStanding]
    ) -> [Value] {
        let owners = standings.filter { $0.positions[partition] != nil }
        let position = owners.compactMap { $0.positions[partition] ?? nil }.min()
        return [
            .text(connection), .text(partition.topic), .int(partition.partition), .init(position), .init(committed),
            .init(ends?.low), .init(ends?.high), .init(Lag.records(from: position ?? committed, to: ends?.high)),
            .init(owners.isEmpty ? nil : owners.contains { $0.paused.contains(partition) }),
        ]
    }
}
