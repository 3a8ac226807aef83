import LaminarFormats
import Synchronization

/// What one source counts and the errors that it met; touched once a batch, not once a record.
final class SourceLedger: Sendable {
    private struct State: Sendable {
        var counters = SourceCounters()
        var ring = ErrorRing()
        var lastBatch: Moment?
    }
    private let state = Mutex(State())
    private let source: String
    /// Where the errors of several sources come together.
    private let shared: ErrorLog?
    private let meters: SourceMeters?

    init(source: String, shared: ErrorLog?, meters: SourceMeters? = nil) {
        self.source = source
        self.shared = shared
        self.meters = meters
    }

    var counters: SourceCounters { state.withLock { $0.counters } }
    var errors: [RecordedError] { state.withLock { $0.ring.all } }

    /// When the last batch was handed on.
    var lastBatch: Moment? { state.withLock { $0.lastBatch } }

    func note(_ batch: KafkaBatch<some Sendable>) {
        let (records, tombstones) = state.withLock { state in
            let before = state.counters
            state.counters.note(batch)
            state.lastBatch = .now
            return (state.counters.records - before.records, state.counters.tombstones - before.tombstones)
        }
        meters?.batches.add()
        meters?.bytes.add(batch.byteCount)
        meters?.records.add(records)
        meters?.tombstones.add(tombstones)
    }

    /// An error and what became of it; a record's error counts by its reason.
    func note(_ error: any Error, _ outcome: RecordedError.Outcome) {
        let entry = RecordedError(error, outcome, source: source, time: .now)
        state.withLock { state in
            state.ring.append(entry)
            if let error = error as? DecodeError { state.counters.note(error.failure, outcome) }
        }
        if let error = error as? DecodeError { meters?.note(error.failure.code, outcome) }
        shared?.append(entry)
    }
}
