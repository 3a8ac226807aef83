internal import CRdKafka
import LaminarCore
import Synchronization

/// The polling thread of one member: serves rebalances, takes messages while the host has credit, commits on a timer.
///
/// It blocks on nothing but its wake signal and, bounded, on a revoke. Back-pressure without pause: each assigned
/// partition's queue is forwarded to a lane before the assignment is made; when the host is behind, the lane is left
/// alone and only the consumer queue is polled, so `max.poll.interval.ms` never passes and nothing prefetched is lost.
///
/// `@unchecked Sendable`: made, used and dropped on its own thread. librdkafka's rebalance, error and commit callbacks
/// run inside `rd_kafka_consumer_poll` and `rd_kafka_consumer_close`, which only this thread calls.
final class MemberLoop: ClientDelegate, @unchecked Sendable {
    let member: SourceMember
    let outlet: any BatchOutlet
    var plan: MemberPlan

    private(set) var handle: ClientHandle?
    var assignment = AssignmentMachine()
    var epoch = 0
    let gate = DeliveryGate()
    var lanes: [LaneIntake] = []
    /// Those of them that are for one partition.
    var laneOfPartition: [TopicPartition: LaneIntake] = [:]
    private var consumerQueue: OpaquePointer?
    private(set) var own: Fetcher?
    var second: SecondFetcher?
    var joinWindow: JoinWindow
    let contact = BrokerContact()
    var firstCounts: [String: Int] = [:]
    var ends: SnapshotEnds?
    /// Where a narrowed snapshot begins; nil where the configuration says it.
    var starts: [TopicPartition: Int64]?
    /// Without a group: the next offset of each partition, where a new client goes on.
    var places: [TopicPartition: Int64] = [:]
    var failure: KafkaError?
    /// Partitions that are paused until something outside is there.
    var suspended: Set<TopicPartition> = [] { didSet { member.notePaused(suspended) } }
    /// Whether the member is on its way out, so that nothing is read again.
    private(set) var isLeaving = false
    var trouble = false
    var hasBeenAssigned = false
    var nextCommit = ContinuousClock.now
    var commitInFlight = false
    var commitMark: CommitMark?
    let changes = Mutex<ClientProperties?>(nil)

    /// How long the thread sleeps when nothing happens; it must poll more often than `max.poll.interval.ms`.
    static let idleTurn = Duration.milliseconds(500)
    /// The same for a query, whose queues are narrow: a fetcher that sleeps is woken by then.
    static let narrowTurn = Duration.milliseconds(20)

    init(_ member: SourceMember, _ outlet: any BatchOutlet) {
        self.member = member
        self.outlet = outlet
        plan = member.plan
        joinWindow = JoinWindow(wake: member.wake)
    }

    func run() {
        member.setPolling(true)
        do throws(KafkaError) {
            try open()
            while !member.isStopping, failure == nil {
                member.noteTurn(bytesInFlight: lanes.reduce(0) { $0 + $1.lane.bytesInFlight })
                try reopenIfStale()
                serveConsumerQueue()
                member.notePoll()
                serveRewinds()
                serveSuspensions()
                let delivered = drainLanes()
                commitIfDue()
                noteReading()
                if let ends, ends.isComplete { break }
                stopWhatEnded()
                if !delivered { waitForWork() }
            }
        } catch { failure = failure ?? error }
        close()
        member.setPolling(false)
        member.rewinds.close()
        outlet.memberClosed(member)
    }
}

// MARK: - Opening and closing

extension MemberLoop {
    func open() throws(KafkaError) {
        let callbacks = ClientCallbacks(log: plan.log, delegate: self, metrics: plan.metrics)
        let handle = try ClientHandle(
            .consumer, properties: plan.properties, callbacks: callbacks,
            observers: [joinWindow, contact] + plan.observers)
        self.handle = handle
        if isInGroup { member.setGroupClient(handle) }
        member.setTokens(handle.renewal?.tokens)
        consumerQueue = rd_kafka_queue_get_consumer(handle.client)
        rd_kafka_queue_cb_event_enable(
            consumerQueue,
            { _, opaque in
                guard let opaque else { return }
                Unmanaged<WakeSignal>.fromOpaque(opaque).takeUnretainedValue().raise()
            }, Unmanaged.passUnretained(member.wake).toOpaque())
        own = try Fetcher(handle, plan)
        if plan.lanes == .merged { lanes = [try makeIntake(nil, handle)] }
        nextCommit = .now + (commitInterval ?? .zero)
        switch plan.membership {
        case .group: try subscribe(handle)
        case .alone, .snapshot:
            if assignment.owned.isEmpty { try assignEverything(handle) } else { try goOn(handle) }
        }
    }

    var isInGroup: Bool {
        if case .group = plan.membership { true } else { false }
    }

    /// The timer's interval; nil where only the host's own request commits.
    var commitInterval: Duration? {
        if case .group(let interval) = plan.membership { interval } else { nil }
    }

    private func subscribe(_ handle: ClientHandle) throws(KafkaError) {
        let list = PartitionList(capacity: 4)
        for name in plan.subscription.subscribedNames { list.add(TopicPartition(name, -1)) }
        let response = rd_kafka_subscribe(handle.client, list.list)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(response, "Subscribing to \(plan.subscription.summary)")
        }
    }

    private func close() {
        isLeaving = true
        flushLanes()
        for intake in lanes { outlet.ended(intake.lane, of: member) }
        outlet.memberEnds(member, failure)
        if isInGroup { awaitHost(plan.drainBound) { [outlet, member] in outlet.hostIsDone(with: member) } }
        member.rewinds.close()
        awaitRebalance()
        perform(assignment.handle(.closed))
        closeClient()
        plan.releases?.closed(member)
    }

    func closeClient() {
        for fetcher in fetchers { member.gauges.forget(Int(bitPattern: fetcher.handle.client)) }
        lanes = []
        laneOfPartition = [:]
        own = nil
        second = nil
        member.setGroupClient(nil)
        member.setTokens(nil)
        guard let handle else { return }
        rd_kafka_consumer_close(handle.client)
        if let consumerQueue {
            rd_kafka_queue_cb_event_enable(consumerQueue, nil, nil)
            rd_kafka_queue_destroy(consumerQueue)
        }
        self.handle = nil
    }

    /// Waits (bounded) until a rebalance under way is over: a commit in the middle of it would be refused.
    func awaitRebalance() {
        let deadline = ContinuousClock.now + min(plan.drainBound, .seconds(10))
        while (joinWindow.isOpen && isInGroup) || destroyWouldAbort, ContinuousClock.now < deadline {
            serveConsumerQueue()
            member.wake.wait(.milliseconds(20))
        }
        if destroyWouldAbort { handle?.abandon() }
    }

    /// librdkafka before 2.3.0 ends the process when a member of a cooperative group is destroyed that has joined and
    /// was never assigned anything, not even nothing (its issue 4312). Such a member waits for its first assignment; if
    /// none comes in time the client is left alone, which costs its memory once.
    private var destroyWouldAbort: Bool {
        joinWindow.hasJoined && !hasBeenAssigned && rd_kafka_version() < 0x0203_0000
    }

    /// Waits until the host has caught up or the bound has passed.
    func awaitHost(_ bound: Duration, until done: () -> Bool) {
        let deadline = ContinuousClock.now + bound
        member.setDraining(true)
        defer { member.setDraining(false) }
        plan.releases?.awaitsHost(member)
        while !done(), ContinuousClock.now < deadline {
            member.wake.wait(min(.milliseconds(100), deadline - .now))
            // A host that waits for a rewind can't finish what it has.
            serveRewinds()
            member.noteTurn()
        }
    }
}
