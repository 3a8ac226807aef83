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
    func skipped(_ error: DecodeError)
}

/// The second thread of a member: turns messages into values beside the fetch, and applies the policy for bad records.
final class DecodeStage<Value: Sendable>: Sendable {
    enum Work: Sendable {
        case batch(MessageBatch, Lane, SourceMember)
        case laneEnds(Lane)
        case memberEnds(KafkaError?)
        case memberClosed
    }

    private let queue = Mutex<[Work]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let format: String
    private let policy: KafkaSourceConfiguration.BadDataPolicy
    private let acknowledgesSkipped: Bool
    private let output: any DecodeOutput<Value>

    init(
        format: String, policy: KafkaSourceConfiguration.BadDataPolicy, acknowledgesSkipped: Bool,
        output: any DecodeOutput<Value>
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

    /// Runs until the member is closed.
    func start(_ decoder: sending any BatchContentDecoder<Value>) throws(KafkaError) {
        nonisolated(unsafe) let decoder = decoder
        try ClientThread.start("laminar-decode") { [self] in
            var failed = false
            while true {
                signal.wait()
                switch queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                case nil: continue
                case .batch(let messages, let lane, let member):
                    if !failed { failed = !decode(messages, lane, member, decoder) }
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
        _ messages: MessageBatch, _ lane: Lane, _ member: SourceMember, _ decoder: any BatchContentDecoder<Value>
    ) -> Bool {
        guard !member.progress.isVoid(messages.runs) else {
            lane.refund(bytes: messages.bytes)
            return true
        }
        var skipped: [Int] = []
        var fatal: BadRecord?
        var contents = decoder.decode(messages) { bad in
            if let tolerated = policy.maxErrorsPerBatch, skipped.count >= tolerated {
                // Values are made after columns, so an earlier record may turn out bad later.
                if fatal.map({ bad.index < $0.index }) ?? true { fatal = bad }
                return .stop
            }
            skipped.append(bad.index)
            output.skipped(error(bad, messages))
            return .skip
        }
        // Under `fail` what came before is good; beyond `max_errors_per_batch` nothing of the batch is.
        if fatal != nil, policy != .fail { contents.records = 0 }
        if contents.records > 0 {
            if acknowledgesSkipped { member.acknowledge(skipped.map { messages.run(ofOnly: $0) }) }
            output.decoded(KafkaBatch(messages, contents, lane: lane, member: member))
        }
        if let fatal { output.decodingFailed(error(fatal, messages)) }
        return fatal == nil
    }

    private func error(_ bad: BadRecord, _ messages: MessageBatch) -> DecodeError {
        let run = messages.run(ofOnly: bad.index)
        return DecodeError(
            topic: run.partition.topic, partition: run.partition.partition, offset: run.offsets.lowerBound,
            format: format, failure: bad.failure)
    }
}
