internal import LaminarStore

extension Laminar {
    /// Moves the offsets of a group that nobody is in, and with them Laminar's own checkpoints of that connection and group
    /// in this database.
    ///
    ///     let reset = try await laminar.resetOffsets(of: "billing", on: "shop", to: .timestamp(monday))
    ///
    /// A new position before a partition's beginning or past its end becomes that; the line says so. Checkpoints that a host
    /// keeps in a database of its own are out of reach: they count for more than the group's offsets.
    ///
    /// - Parameters:
    ///   - group: the connection's own, or any other.
    ///   - connection: leads to the cluster.
    ///   - topics: nil for those that the connection reads or writes.
    ///   - target: where to.
    ///   - resettingState: throws away the groups of GROUP BY pipelines over the connection, which such a move makes wrong.
    ///   - dryRun: changes nothing and tells what it would do.
    /// - Throws: ``KafkaError`` with code `activeGroup` that says who is in the group, `unknownTopic`, `authorization`, or
    ///   `misuse` where pipelines' state would have to be thrown away and wasn't asked to be; ``LaminarError`` with code
    ///   `unknownName` or `wrongKind`.
    public func resetOffsets(
        of group: String, on connection: String, topics: [String]? = nil, to target: OffsetTarget,
        resettingState: Bool = false, dryRun: Bool = false
    ) async throws -> OffsetReset {
        let admin = try admin(connection)
        guard let overview = try connectionOverviews().first(where: { $0.name == connection }) else {
            throw LaminarError.unknown("connection", connection, among: [], at: nil)
        }
        var reset = OffsetReset(lines: [], pipelines: [], notices: [], isDone: false)
        try await checkNobodyReads(group, admin, dryRun, &reset)
        let partitions = try await partitions(of: overview, group, topics, target, admin)
        let old = try await admin.committedOffsets(of: group)
        let stores = try await storedPositions(of: group, overview)
        var plan = ResetPlan(target: target, ends: try await admin.ends(of: partitions))
        if case .timestamp(let time) = target {
            plan.times = try await admin.offsets(of: Set(plan.ends.keys), since: time)
        }
        if old.isEmpty { reset.notices.append("Group \(group) had no offsets so far.") }
        reset.add(plan, partitions, .group, old.mapValues(\.offset))
        for store in stores {
            let positions = try database.use { try store.read($0) }
            reset.add(plan, partitions.intersection(positions.keys), .checkpoint(source: store.source), positions)
        }
        try await checkPipelines(over: overview, group, resettingState, dryRun, &reset)
        guard !dryRun else { return reset }
        try await apply(&reset, group, old, admin)
        return reset
    }

    private func checkNobodyReads(
        _ id: String, _ admin: KafkaAdmin, _ dryRun: Bool, _ reset: inout OffsetReset
    ) async throws {
        let group = try await admin.describeGroup(id)
        guard group.isActive else { return }
        guard dryRun else { throw KafkaError.active(group) }
        reset.notices.append(KafkaError.active(group).message)
    }

    private func partitions(
        of connection: ConnectionOverview, _ group: String, _ asked: [String]?, _ target: OffsetTarget,
        _ admin: KafkaAdmin
    ) async throws -> Set<TopicPartition> {
        let known = try await admin.topics()
        let topics = asked ?? connection.topics(of: group, among: known.map(\.name))
        if case .offsets = target, topics.count > 1 {
            throw KafkaError(
                code: .misuse,
                message: "Offsets by partition are for one topic, and there are \(topics.count) "
                    + "(\(topics.prefix(5).joined(separator: ", "))): name the topic.")
        }
        var partitions: Set<TopicPartition> = []
        for topic in topics {
            guard let found = known.first(where: { $0.name == topic }) else {
                throw KafkaError(
                    code: .unknownTopic,
                    message: "Topic \(topic) doesn't exist, or this user may not see it: correct the name, or allow "
                        + "Describe on it.")
            }
            partitions.formUnion(found.partitions.map { TopicPartition(topic, $0.number) })
        }
        if case .offsets(let offsets) = target, let topic = topics.first {
            let missing = offsets.keys.filter { !partitions.contains(TopicPartition(topic, $0)) }.sorted()
            guard missing.isEmpty else {
                let list = missing.map(String.init).joined(separator: ", ")
                throw KafkaError(
                    code: .unknownTopic,
                    message: "Topic \(topic) has \(partitions.count) partitions, from 0 on, and no partition \(list).")
            }
        }
        guard !partitions.isEmpty else {
            throw KafkaError(
                code: .unknownTopic,
                message: "Connection \(connection.name) reads no topic that is there: name a topic.")
        }
        return partitions
    }

    /// Where checkpoints of a group stand in this database; none for a group that isn't the connection's or a table's of it.
    private func storedPositions(
        of group: String, _ connection: ConnectionOverview
    ) async throws -> [StoredPositions] {
        guard connection.groups.contains(group) else { return [] }
        var sources = [group]
        if case .kafkaSource(let source) = connection.configuration, source.groupID == group {
            sources = [connection.name]
        }
        sources += try await pipelineRoster?.checkpointSources(over: connection.name) ?? []
        return sources.map { StoredPositions(source: $0) }
    }

    private func checkPipelines(
        over connection: ConnectionOverview, _ group: String, _ resettingState: Bool, _ dryRun: Bool,
        _ reset: inout OffsetReset
    ) async throws {
        guard let roster = pipelineRoster, connection.groups.contains(group) else { return }
        reset.pipelines = try await roster.statefulPipelines(over: connection.name)
        guard !reset.pipelines.isEmpty, !resettingState else { return }
        let names = reset.pipelines.joined(separator: ", ")
        let message =
            "The groups of GROUP BY that pipeline \(names) has gathered would be wrong after it: they must be thrown away "
            + "along with it (--reset-state)."
        guard dryRun else { throw KafkaError(code: .misuse, message: message) }
        reset.notices.append(message)
    }

    /// The group first: where its coordinator refuses, nothing is changed.
    private func apply(
        _ reset: inout OffsetReset, _ group: String, _ old: [TopicPartition: CommittedOffset], _ admin: KafkaAdmin
    ) async throws {
        var commits: [TopicPartition: CommittedOffset] = [:]
        var positions: [String: [TopicPartition: Int64]] = [:]
        for line in reset.lines {
            guard let new = line.new else { continue }
            switch line.place {
            case .checkpoint(let source): positions[source, default: [:]][line.partition] = new
            case .group:
                // How many partitions there were at the group's first start is written beside its offsets.
                let beside = old[line.partition] ?? old.first { $0.key.topic == line.partition.topic }?.value
                commits[line.partition] = CommittedOffset(new, metadata: beside?.metadata)
            }
        }
        try await admin.alterOffsets(of: group, to: commits)
        do { try write(positions) } catch {
            throw KafkaError(
                code: .misuse,
                message: "The offsets of group \(group) are moved, and the checkpoints in Laminar's database aren't "
                    + "(\(error)): do it again, since the checkpoints count for more.", underlying: error)
        }
        if let roster = pipelineRoster, !reset.pipelines.isEmpty { try await roster.resetState(of: reset.pipelines) }
        reset.isDone = true
    }

    private func write(_ positions: [String: [TopicPartition: Int64]]) throws {
        guard !positions.isEmpty else { return }
        try database.transaction(.immediate) { connection in
            for (source, offsets) in positions { try StoredPositions(source: source).write(offsets, connection) }
        }
    }
}

extension OffsetReset {
    fileprivate mutating func add(
        _ plan: ResetPlan, _ partitions: Set<TopicPartition>, _ place: Place, _ old: [TopicPartition: Int64]
    ) {
        lines += partitions.sorted().map { partition in
            let outcome = plan.outcome(of: partition, from: old[partition])
            return Line(
                place: place, partition: partition, old: old[partition], new: outcome.offset, note: outcome.note)
        }
    }
}

extension ConnectionOverview {
    /// What a group of this connection's, or another one, would read by it.
    func topics(of group: String, among names: [String]) -> [String] {
        if case .kafkaSink(let sink) = configuration { return [sink.topic] }
        let own = readings.filter { $0.groupID == group }
        let readings = own.isEmpty ? Array(readings.prefix(1)) : own
        return Set(readings.flatMap { $0.topics(among: names) }).sorted()
    }
}

extension KafkaError {
    /// A group whose offsets can't be moved, with who is in it.
    static func active(_ group: ConsumerGroup) -> KafkaError {
        let members = group.members ?? []
        let list = members.prefix(5).map { member in
            let count = member.partitions.count == 1 ? "1 partition" : "\(member.partitions.count) partitions"
            return "\(member.clientID) at \(member.host) with \(count)"
        }
        let more = members.count > list.count ? [" and \(members.count - list.count) more"] : []
        let who = list.isEmpty ? "its members aren't told" : list.joined(separator: ", ") + more.joined()
        return KafkaError(
            code: .activeGroup,
            message: "Group \(group.id) is active (\(group.state)): \(who). Stop them first: they would overwrite the "
                + "offsets.")
    }
}
