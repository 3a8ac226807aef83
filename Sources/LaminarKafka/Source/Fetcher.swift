internal import CRdKafka

/// A client that fetches for a member, kept awake; used by the polling thread only.
///
/// The first is the member's own in its group. See ``SecondFetcher`` for why there may be another.
final class Fetcher {
    let handle: ClientHandle
    private let waker: FetchWaker?
    private var watch: FetchWatch
    private var queued = 0

    init(_ handle: ClientHandle, _ plan: MemberPlan) throws(KafkaError) {
        self.handle = handle
        waker = plan.wakesFetcher ? try FetchWaker(handle) : nil
        watch = FetchWatch(limit: plan.queueBytes)
    }

    deinit { waker?.stop() }

    /// What it reads from changed.
    func reads(_ partitions: Set<TopicPartition>) { waker?.assigned(partitions) }

    /// Adds up what lies in the queues of its lanes.
    func countQueued(_ intake: LaneIntake) {
        queued += Int(rd_kafka_queue_length(intake.lane.queue)) * intake.averageBytes
    }

    /// All of its lanes were counted: wakes librdkafka's fetcher where that would sleep.
    func wakeIfLow() {
        if watch.note(bytes: queued) { waker?.wake() }
        queued = 0
    }

    /// Wakes librdkafka's fetcher whatever lies there.
    func wake() { waker?.wake() }

    /// Whether an answer to a wake-up is being waited for.
    var isImpatient: Bool { waker != nil && watch.isImpatient }

    /// Nothing came for a while, though the host has room.
    func idle() {
        if watch.idle() { waker?.wake() }
    }
}
