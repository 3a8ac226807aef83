/// A consumer group's partitions: who has them, how far the group has come, and how far it is behind.
package struct GroupReport: Sendable {
    /// A partition that somebody has or that the group has committed; a member without a partition; or a group with neither.
    package struct Line: Sendable, Hashable {
        package var member: ConsumerGroup.Member?
        package var partition: TopicPartition?
        package var committed: Int64?
        package var end: Int64?

        package var lag: Int64? { Lag.records(from: committed, to: end) }
    }

    package let group: ConsumerGroup
    /// By partition, then by member; at least one.
    package let lines: [Line]

    package init(
        _ group: ConsumerGroup, committed: [TopicPartition: CommittedOffset], ends: [TopicPartition: PartitionEnds]
    ) {
        self.group = group
        var lines: [Line] = []
        var assigned: Set<TopicPartition> = []
        for member in group.members ?? [] {
            for partition in member.partitions {
                assigned.insert(partition)
                lines.append(
                    Line(
                        member: member, partition: partition, committed: committed[partition]?.offset,
                        end: ends[partition]?.high))
            }
            if member.partitions.isEmpty { lines.append(Line(member: member)) }
        }
        for (partition, offset) in committed where !assigned.contains(partition) {
            lines.append(Line(partition: partition, committed: offset.offset, end: ends[partition]?.high))
        }
        if lines.isEmpty { lines.append(Line()) }
        self.lines = lines.sorted { left, right in
            switch (left.partition, right.partition) {
            case (let one?, let other?) where one != other: one < other
            case (nil, .some): false
            case (.some, nil): true
            default: (left.member?.id ?? "") < (right.member?.id ?? "")
            }
        }
    }

    /// Asks for all that the groups' reports need.
    ///
    /// - Returns: also what kept parts of it from being known, a sentence each.
    package static func reports(
        of groups: [ConsumerGroup], _ admin: KafkaAdmin
    ) async throws -> (reports: [GroupReport], problems: [String]) {
        var problems: [String] = []
        var committed: [String: [TopicPartition: CommittedOffset]] = [:]
        for (group, outcome) in try await admin.committedOffsets(of: groups.map(\.id)) {
            switch outcome {
            case .success(let offsets): committed[group] = offsets
            case .failure(let error): problems.append(error.message)
            }
        }
        var partitions: Set<TopicPartition> = []
        for group in groups {
            partitions.formUnion(committed[group.id, default: [:]].keys)
            for member in group.members ?? [] { partitions.formUnion(member.partitions) }
        }
        var ends: [TopicPartition: PartitionEnds] = [:]
        do { ends = try await admin.ends(of: partitions) } catch let error as KafkaError {
            problems.append(error.message)
        }
        return (
            groups.map { GroupReport($0, committed: committed[$0.id] ?? [:], ends: ends) }, problems.sorted()
        )
    }
}
