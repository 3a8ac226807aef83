import LaminarFormats
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What one source counts and the errors that it met; touched once a batch, not once a record.
final class SourceLedger: Sendable {
    private struct State: Sendable {
        var counters = SourceCounters()
        var ring = ErrorRing()
    }
    private let state = Mutex(State())
    private let source: String
    /// Where the errors of several sources come together.
    private let shared: ErrorLog?

    init(source: String, shared: ErrorLog?) {
        self.source = source
        self.shared = shared
    }

    var counters: SourceCounters { state.withLock { $0.counters } }
    var errors: [RecordedError] { state.withLock { $0.ring.all } }

    func note(_ batch: KafkaBatch<some Sendable>) { state.withLock { $0.counters.note(batch) } }

    /// An error and what became of it; a record's error counts by its reason.
    func note(_ error: any Error, _ outcome: RecordedError.Outcome) {
        let now = Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
        let entry = RecordedError(error, outcome, source: source, time: now)
        state.withLock { state in
            state.ring.append(entry)
            if let error = error as? DecodeError { state.counters.note(error.failure, outcome) }
        }
        shared?.append(entry)
    }
}
