internal import CRdKafka
import Dispatch
import Synchronization

/// Wakes librdkafka's fetcher where the library sleeps for a second whenever its queue was full.
///
/// Versions without `fetch.queue.backoff.ms` (Debian's 2.0.2) put a fetch off by up to 1000 ms once the queue is full,
/// however fast it drains. Any request to the broker wakes its thread, which then decides anew; so, when ``FetchWatch``
/// says so, a thread of our own asks each leader for one partition's offsets (`FetchGapTests`).
final class FetchWaker: Sendable {
    private struct State {
        var leaders: [TopicPartition] = []
        var wanted: Set<TopicPartition> = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    init(_ handle: ClientHandle) throws(KafkaError) {
        try ClientThread.start("laminar-wake") { [self] in
            while true {
                signal.wait()
                // Asks that came meanwhile are this one.
                while signal.wait(timeout: .now()) == .success {}
                let (isStopped, wanted) = state.withLock { state in
                    defer { state.wanted = [] }
                    return (state.isStopped, state.wanted)
                }
                if isStopped { return }
                if !wanted.isEmpty {
                    let leaders = ClusterMetadata.leaders(of: wanted, client: handle.client, timeout: 5000)
                    state.withLock { $0.leaders = Array(leaders.values) }
                }
                for partition in state.withLock({ $0.leaders }) {
                    var low: Int64 = 0
                    var high: Int64 = 0
                    rd_kafka_query_watermark_offsets(
                        handle.client, partition.topic, partition.partition, &low, &high, 1000)
                }
            }
        }
    }

    /// The partitions that are read changed.
    func assigned(_ partitions: Set<TopicPartition>) {
        state.withLock { state in
            state.wanted = partitions
            if partitions.isEmpty { state.leaders = [] }
        }
        if !partitions.isEmpty { signal.signal() }
    }

    /// Wakes the fetchers of all leaders; returns at once.
    func wake() { signal.signal() }

    /// Ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        signal.signal()
    }
}
