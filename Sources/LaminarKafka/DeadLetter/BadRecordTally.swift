/// Decides what becomes of a batch's bad records under `bad_data` and `max_errors_per_batch`; the decode stage does it.
///
///     var tally = BadRecordTally(.skip(maxErrorsPerBatch: 1))
///     tally.note(first)            // .skip
///     tally.note(second)           // .stop: one more than is tolerated
///     tally.deliverable(of: 1000)  // 0: nothing of the batch counts
struct BadRecordTally {
    private let tolerated: Int?
    private let keepsWhatCameBefore: Bool
    private var noted: [BadRecord] = []
    /// The record that is one too many; nil while the source goes on.
    private(set) var fatal: BadRecord?

    init(_ policy: KafkaSourceConfiguration.BadDataPolicy) {
        tolerated = policy.maxErrorsPerBatch
        keepsWhatCameBefore = policy == .fail
    }

    /// Takes a bad record in the order in which a decoder finds them, which need not be the batch's: values are made
    /// after columns, so that an earlier record may turn out bad later.
    mutating func note(_ bad: BadRecord) -> BadRecord.Verdict {
        if let tolerated, noted.count >= tolerated {
            if fatal.map({ bad.index < $0.index }) ?? true { fatal = bad }
            return .stop
        }
        noted.append(bad)
        return .skip
    }

    /// The records that are passed over, in the batch's order; none where the batch fails.
    var passedOver: [BadRecord] { fatal == nil ? noted.sorted { $0.index < $1.index } : [] }

    /// How many of the `decoded` first records of the batch the host gets: under `fail` what came before is good, beyond
    /// `max_errors_per_batch` nothing of the batch is.
    func deliverable(of decoded: Int) -> Int { fatal == nil || keepsWhatCameBefore ? decoded : 0 }
}
