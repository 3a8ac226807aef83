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
    private var epoch = 0
    private let gate = DeliveryGate()
    var lanes: [LaneIntake] = []
    private var consumerQueue: OpaquePointer?
    private(set) var own: Fetcher?
    var second: SecondFetcher?
    var joinWindow: JoinWindow
    private let contact = BrokerContact()
    private var firstCounts: [String: Int] = [:]
    private var ends: SnapshotEnds?
    var failure: KafkaError?
    /// Partitions that are paused until something outside is there.
    var suspended: Set<TopicPartition> = []
    /// Whether the member is on its way out, so that nothing is read again.
    private(set) var isLeaving = false
    private var trouble = false
    var hasBeenAssigned = false
    private var nextCommit = ContinuousClock.now
    var commitInFlight = false
    let changes = Mutex<ClientProperties?>(nil)

    /// How long the thread sleeps when nothing happens; it must poll more often than `max.poll.interval.ms`.
    private static let idleTurn = Duration.milliseconds(500)

    init(_ member: SourceMember, _ outlet: any BatchOutlet) {
        self.member = member
        self.outlet = outlet
        plan = member.plan
        joinWindow = JoinWindow(wake: member.wake)
    }

    func run() {
        do throws(KafkaError) {
            try open()
            while !member.isStopping, failure == nil {
                try reopenIfStale()
                serveConsumerQueue()
                serveRewinds()
                serveSuspensions()
                let delivered = drainLanes()
                commitIfDue()
                if let ends, ends.isComplete { break }
                if !delivered { waitForWork() }
            }
        } catch { failure = failure ?? error }
        close()
        member.rewinds.close()
        outlet.memberClosed(member)
    }
}

// MARK: - Opening and closing

extension MemberLoop {
    func open() throws(KafkaError) {
        let callbacks = ClientCallbacks(log: plan.log, delegate: self)
        let handle = try ClientHandle(
            .consumer, properties: plan.properties, callbacks: callbacks, observers: [joinWindow, contact])
        self.handle = handle
        if isInGroup { member.setGroupClient(handle) }
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
        case .alone, .snapshot: try assignEverything(handle)
        }
    }

    var isInGroup: Bool {
        if case .group = plan.membership { true } else { false }
    }

    /// The timer's interval; nil where only the host's own request commits.
    private var commitInterval: Duration? {
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

    private func assignEverything(_ handle: ClientHandle) throws(KafkaError) {
        let positions = StartPositions(client: handle.client, plan: plan)
        var all: Set<TopicPartition> = []
        for topic in try TopicMatch.topics(plan.subscription, client: handle.client) {
            for partition in 0..<(try positions.partitionCount(topic)) {
                all.insert(TopicPartition(topic, Int32(partition)))
            }
        }
        if plan.membership == .snapshot {
            var ends = SnapshotEnds()
            for partition in all {
                let (low, high) = try positions.watermarks(partition)
                ends.expect(partition, from: low, upTo: high)
            }
            self.ends = ends
        }
        perform(assignment.handle(.assigned(all)))
        if let failure { throw failure }
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
        lanes = []
        own = nil
        second = nil
        member.setGroupClient(nil)
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
        while !done(), ContinuousClock.now < deadline {
            member.wake.wait(min(.milliseconds(100), deadline - .now))
            // A host that waits for a rewind can't finish what it has.
            serveRewinds()
        }
    }
}

// MARK: - Turns

extension MemberLoop {
    private func serveConsumerQueue() {
        guard let client = handle?.client else { return }
        second?.poll()
        // Bounded, so that a flood of events can't keep the lanes waiting.
        for _ in 0..<64 {
            guard let message = rd_kafka_consumer_poll(client, 0) else { return }
            receiveStray(message)
        }
    }

    /// An error of the consumer, or a message that came before its partition was forwarded.
    private func receiveStray(_ message: MessagePointer) {
        if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            receiveError(message)
            rd_kafka_message_destroy(message)
            return
        }
        let partition = message.partition
        guard let intake = intake(for: partition) else {
            rd_kafka_message_destroy(message)
            return
        }
        if intake.isFull { send(intake) }
        intake.append(message, gate)
        forward(partition, to: intake.lane)
    }

    private func waitForWork() {
        noteRecovery()
        var timeout = Self.idleTurn
        let now = ContinuousClock.now
        if commitInterval != nil { timeout = min(timeout, nextCommit - now) }
        for intake in lanes { if let deadline = intake.deadline { timeout = min(timeout, deadline - now) } }
        let isIdle = lanes.allSatisfy { $0.lane.batchesInFlight == 0 }
        if fetchers.contains(where: \.isImpatient) { timeout = min(timeout, .milliseconds(5)) }
        if isIdle, !trouble, assignment.state != .unassigned { outlet.note(.drained) }
        member.wake.wait(max(.zero, timeout))
        if lanes.contains(where: \.lane.hasCredit) { for fetcher in fetchers { fetcher.idle() } }
    }

    /// Trouble is over when a broker answers again, also where it has no record for us.
    private func noteRecovery() {
        guard trouble, contact.isThere else { return }
        trouble = false
        outlet.note(.recovered)
    }

    /// - Returns: whether any message was taken.
    private func drainLanes() -> Bool {
        var delivered = false
        for intake in lanes {
            let taken = intake.fill(gate) { [self] message in receiveError(message) }
            if taken > 0 {
                delivered = true
                trouble = false
            }
            if let stranger = gate.failure { failure = failure ?? KafkaError(stranger) }
            if intake.isDue { send(intake) }
            fetcher(of: intake.lane)?.countQueued(intake)
        }
        own?.wakeIfLow()
        second?.fetcher.wakeIfLow()
        return delivered
    }

    func flushLanes() {
        for intake in lanes where intake.count > 0 { send(intake) }
    }

    private func send(_ intake: LaneIntake) {
        guard let batch = intake.take(within: &ends) else { return }
        if case .group = plan.membership { member.progress.deliver(batch.runs) }
        intake.lane.spend(bytes: batch.bytes)
        outlet.note(.delivered)
        outlet.deliver(batch, from: intake.lane, of: member)
    }
}

// MARK: - Assignment

extension MemberLoop {
    func rebalance(
        _ response: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
        let partitions = list.partitions
        switch response {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            hasBeenAssigned = true
            perform(assignment.handle(.assigned(partitions)))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let lost = handle.map { rd_kafka_assignment_lost($0.client) != 0 } ?? false
            perform(assignment.handle(lost ? .lost(partitions) : .revoked(partitions)))
        default:
            perform([.acknowledge])
        }
    }

    func perform(_ actions: [AssignmentMachine.Action]) {
        for action in actions {
            switch action {
            case .start(let partitions): start(partitions)
            case .stopDelivering(let partitions):
                stopDelivering(partitions)
                awaitHost(plan.drainBound) { [self] in
                    outlet.hostIsDone(with: member) || member.progress.isDrained(partitions)
                }
                perform(assignment.handle(.drained))
            case .commitThenRelease(let partitions):
                plan.releases?.willRelease(partitions, of: member, within: plan.drainBound)
                commitNow(partitions)
                release(partitions)
                if !partitions.isEmpty { outlet.note(.revoked(partitions)) }
            case .release(let partitions):
                stopDelivering(partitions)
                release(partitions)
                if !partitions.isEmpty { outlet.note(.lost(partitions)) }
            case .acknowledge: unassign([])
            // Their asker waits for an answer, so `serveRewinds` performs them.
            case .readAgain, .forget: break
            }
        }
    }

    private func start(_ partitions: Set<TopicPartition>) {
        guard let handle else { return }
        do throws(KafkaError) {
            let resolution = try resolvePatiently(partitions, handle)
            firstCounts.merge(resolution.firstCounts) { $1 }
            if !resolution.toCommit.isEmpty { try commit(resolution.toCommit, wait: true) }
            begin(partitions, resolution)
            let secondShare = try shareForSecond(partitions)
            try assign(
                resolution.positions.filter { !secondShare.contains($0.key) }, resolution.leaderEpochs, handle)
            try startSecond(resolution.positions.filter { secondShare.contains($0.key) })
        } catch {
            failure = failure ?? error
            unassign([])
            return
        }
        tellFetchers()
        trouble = false
        outlet.note(.recovered)
        if !partitions.isEmpty { outlet.note(.assigned(partitions)) }
    }

    /// From now on these partitions are delivered as a new assignment; what was delivered of them before is void.
    func begin(_ partitions: Set<TopicPartition>, _ resolution: StartPositions.Resolution) {
        epoch += 1
        for partition in partitions {
            gate.open(partition, epoch: epoch, resuming: resolution.resuming[partition])
            member.progress.begin(partition, epoch: epoch, fence: resolution.fences[partition])
        }
    }

    /// Rebalances come exactly when brokers restart, so what may pass is tried again for a while.
    func resolvePatiently(
        _ partitions: Set<TopicPartition>, _ handle: ClientHandle
    ) throws(KafkaError) -> StartPositions.Resolution {
        var backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))
        // Brokers that come back need longer than a host does; and where transactions carry the offsets, one that a killed
        // process left open hides them until its time-out.
        let deadline = ContinuousClock.now + max(plan.drainBound, .seconds(90))
        while true {
            do throws(KafkaError) {
                return try StartPositions(client: handle.client, plan: plan).resolve(partitions)
            } catch {
                let mayPass = [.timedOut, .unreachable, .broker].contains(error.code) || error.isStoreAway
                guard mayPass, isInGroup, !member.isStopping, ContinuousClock.now < deadline else { throw error }
                report(error)
                // By itself librdkafka may go on asking a broker that leads a partition no more.
                for topic in Set(partitions.map(\.topic)) {
                    _ = try? ClusterMetadata.partitions(of: topic, client: handle.client, timeout: 5000)
                }
                member.wake.wait(backoff.next())
            }
        }
    }

    private func stopDelivering(_ partitions: Set<TopicPartition>) {
        // What has been taken from librdkafka is delivered; what it still holds is discarded by it at the release.
        flushLanes()
        for intake in lanes {
            if let partition = intake.lane.partition, partitions.contains(partition) {
                outlet.ended(intake.lane, of: member)
            }
        }
        lanes.removeAll { $0.lane.partition.map(partitions.contains) ?? false }
    }

    private func release(_ partitions: Set<TopicPartition>) {
        // Whoever is assigned them again, this client among others, reads them from the start of that assignment.
        unpause(partitions)
        for partition in partitions {
            gate.close(partition)
            member.progress.end(partition)
        }
        // Not before the progress has ended: from then on no batch of theirs counts as ours.
        if !partitions.isEmpty { plan.releases?.released(partitions, of: member) }
        let secondShare = second?.partitions ?? []
        unassign(partitions.subtracting(secondShare))
        second?.stop(partitions)
        tellFetchers()
    }

    private var isCooperative: Bool {
        guard let client = handle?.client, let name = rd_kafka_rebalance_protocol(client) else { return false }
        return String(cString: name) == "COOPERATIVE"
    }

    private func assign(
        _ positions: [TopicPartition: Int64], _ leaderEpochs: [TopicPartition: Int32], _ handle: ClientHandle
    ) throws(KafkaError) {
        for partition in positions.keys {
            try openLane(partition, handle)
            if let lane = intake(for: partition)?.lane { forward(partition, to: lane) }
        }
        let list = PartitionList(positions, leaderEpochs: leaderEpochs)
        if isCooperative {
            let error = rd_kafka_incremental_assign(handle.client, list.list)
            defer { rd_kafka_error_destroy(error) }
            if let error { throw KafkaError(rd_kafka_error_code(error), "Assigning partitions") }
        } else {
            let response = rd_kafka_assign(handle.client, list.list)
            guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(response, "Assigning partitions") }
        }
    }

    private func unassign(_ partitions: Set<TopicPartition>) {
        guard let client = handle?.client else { return }
        if isCooperative {
            let list = PartitionList(partitions)
            rd_kafka_error_destroy(rd_kafka_incremental_unassign(client, list.list))
        } else {
            rd_kafka_assign(client, nil)
        }
    }
}

// MARK: - Commits

extension MemberLoop {
    private func commitIfDue() {
        guard isInGroup else { return }
        let asked = member.takeCommitRequest()
        let isDue = commitInterval != nil && ContinuousClock.now >= nextCommit
        guard asked || isDue else { return }
        guard !commitInFlight, !joinWindow.isOpen else {
            // At the latest when the rebalance is over or the broker has answered.
            if asked { member.requestCommit() }
            nextCommit = .now + .milliseconds(50)
            return
        }
        nextCommit = .now + (commitInterval ?? .zero)
        let positions = member.progress.uncommitted()
        guard !positions.isEmpty, (try? commit(positions, wait: false)) != nil else { return }
        commitInFlight = true
    }

    private func commitNow(_ partitions: Set<TopicPartition>) {
        guard isInGroup, commitInterval != nil || member.takeCommitRequest() else { return }
        let positions = member.progress.uncommitted(partitions)
        guard !positions.isEmpty else { return }
        do throws(KafkaError) {
            try commit(positions, wait: true)
            member.progress.noteCommitted(positions)
            outlet.note(.committed(positions))
        } catch {
            // The next owner reads these again: at-least-once, and worth knowing.
            outlet.note(SourceEvent.trouble(error))
        }
    }

    private func commit(_ positions: [TopicPartition: Int64], wait: Bool) throws(KafkaError) {
        guard let client = handle?.client else { return }
        let list = PartitionList(positions) { [firstCounts] topic in
            StartPositions.metadata(firstCounts[topic])
        }
        let response = wait ? Self.commitNow(client, list.list) : rd_kafka_commit(client, list.list, 1)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(response, "Committing offsets of group \(plan.group)")
        }
    }

    /// A commit that is waited for, with a callback of its own: without one, librdkafka would tell ``committed(_:_:)`` of
    /// it a second time.
    private static func commitNow(
        _ client: OpaquePointer, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> rd_kafka_resp_err_t {
        var refused = RD_KAFKA_RESP_ERR_NO_ERROR
        let response = rd_kafka_commit_queue(
            client, list, nil,
            { _, _, offsets, refused in
                let first = offsets?.entries.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
                if let first { refused?.assumingMemoryBound(to: rd_kafka_resp_err_t.self).pointee = first.error }
            }, &refused)
        return response == RD_KAFKA_RESP_ERR_NO_ERROR ? refused : response
    }

    /// An asynchronous commit ended.
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        commitInFlight = false
        guard let offsets else { return }
        let entries = offsets.pointee.cnt > 0 ? offsets.entries : []
        let refused = entries.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
        let failure = response == RD_KAFKA_RESP_ERR_NO_ERROR ? refused?.error ?? response : response
        if failure != RD_KAFKA_RESP_ERR_NO_ERROR, failure != RD_KAFKA_RESP_ERR__NO_OFFSET {
            outlet.note(.trouble(KafkaError(failure, "Committing offsets of group \(plan.group)")))
        }
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var positions: [TopicPartition: Int64] = [:]
        for entry in entries where entry.error == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0 {
            positions[entry.partition] = entry.offset
        }
        member.progress.noteCommitted(positions)
        if !positions.isEmpty { outlet.note(.committed(positions)) }
    }
}

// MARK: - Errors

extension MemberLoop {
    private func receiveError(_ message: MessagePointer) {
        let response = message.pointee.err
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) }
        switch response {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            ends?.reached(message.partition, message.pointee.offset)
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            failure = failure ?? outOfRange(message.partition, detail)
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            failure = failure ?? .unknownTopic(message.partition.topic, response)
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            failure = failure ?? .forbiddenGroup(plan.group)
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
            failure = failure ?? KafkaError(response, "The consumer of \(plan.subscription.summary)", detail: detail)
        default:
            report(KafkaError(response, "Consuming \(plan.subscription.summary)", detail: detail))
        }
    }

    private func outOfRange(_ partition: TopicPartition, _ detail: String?) -> KafkaError {
        var range = ""
        if let client = handle?.client,
            let (low, high) = try? StartPositions(client: client, plan: plan).watermarks(partition)
        {
            range = " The partition now holds offsets \(low) to \(high - 1)."
        }
        // Asked by the leader epoch (librdkafka 2.1 and later); the code is that of an offset which isn't there.
        if detail?.contains("truncation") == true, plan.checkpoint != nil {
            return KafkaError(.truncated(partition, range))
        }
        return KafkaError(
            code: .offsetOutOfRange,
            message: "The offset at which group \(plan.group) would go on in \(partition) isn't there.\(range) "
                + "What lies between is lost: reset the group's offset, or set 'auto.offset.reset' to earliest "
                + "or latest.",
            clientCode: RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue)
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Kafka client for \(plan.subscription.summary)", detail: reason)
        switch error.code {
        case .fatal: failure = failure ?? error
        default: report(error)
        }
    }

    /// Trouble that librdkafka retries by itself.
    private func report(_ error: KafkaError) {
        plan.log.log(.info, ["group": plan.group], error.message)
        outlet.note(.trouble(error))
        guard [.unreachable, .tls, .authentication, .authorization].contains(error.code) else { return }
        trouble = true
        contact.lose()
        outlet.note(SourceLife.Event.trouble(error.message))
    }
}

extension MessagePointer {
    /// Where the message lies.
    var partition: TopicPartition {
        let topic = pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        return TopicPartition(topic, pointee.partition)
    }
}
