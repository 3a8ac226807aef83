internal import CRdKafka

/// Which partitions' messages go on to the host, and as whose assignment; used by the polling thread only.
///
/// Asked once for every run of offsets. A partition that resumes from a checkpoint is read from its last processed record
/// on: that record must be the one that was processed, and is then left out.
final class DeliveryGate {
    private var epochs: [TopicPartition: Int] = [:]
    private var resuming: [TopicPartition: ResumePoint] = [:]
    /// Why the source can't go on.
    private(set) var failure: CheckpointError?

    /// Lets a partition's messages pass as those of assignment `epoch`.
    func open(_ partition: TopicPartition, epoch: Int, resuming point: ResumePoint? = nil) {
        epochs[partition] = epoch
        resuming[partition] = point
    }

    func close(_ partition: TopicPartition) {
        epochs[partition] = nil
        resuming[partition] = nil
    }

    /// The assignment of a message that begins a run; nil where it is not for the host.
    func admit(_ message: MessagePointer, of partition: TopicPartition) -> Int? {
        guard let epoch = epochs[partition] else { return nil }
        guard let point = resuming[partition] else { return epoch }
        switch point.examine(offset: message.pointee.offset, { RecordFingerprint(message) }) {
        case .known: return nil
        case .passed:
            resuming[partition] = nil
            return epoch
        case .stranger:
            failure = failure ?? .recreated(partition, at: point.lastRecord.offset)
            close(partition)
            return nil
        }
    }
}

/// The last record that was processed before a restart, and what to make of the first ones that come.
struct ResumePoint: Sendable, Hashable {
    /// The first offset that is for the host.
    let nextOffset: Int64
    let lastRecord: RecordFingerprint

    enum Verdict: Sendable, Equatable {
        /// Processed before: left out.
        case known
        /// For the host, and the comparison is over: matched before, or the record to compare with is gone.
        case passed
        /// Another record than the one that was processed.
        case stranger
    }

    func examine(offset: Int64, _ fingerprint: () -> RecordFingerprint) -> Verdict {
        if offset >= nextOffset { return .passed }
        guard offset == lastRecord.offset else { return .known }
        return fingerprint() == lastRecord ? .known : .stranger
    }
}
