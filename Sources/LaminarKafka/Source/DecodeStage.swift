import Dispatch
import LaminarFormats
import Synchronization

/// The second thread of a member: turns messages into values beside the fetch, and applies the policy for bad records.
final class DecodeStage<Value: Sendable>: Sendable {
    enum Work: Sendable {
        case batch(MessageBatch, Lane, SourceMember)
        case laneEnds(Lane)
        case memberEnds(KafkaError?)
    }

    /// Where decoded batches, and the ends of lanes and of the member, go.
    protocol Output<Value>: AnyObject, Sendable {
        associatedtype Value: Sendable
        func decoded(_ batch: KafkaBatch<Value>)
        func laneEnded(_ lane: Lane)
        func memberEnded(_ error: KafkaError?)
        func decodingFailed(_ error: any Error)
        func skipped(_ error: DecodeError)
    }

    private let queue = Mutex<[Work]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let format: String
    private let policy: KafkaSourceConfiguration.BadDataPolicy
    private let acknowledgesSkipped: Bool
    private let output: any Output<Value>

    init(
        format: String, policy: KafkaSourceConfiguration.BadDataPolicy, acknowledgesSkipped: Bool,
        output: any Output<Value>
    ) {
        self.format = format
        self.policy = policy
        self.acknowledgesSkipped = acknowledgesSkipped
        self.output = output
    }

    func add(_ work: Work) {
        queue.withLock { $0.append(work) }
        signal.signal()
    }

    /// Runs until the member ends.
    func start(_ makeDecoder: @escaping @Sendable () throws -> any BatchContentDecoder<Value>) throws(KafkaError) {
        try OwnedThread.start("laminar-decode") { [self] in
            let decoder: any BatchContentDecoder<Value>
            do { decoder = try makeDecoder() } catch {
                output.decodingFailed(error)
                return
            }
            var failed = false
            while true {
                signal.wait()
                let work = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                switch work {
                case nil: continue
                case .batch(let messages, let lane, let member):
                    if !failed { failed = !decode(messages, lane, member, decoder) }
                case .laneEnds(let lane): output.laneEnded(lane)
                case .memberEnds(let error):
                    output.memberEnded(error)
                    return
                }
            }
        }
    }

    /// - Returns: whether the source goes on.
    private func decode(
        _ messages: MessageBatch, _ lane: Lane, _ member: SourceMember, _ decoder: any BatchContentDecoder<Value>
    ) -> Bool {
        var start = 0
        var bad: [Int] = []
        var end = messages.count
        var failure: DecodeError?
        while start < end, let found = decoder.decode(messages, from: start, upTo: end) {
            let error = error(found, messages)
            bad.append(found.index)
            let tolerated = policy.maxErrorsPerBatch.map { bad.count <= $0 } ?? true
            guard tolerated else {
                failure = error
                // Under `fail` what came before is good; beyond `max_errors_per_batch` nothing of the batch is.
                end = policy == .fail ? found.index : 0
                break
            }
            output.skipped(error)
            start = found.index + 1
        }
        var contents = decoder.finish(messages)
        if !bad.isEmpty { contents.markSkipped(bad, records: messages.count) }
        if end > 0 {
            if acknowledgesSkipped { acknowledge(bad, messages, member) }
            let part = end == messages.count ? contents : contents
            output.decoded(KafkaBatch(messages, part, lane: lane, member: member, processedEnd: end))
        }
        if let failure { output.decodingFailed(failure) }
        return failure == nil
    }

    private func error(_ bad: BadRecord, _ messages: MessageBatch) -> DecodeError {
        let run = messages.run(at: bad.index)
        return DecodeError(
            topic: run.partition.topic, partition: run.partition.partition,
            offset: run.offsets.lowerBound + Int64(bad.index - run.start), format: format, failure: bad.failure)
    }

    private func acknowledge(_ bad: [Int], _ messages: MessageBatch, _ member: SourceMember) {
        member.acknowledge(bad.map { messages.single($0) })
    }
}
