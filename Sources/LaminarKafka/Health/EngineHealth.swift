import LaminarCore
import LaminarFormats
import Synchronization

/// How many partitions of a source have a series of their own; the rest count together.
private let mostPartitions = 256

extension SourceEngine: HealthReporter {
    var health: SourceHealth {
        let (members, life, since) = running.withLock { ($0.members, $0.life.state, $0.stateSince) }
        let polls = members.compactMap(\.lastTurn)
        let now = Moment.now
        return SourceHealth(
            name: options.shownName, table: options.observation.table,
            subscription: options.configuration.subscription.summary,
            group: options.extent == .group ? options.configuration.groupID : nil,
            state: life, since: since, lastBatchAt: ledger.lastBatch?.time,
            lastPollAt: polls.max().map(\.time),
            partitions: members.flatMap { partitions(of: $0) }.sorted { $0.id < $1.id },
            counters: ledger.counters, bufferedBytes: members.reduce(0) { $0 + buffered($1).bytes },
            isStuck: members.contains { member in
                member.isPolling && (member.lastTurn.map { now.seconds(since: $0) > SourceMember.longestTurn } ?? false)
            })
    }

    private func partitions(of member: SourceMember) -> [PartitionHealth] {
        let isStable = options.configuration.isolation == .readCommitted
        let standings = member.progress.standings
        return member.gauges.partitions.map { partition, told in
            let standing = standings[partition] ?? PartitionLag.Standing()
            let end = isStable ? told.stableEnd ?? -1 : told.highWatermark ?? -1
            return PartitionHealth(
                id: partition,
                lag: PartitionLag.records(
                    end: end >= 0 ? end : told.highWatermark ?? -1, next: told.next ?? -1, queued: told.queued ?? 0,
                    standing),
                position: standing.position)
        }
    }

    private func buffered(_ member: SourceMember) -> (records: Int64, bytes: Int64) {
        member.gauges.partitions.values.reduce((0, 0)) { ($0.0 &+ ($1.queued ?? 0), $0.1 &+ ($1.queuedBytes ?? 0)) }
    }
}

extension SourceEngine: MetricReader {
    func read(into readings: inout MetricReadings) {
        let (members, state) = running.withLock { ($0.members, $0.life.state) }
        let name = options.shownName
        readings.add(.sourceState, [name, state.word], 1)
        var lags: [(id: TopicPartition, lag: Int64)] = []
        for member in members {
            let (records, bytes) = buffered(member)
            let delivered = member.progress.outstanding
            readings.add(.sourceBufferRecords, [name, "fetched"], Double(records))
            readings.add(.sourceBufferBytes, [name, "fetched"], Double(bytes))
            readings.add(.sourceBufferRecords, [name, "delivered"], Double(delivered))
            readings.add(.sourceBufferBytes, [name, "delivered"], Double(member.bytesInFlight))
            let read = partitions(of: member)
            readings.add(.sourcePartitions, [name], Double(read.count))
            for partition in read { if let lag = partition.lag { lags.append((partition.id, lag)) } }
            for (broker, seconds) in member.gauges.roundTrips {
                readings.raise(.brokerRoundTrip, [name, String(broker)], to: seconds)
            }
        }
        // The first ones keep their series from reading to reading.
        for (index, (id, lag)) in lags.sorted(by: { $0.id < $1.id }).enumerated() {
            let isOwn = index < mostPartitions
            let partition = isOwn ? String(id.partition) : MetricsRegistry.other
            readings.add(.sourceLag, [name, id.topic, partition], Double(lag))
        }
    }
}

extension SourceState {
    /// The state without its reason.
    var word: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .idle: "idle"
        case .stalled: "stalled"
        case .failed: "failed"
        case .stopped: "stopped"
        }
    }
}
