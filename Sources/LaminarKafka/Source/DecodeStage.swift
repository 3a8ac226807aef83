import Dispatch
import LaminarFormats
import Synchronization

/// Where decoded batches, and the ends of lanes and of the member, go.
protocol DecodeOutput<Value>: AnyObject, Sendable {
    associatedtype Value: Sendable
    func decoded(_ batch: KafkaBatch<Value>)
    func laneEnded(_ lane: Lane)
    func memberEnded(_ error: KafkaError?)
    func memberClosed()
    func decodingFailed(_ error: any Error)
    /// Bad records that the source goes on behind.
    func passedOver(_ errors: [DecodeError], _ outcome: RecordedError.Outcome)
}

/// The second thread of a member: turns messages into values beside the fetch, and applies the policy for bad records.
final class DecodeStage<Value: Sendable>: Sendable {
    enum Work: Sendable {
        case batch(MessageBatch, Lane, SourceMember)
        case resumed(TopicPartition, epoch: Int)
        case abandoned(Set<TopicPartition>)
        case laneEnds(Lane)
        case memberEnds(KafkaError?)
        case memberClosed
    }

    /// What the decode thread knows of partitions that wait.
    private struct Suspended {
        var partitions = SuspendedPartitions()
        /// Who is told when their schemas are there.
        var waits: [TopicPartition: WriterSchemas.Wait] = [:]
    }

    private let queue = Mutex<[Work]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let format: String
    private let policy: KafkaSourceConfiguration.BadDataPolicy
    private let deadLetters: DeadLetterWriter?
    private let acknowledgesSkipped: Bool
    private let schemas: WriterSchemas?
    private let meters: SourceMeters?
    private let output: any DecodeOutput<Value>

    /// - Parameters:
    ///   - deadLetters: writes bad records before their batch is handed on; nil passes them over.
    ///   - schemas: where writers' schemas are had, where the format has a registry.
    ///   - meters: told how long a batch takes.
    init(
        format: String, policy: KafkaSourceConfiguration.BadDataPolicy, deadLetters: DeadLetterWriter?,
        schemas: WriterSchemas?, meters: SourceMeters? = nil, acknowledgesSkipped: Bool, output: any DecodeOutput<Value>
    ) {
        self.format = format
        self.policy = policy
        self.deadLetters = deadLetters
        self.schemas = schemas
        self.meters = meters
        self.acknowledgesSkipped = acknowledgesSkipped
        self.output = output
    }

    func add(_ work: Work) {
        queue.withLock { $0.append(work) }
        signal.signal()
    }

    /// Runs until the member is closed.
    func start(_ decoder: sending any BatchContentDecoder<Value>) throws(KafkaError) {
        nonisolated(unsafe) let decoder = decoder
        try ClientThread.start("laminar-decode") { [self] in
            var failed = false
            var suspended = Suspended()
            while true {
                signal.wait()
                switch queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                case nil: continue
                case .batch(let messages, let lane, let member):
                    if failed {
                        // What nobody will get holds nothing up.
                        member.progress.withdraw(messages.runs)
                    } else {
                        failed = !decode(messages, lane, member, decoder, &suspended)
                    }
                case .resumed(let partition, let epoch):
                    suspended.partitions.resume(partition, epoch: epoch)
                case .abandoned(let partitions):
                    for partition in partitions {
                        suspended.partitions.abandon(partition)
                        if let wait = suspended.waits.removeValue(forKey: partition) { schemas?.abandon(wait) }
                    }
                case .laneEnds(let lane): output.laneEnded(lane)
                case .memberEnds(let error): output.memberEnded(error)
                case .memberClosed:
                    output.memberClosed()
                    return
                }
            }
        }
    }

    /// - Returns: whether the source goes on.
    private func decode(
        _ whole: MessageBatch, _ lane: Lane, _ member: SourceMember, _ decoder: any BatchContentDecoder<Value>,
        _ suspended: inout Suspended
    ) -> Bool {
        var part = notSuspended(whole, member, &suspended)
        while let messages = part {
            guard !member.progress.isVoid(messages.runs) else { break }
            var tally = BadRecordTally(policy)
            let contents: BatchContents<Value>
            let start = ContinuousClock.now
            do throws(KafkaError) { contents = try decoder.decode(messages) { tally.note($0) } } catch {
                // Closed while a schema was waited for.
                member.progress.withdraw(messages.runs)
                return false
            }
            meters?.decodeTime.record(since: start)
            guard let wait = contents.wait else { return handOn(messages, contents, tally, lane, member) }
            part = suspend(wait, in: messages, member, &suspended)
        }
        lane.refund(bytes: whole.credit)
        return true
    }

    /// Writes what is bad where it belongs, and hands on the rest.
    private func handOn(
        _ messages: MessageBatch, _ decoded: BatchContents<Value>, _ tally: BadRecordTally, _ lane: Lane,
        _ member: SourceMember
    ) -> Bool {
        var contents = decoded
        contents.records = tally.deliverable(of: contents.records)
        let passedOver = tally.passedOver
        do throws(KafkaError) { try writeLetters(passedOver, messages, member) } catch {
            member.progress.withdraw(messages.runs)
            // Closed: whoever closed the source knows.
            if error.code != .closed { output.decodingFailed(error) }
            return false
        }
        if !passedOver.isEmpty {
            output.passedOver(
                passedOver.map { self.error($0, messages) }, deadLetters == nil ? .skipped : .deadLettered)
        }
        if contents.records < messages.count { member.progress.withdraw(messages.runs(from: contents.records)) }
        if contents.records > 0 {
            if acknowledgesSkipped { member.acknowledge(passedOver.map { messages.run(ofOnly: $0.index) }) }
            output.decoded(KafkaBatch(messages, contents, lane: lane, member: member))
        }
        guard let fatal = tally.fatal else { return true }
        output.decodingFailed(error(fatal, messages))
        return false
    }

    /// The batch without partitions that wait; nil where nothing is left of it.
    private func notSuspended(
        _ messages: MessageBatch, _ member: SourceMember, _ suspended: inout Suspended
    ) -> MessageBatch? {
        let (kept, withheld) = suspended.partitions.divide(messages.runs)
        return without(withheld, messages, kept, member)
    }

    /// Lets the partition of a record wait, and the others go on; nil where nothing is left of the batch.
    private func suspend(
        _ wait: SchemaWait, in messages: MessageBatch, _ member: SourceMember, _ suspended: inout Suspended
    ) -> MessageBatch? {
        let run = messages.run(ofOnly: wait.place)
        let (partition, epoch, offset) = (run.partition, run.epoch, run.offsets.lowerBound)
        let (kept, withheld) = SuspendedPartitions.divide(messages.runs, at: [partition: wait.place])
        suspended.partitions.suspend(partition, epoch: epoch)
        member.suspensions.post(.suspend(partition, epoch: epoch), wake: member.wake)
        suspended.waits[partition] = schemas?.whenAnswered(wait.key) {
            member.suspensions.post(.resume(partition, epoch: epoch, at: offset), wake: member.wake)
        }
        return without(withheld, messages, kept, member)
    }

    /// What is withheld is read again: it isn't on its way to the host any more.
    private func without(
        _ withheld: [OffsetRun], _ messages: MessageBatch, _ kept: [OffsetRun], _ member: SourceMember
    ) -> MessageBatch? {
        if withheld.isEmpty { return messages }
        member.progress.withdraw(withheld)
        return kept.isEmpty ? nil : MessageBatch(kept, of: messages)
    }

    /// Returns when the brokers have every bad record of the batch, and not before the topic for them was checked.
    private func writeLetters(
        _ bad: [BadRecord], _ messages: MessageBatch, _ member: SourceMember
    ) throws(KafkaError) {
        guard let deadLetters else { return }
        try deadLetters.waitUntilChecked()
        guard !bad.isEmpty else { return }
        try deadLetters.write(
            bad.map { bad in
                DeadLetter(
                    index: bad.index,
                    headers: DeadLetter.headers(
                        for: error(bad, messages), source: member.plan.name, member: member.number))
            }, of: messages)
    }

    private func error(_ bad: BadRecord, _ messages: MessageBatch) -> DecodeError {
        let run = messages.run(ofOnly: bad.index)
        return DecodeError(
            topic: run.partition.topic, partition: run.partition.partition, offset: run.offsets.lowerBound,
            format: format, failure: bad.failure)
    }
}
