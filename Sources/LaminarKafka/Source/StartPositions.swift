internal import CRdKafka

/// Finds where each newly assigned partition begins; blocking, on the polling thread.
///
/// Order: the checkpoint, else the group's committed offset, else the configured start, whose resolved position is committed at once so that
/// it counts only at a group's first start. A partition that didn't exist at the first start begins at its beginning:
/// every commit carries, as metadata, how many partitions the topic had then.
struct StartPositions {
    let client: OpaquePointer
    let plan: MemberPlan

    /// Result: where to read from (librdkafka's logical offsets included), and what must be committed now.
    struct Resolution {
        var positions: [TopicPartition: Int64] = [:]
        /// The stored leader epochs of those positions, so that the broker can tell a log that lost its end.
        var leaderEpochs: [TopicPartition: Int32] = [:]
        var toCommit: [TopicPartition: Int64] = [:]
        /// Partitions a topic had at the group's first start.
        var firstCounts: [String: Int] = [:]
        /// What the first checkpoint of each must name; empty without a checkpoint store.
        var fences: [TopicPartition: Fence] = [:]
        /// The record that each must begin with, where it is known.
        var resuming: [TopicPartition: ResumePoint] = [:]
    }

    static let timeout: Int32 = 10_000
    /// Partitions in one request. librdkafka looks each answer up in the list of what was asked, so that a list's time is the
    /// square of its length: committed offsets of 10,000 at once take 2 s, in tenths 0.3 s.
    private static let mostAtOnce = 500
    static let beginning = Int64(RD_KAFKA_OFFSET_BEGINNING)
    private static let mark = "laminar:first="

    /// The metadata of a commit for a topic that had `count` partitions at the group's first start.
    static func metadata(_ count: Int?) -> String? { count.map { "\(mark)\($0)" } }

    private static func count(in metadata: String?) -> Int? {
        guard let metadata, metadata.hasPrefix(mark) else { return nil }
        return Int(metadata.dropFirst(mark.count))
    }

    /// - Throws: ``KafkaError`` when the brokers don't answer in time or refuse.
    func resolve(_ assigned: Set<TopicPartition>) throws(KafkaError) -> Resolution {
        var resolution = Resolution()
        guard !assigned.isEmpty else { return resolution }
        guard case .group = plan.membership else {
            resolution.positions = try configured(assigned)
            return resolution
        }
        try claim(assigned, &resolution)
        var fresh: Set<TopicPartition> = []
        for entry in try committed(assigned) {
            if entry.offset >= 0, let count = Self.count(in: entry.metadata) {
                resolution.firstCounts[entry.partition.topic] = count
            }
            guard resolution.positions[entry.partition] == nil else { continue }
            if entry.offset >= 0 {
                resolution.positions[entry.partition] = entry.offset
            } else {
                fresh.insert(entry.partition)
            }
        }
        guard !fresh.isEmpty else { return resolution }
        if case .earliest = plan.start {
            for partition in fresh { resolution.positions[partition] = Self.beginning }
            return resolution
        }
        var first: Set<TopicPartition> = []
        for (topic, partitions) in Dictionary(grouping: fresh, by: \.topic) {
            let known = try firstCount(topic, &resolution)
            for partition in partitions {
                if Int(partition.partition) < known {
                    first.insert(partition)
                } else {
                    resolution.positions[partition] = Self.beginning
                }
            }
        }
        guard !first.isEmpty else { return resolution }
        let resolved = try configured(first)
        resolution.positions.merge(resolved) { $1 }
        resolution.toCommit = resolved.filter { $0.value >= 0 }
        return resolution
    }

    /// What the checkpoint store has of these partitions, compared with what the broker has.
    private func claim(_ partitions: Set<TopicPartition>, _ resolution: inout Resolution) throws(KafkaError) {
        guard let checkpoint = plan.checkpoint else { return }
        let claims: [TopicPartition: CheckpointClaim]
        do throws(CheckpointError) { claims = try checkpoint.claim(partitions) } catch { throw KafkaError(error) }
        let topics = Set(partitions.map(\.topic))
        let ids = TopicIdentity.ids(of: topics, client: client, timeout: Self.timeout)
        let ends = try ends(of: claims)
        for (partition, claim) in claims {
            resolution.fences[partition] = Fence(epoch: claim.epoch, topicID: ids[partition.topic])
            guard let stored = claim.stored, let ends = ends[partition] else { continue }
            let start = StoredStart(
                stored: stored, low: ends.low, high: ends.high, topicID: ids[partition.topic],
                policy: plan.offsetOutOfRange)
            switch start.verdict {
            case .resume(let offset, let point):
                resolution.positions[partition] = offset
                resolution.resuming[partition] = point
                resolution.leaderEpochs[partition] = stored.leaderEpoch
            case .jump(let offset):
                resolution.positions[partition] = offset
            case .fail(let reason):
                throw KafkaError(.gone(reason, partition, start))
            }
        }
    }

    /// The ends of what has a stored position. A new leader may not know the end yet, so those that lie before the position
    /// are looked at again, all together, for 2 s.
    private func ends(
        of claims: [TopicPartition: CheckpointClaim]
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] {
        let stored = claims.compactMapValues { $0.stored?.nextOffset }
        var ends = try watermarks(of: Array(stored.keys))
        let deadline = ContinuousClock.now + .seconds(2)
        while true {
            let late = stored.filter { partition, next in ends[partition].map { next > $0.high } ?? false }.map(\.key)
            guard !late.isEmpty, ContinuousClock.now < deadline else { return ends }
            WakeSignal().wait(.milliseconds(100))
            ends.merge(try watermarks(of: late)) { $1 }
        }
    }

    /// How many partitions the topic had when the group first started: from any commit of the group, else as many as now.
    private func firstCount(_ topic: String, _ resolution: inout Resolution) throws(KafkaError) -> Int {
        if let known = resolution.firstCounts[topic] { return known }
        let now = try partitionCount(topic)
        let all = (0..<now).map { TopicPartition(topic, Int32($0)) }
        let commits = try committed(Set(all)).filter { $0.offset >= 0 }
        let known = commits.compactMap { Self.count(in: $0.metadata) }.first ?? (commits.isEmpty ? now : 0)
        resolution.firstCounts[topic] = known
        return known
    }

    private func committed(_ partitions: Set<TopicPartition>) throws(KafkaError) -> [PartitionList.Entry] {
        var found: [PartitionList.Entry] = []
        for asked in Self.parts(of: Array(partitions)) {
            let list = PartitionList(asked)
            let response = rd_kafka_committed(client, list.list, Self.timeout)
            guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(response, "Reading the committed offsets of group \(plan.group)")
            }
            let entries = list.entries
            for entry in entries where entry.error != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(
                    entry.error, "Reading the committed offset of group \(plan.group) for \(entry.partition)")
            }
            found += entries
        }
        return found
    }

    /// Where the configured start is in these partitions; the beginning is librdkafka's logical offset.
    func configured(_ partitions: Set<TopicPartition>) throws(KafkaError) -> [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        switch plan.start {
        case .earliest:
            for partition in partitions { positions[partition] = Self.beginning }
        case .latest:
            positions = try watermarks(of: Array(partitions)).mapValues(\.high)
        case .offsets(let offsets):
            for partition in partitions {
                positions[partition] = offsets[partition.partition] ?? Self.beginning
            }
        case .timestamp(let milliseconds):
            positions = try offsets(notBefore: milliseconds, partitions)
            let older = partitions.filter { positions[$0] == nil }
            positions.merge(try watermarks(of: Array(older)).mapValues(\.high)) { known, _ in known }
        }
        return positions
    }

    /// What can be asked for at once.
    static func parts(of partitions: [TopicPartition]) -> [ArraySlice<TopicPartition>] {
        stride(from: 0, to: partitions.count, by: mostAtOnce).map {
            partitions[$0..<min($0 + mostAtOnce, partitions.count)]
        }
    }

    /// What the leaders say to a time in milliseconds, or to one of the numbers that stand for an end.
    func answers(
        to time: Int64, _ asked: ArraySlice<TopicPartition>
    ) throws(KafkaError) -> [PartitionList.Entry] {
        let list = PartitionList(capacity: asked.count)
        for partition in asked { list.add(partition, offset: time) }
        let response = rd_kafka_offsets_for_times(client, list.list, Self.timeout)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(response, "Finding the offsets of a timestamp")
        }
        return list.entries
    }

    /// The first record of each partition whose timestamp isn't below, in milliseconds; none where all are older.
    func offsets(
        notBefore milliseconds: Int64, _ partitions: Set<TopicPartition>
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        var found: [TopicPartition: Int64] = [:]
        for asked in Self.parts(of: Array(partitions)) {
            for entry in try answers(to: milliseconds, asked) {
                guard entry.error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    throw KafkaError(entry.error, "Finding the offset of a timestamp in \(entry.partition)")
                }
                if entry.offset >= 0 { found[entry.partition] = entry.offset }
            }
        }
        return found
    }

    /// - Throws: ``KafkaError`` with code `unknownTopic` where there is no such topic.
    func partitionCount(_ topic: String) throws(KafkaError) -> Int {
        let partitions = try ClusterMetadata.partitions(of: topic, client: client, timeout: Self.timeout)
        return partitions.count
    }
}
