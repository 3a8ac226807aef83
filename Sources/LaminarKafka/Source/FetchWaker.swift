internal import CRdKafka
import Dispatch
import Synchronization

/// Wakes librdkafka's fetcher where the library sleeps for a second whenever its queue was full.
///
/// Versions without `fetch.queue.backoff.ms` (Debian's 2.0.2) put a partition's fetch off by 1000 ms once its queue is
/// full, however fast the queue drains. Any request to the broker wakes its thread, which then decides anew; so, when a
/// queue that was above the mark has fallen below a quarter, a thread of our own asks each leader for one partition's
/// offsets. Measured: 1 ms from the mark to the next fetch (`FetchGapTests`).
final class FetchWaker: Sendable {
    /// `queued.min.messages` or the bytes of the queue stop the fetcher; lengths are what can be seen from outside.
    private struct Watch {
        var peak = 0
        var leaders: [TopicPartition] = []
        var wanted: Set<TopicPartition> = []
        var isStopped = false
    }

    private let state = Mutex(Watch())
    private let signal = DispatchSemaphore(value: 0)
    private let isAsking = Atomic<Bool>(false)

    init(_ handle: ClientHandle) throws(KafkaError) {
        try ClientThread.start("laminar-wake") { [self] in
            while true {
                signal.wait()
                let (stopped, wanted) = state.withLock { state in
                    defer { state.wanted = [] }
                    return (state.isStopped, state.wanted)
                }
                if stopped { return }
                if !wanted.isEmpty { findLeaders(wanted, handle) }
                for partition in state.withLock({ $0.leaders }) {
                    var low: Int64 = 0
                    var high: Int64 = 0
                    rd_kafka_query_watermark_offsets(
                        handle.client, partition.topic, partition.partition, &low, &high, 1000)
                }
                isAsking.store(false, ordering: .releasing)
            }
        }
    }

    /// One of the partitions for each broker that leads any.
    private func findLeaders(_ partitions: Set<TopicPartition>, _ handle: ClientHandle) {
        var byLeader: [Int32: TopicPartition] = [:]
        for (topic, owned) in Dictionary(grouping: partitions, by: \.topic) {
            let wanted = Set(owned.map(\.partition))
            let found = try? ClusterMetadata.partitions(of: topic, client: handle.client, timeout: 5000)
            for (partition, leader) in found ?? [] where wanted.contains(partition) && leader >= 0 {
                byLeader[leader] = TopicPartition(topic, partition)
            }
        }
        state.withLock { $0.leaders = Array(byLeader.values) }
    }

    /// The partitions that are read changed.
    func assigned(_ partitions: Set<TopicPartition>) {
        state.withLock { state in
            state.wanted = partitions
            if partitions.isEmpty { state.leaders = [] }
        }
        if !partitions.isEmpty { signal.signal() }
    }

    /// Called after each look at a lane with the messages that lie in its queue.
    func noteLength(_ length: Int) {
        let falls = state.withLock { state in
            if length > state.peak {
                state.peak = length
                return false
            }
            guard state.peak >= 64, length < state.peak / 4 else { return false }
            state.peak = length
            return true
        }
        if falls, !isAsking.exchange(true, ordering: .acquiring) { signal.signal() }
    }

    /// Ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        signal.signal()
    }
}
