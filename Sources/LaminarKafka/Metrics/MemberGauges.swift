import LaminarCore
import Synchronization

/// What a member's clients last told in their statistics; read when somebody looks at the metrics.
final class MemberGauges: Sendable {
    private struct State {
        var partitions: [Int: [TopicPartition: ClientStatistics.Partition]] = [:]
        var brokers: [Int: [Int32: ClientStatistics.Broker]] = [:]
    }
    private let state = Mutex(State())

    /// - Parameter client: which of the member's clients, by a number of its own.
    /// - Returns: timeouts and disconnects that came since the last statistics, by broker.
    func note(_ statistics: ClientStatistics, of client: Int) -> [Int32: (timeouts: Int, disconnects: Int)] {
        let (partitions, brokers) = (statistics.read, statistics.nodes)
        return state.withLock { state in
            state.partitions[client] = partitions
            let before = state.brokers.updateValue(brokers, forKey: client) ?? [:]
            var news: [Int32: (timeouts: Int, disconnects: Int)] = [:]
            for (node, broker) in brokers {
                let old = before[node]
                news[node] = (
                    max(0, (broker.timeouts ?? 0) - (old?.timeouts ?? 0)),
                    max(0, (broker.disconnects ?? 0) - (old?.disconnects ?? 0))
                )
            }
            return news
        }
    }

    /// A client is gone.
    func forget(_ client: Int) {
        state.withLock { state in
            state.partitions[client] = nil
            state.brokers[client] = nil
        }
    }

    var partitions: [TopicPartition: ClientStatistics.Partition] {
        state.withLock { $0.partitions.values.reduce(into: [:]) { $0.merge($1) { $1 } } }
    }

    /// Mean round trips in seconds, by broker, where there was one.
    var roundTrips: [Int32: Double] {
        state.withLock { state in
            var sums: [Int32: (total: Double, count: Double)] = [:]
            for broker in state.brokers.values.flatMap(\.self) {
                guard let window = broker.value.roundTrip, let mean = window.mean, let count = window.count, count > 0
                else {
                    continue
                }
                let before = sums[broker.key] ?? (0, 0)
                sums[broker.key] = (before.total + Double(mean) * Double(count), before.count + Double(count))
            }
            return sums.mapValues { $0.total / $0.count / 1_000_000 }
        }
    }
}

/// How far a partition is behind its end.
///
///     PartitionLag.records(end: 100, next: 100, queued: 0, standing)      // nothing waits: 0, whatever markers the end has
enum PartitionLag {
    /// What was processed and delivered of a partition.
    struct Standing: Sendable, Equatable {
        /// The next offset after everything that was processed without a hole; nil before the first record.
        var position: Int64?
        /// The first that was delivered and isn't processed.
        var firstOutstanding: Int64?
    }

    /// - Parameters:
    ///   - end: the partition's end for this reader; negative where it isn't known.
    ///   - next: where the next fetch begins; negative where that isn't known.
    ///   - queued: records that wait in the client's queue.
    /// - Returns: nil where it isn't known.
    static func records(end: Int64, next: Int64, queued: Int64, _ standing: Standing) -> Int64? {
        guard end >= 0 else { return nil }
        let isDrained = queued <= 0 && standing.firstOutstanding == nil
        // Behind the last record there may be markers of transactions, and what compaction removed: they are nobody's work.
        if isDrained, next >= 0 { return max(0, end &- max(next, standing.position ?? 0)) }
        if let position = standing.position ?? standing.firstOutstanding { return max(0, end &- position) }
        guard next >= 0 else { return nil }
        return max(0, end &- next &+ max(0, queued))
    }
}
