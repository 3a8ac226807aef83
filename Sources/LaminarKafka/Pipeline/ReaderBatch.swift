internal import CRdKafka
internal import LaminarFormats
internal import Synchronization

/// A batch on its way to the pipelines of a reader.
struct ReaderBatch: Sendable {
    let share: BatchShare
    /// The rows of the pipeline's table.
    let rows: TableRows.Rows
    /// Those of the rows' columns that the pipeline uses.
    let columns: [Int]
    /// How many of the batch's records are decoded.
    let records: Int
}

/// What is left of a batch when its rows are computed: which offsets it covers, to be acknowledged when the last of the
/// pipelines has stored them. It holds no message.
final class BatchShare: Sendable {
    /// A part of the batch, with the position behind it.
    struct Part: Sendable {
        let run: OffsetRun
        let position: StoredPosition
    }

    let parts: [Part]
    /// Where the reader went back behind what was stored, since that is gone.
    let jumps: [TopicPartition: Int64]
    private let member: SourceMember
    private let left: Atomic<Int>
    private let isStored = Atomic<Bool>(false)

    /// - Parameter readers: how many will acknowledge it, at least 1.
    init(_ batch: KafkaBatch<TableRows>, jumps: [TopicPartition: Int64], readers: Int) {
        member = batch.member
        self.jumps = jumps
        left = Atomic(readers)
        let fences = batch.member.progress
        parts = batch.runs.map { run in
            let message = batch.messages[run.start + run.offsets.count - 1]
            return Part(
                run: run,
                position: StoredPosition(
                    nextOffset: run.offsets.upperBound + 1, topicID: fences.topicID(of: run.partition),
                    leaderEpoch: TopicIdentity.leaderEpoch(of: message), lastRecord: RecordFingerprint(message)))
        }
        withExtendedLifetime(batch) {}
    }

    /// Whether a part is still this process's to process.
    func isCurrent(_ part: Part) -> Bool {
        member.progress.isCurrent(part.run.partition, epoch: part.run.epoch)
    }

    /// One of the pipelines has stored the batch.
    func acknowledge() {
        isStored.store(true, ordering: .releasing)
        end()
    }

    /// One of the pipelines will never store the batch: it stopped, or reads it again.
    ///
    /// A batch that none has stored doesn't count as processed: the group's offset, from which a pipeline begins where
    /// nothing is stored, stays before it.
    func abandon() { end() }

    private func end() {
        guard left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        let runs = parts.map(\.run)
        if isStored.load(ordering: .acquiring) { member.checkpointed(runs) } else { member.progress.withdraw(runs) }
    }
}
