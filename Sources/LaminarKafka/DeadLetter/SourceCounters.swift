public import LaminarFormats

/// What a source has counted since it was made; see ``KafkaSource/counters``.
///
///     let counters = source.counters
///     print(counters.records, counters.skipped[.type, default: 0], counters.badRecords)
///
/// Counted when a batch is decoded, so that a batch that is read again after a rebalance counts again.
public struct SourceCounters: Sendable, Hashable {
    /// Records that were handed on, tombstones included, bad ones not.
    public internal(set) var records = 0
    /// Bytes of the keys and values of every batch that was handed on.
    public internal(set) var bytes = 0
    /// Batches that were handed on.
    public internal(set) var batches = 0
    /// Tombstones among the records, where the format has no value for them.
    public internal(set) var tombstones = 0
    /// Records that were passed over, by reason (`bad_data` = `skip`).
    public internal(set) var skipped: [DecodeFailure.Code: Int] = [:]
    /// Records that were written to the dead letter topic, by reason (`bad_data` = `dlq`).
    public internal(set) var deadLettered: [DecodeFailure.Code: Int] = [:]
    /// Records that ended the source, by reason.
    public internal(set) var failed: [DecodeFailure.Code: Int] = [:]

    /// Records that could not be decoded, whatever became of them.
    public var badRecords: Int {
        [skipped, deadLettered, failed].reduce(0) { $0 + $1.values.reduce(0, +) }
    }

    mutating func note(_ batch: KafkaBatch<some Sendable>) {
        batches += 1
        bytes += batch.byteCount
        records += batch.contents.records
        guard let values = batch.contents.valueOfRecord else { return }
        for value in values.prefix(batch.contents.records) where value < 0 {
            if value == ValueMap.tombstone { tombstones += 1 } else { records -= 1 }
        }
    }

    mutating func note(_ failure: DecodeFailure, _ outcome: RecordedError.Outcome) {
        switch outcome {
        case .skipped: skipped[failure.code, default: 0] += 1
        case .deadLettered: deadLettered[failure.code, default: 0] += 1
        case .failed: failed[failure.code, default: 0] += 1
        case .retried: break
        }
    }
}
