import LaminarCore
import Synchronization

/// What an iterator has in hand: a batch, and how many of its values it has given to the host.
///
/// Shared with the source, so that a close from inside the loop can count what the loop had finished.
final class Hand<Value: Sendable>: Sendable {
    /// Written by the iterator without a lock, once a value; read by the iterator, or by a close in the same task.
    nonisolated(unsafe) let handedOut: UnsafeMutablePointer<Int>
    private struct Held {
        var batch: KafkaBatch<Value>?
        var start = ContinuousClock.now
        var span: (any OpenSpan)?
    }
    private let held = Mutex(Held())
    private let counting: Counting
    private let isAutomatic: Bool
    private let meters: SourceMeters?
    /// Nil where no spans are wanted, or where what is done with a batch in hand isn't known here.
    private let spans: MessagingSpans?

    /// What `handedOut` counts; with nothing, a batch in hand at the end isn't processed at all.
    enum Counting {
        case values
        case records
        case nothing
    }

    init(counting: Counting, isAutomatic: Bool, meters: SourceMeters? = nil, spans: MessagingSpans? = nil) {
        self.meters = meters
        self.spans = spans
        handedOut = .allocate(capacity: 1)
        handedOut.initialize(to: 0)
        self.counting = counting
        self.isAutomatic = isAutomatic
    }

    deinit { handedOut.deallocate() }

    func take(_ next: KafkaBatch<Value>) {
        handedOut.pointee = 0
        let span = spans?.process(next)
        held.withLock { held in
            held.batch = next
            held.start = .now
            held.span = span
        }
    }

    /// Asking for more means that everything handed out before is processed.
    func finishAll() {
        guard let batch = release(), isAutomatic else { return }
        batch.member.acknowledge(batch.runs)
    }

    /// Leaving the loop means that all but the value in hand are processed.
    func finishAllButLast() {
        let handedOut = handedOut.pointee
        guard let batch = release(), isAutomatic, handedOut > 1 else { return }
        switch counting {
        case .values: batch.member.acknowledge(batch.runs(afterValues: handedOut - 1))
        case .records: batch.member.acknowledge(batch.messages.runs(upTo: handedOut - 1))
        case .nothing: break
        }
    }

    private func release() -> KafkaBatch<Value>? {
        let (batch, start, span) = held.withLock { held in
            defer { (held.batch, held.span) = (nil, nil) }
            return (held.batch, held.start, held.span)
        }
        if batch != nil { meters?.processTime.record(since: start) }
        span?.end(nil)
        return batch
    }
}

/// Takes batches from a channel for one iterator, and marks what was taken before as processed.
///
/// Its end is the iterator's: a `break` frees it, and what the host had finished counts as processed even then. It isn't
/// Sendable and lives in one iterator.
@usableFromInline final class BatchCursor<Value: Sendable> {
    private let engine: SourceEngine<Value>
    private let channel: HandoffChannel<KafkaBatch<Value>>
    private let hand: Hand<Value>
    /// Whether this is the source's own cursor, which starts it with the first batch and ends it with itself.
    private let isMain: Bool
    private let counting: Hand<Value>.Counting
    private var isStarted = false
    private var isEnded = false
    @usableFromInline let handedOut: UnsafeMutablePointer<Int>

    init(
        _ engine: SourceEngine<Value>, _ channel: HandoffChannel<KafkaBatch<Value>>, isMain: Bool,
        counting: Hand<Value>.Counting
    ) {
        self.engine = engine
        self.channel = channel
        self.isMain = isMain
        self.counting = counting
        let isAutomatic = engine.options.acknowledgement == .automatic
        hand = Hand(
            counting: counting, isAutomatic: isAutomatic, meters: engine.meters,
            spans: isAutomatic || engine.options.checkpoint != nil ? engine.spans : nil)
        handedOut = hand.handedOut
        if !isMain { engine.hostArrived(ObjectIdentifier(self)) }
    }

    deinit { leave() }

    /// The next batch that holds something for the host; nil at the end.
    ///
    /// - Parameter keepsEmpty: for hosts that want records, tombstones included.
    func next(keepsEmpty: Bool, isolation actor: isolated (any Actor)?) async throws -> KafkaBatch<Value>? {
        guard !isEnded else { return nil }
        if !isStarted {
            isStarted = true
            do { try await start() } catch {
                isEnded = true
                engine.hostLeft(ObjectIdentifier(self), endsSource: false)
                throw error
            }
        }
        hand.finishAll()
        engine.hostAsked(ObjectIdentifier(self), hand)
        do {
            while let next = try await channel.receive(isolation: actor) {
                next.lane.refund(bytes: next.messages.credit)
                guard let next = next.current() else { continue }
                engine.spans?.received(next)
                hand.take(next)
                if !next.isEmpty || keepsEmpty { return next }
                hand.finishAll()
            }
        } catch {
            leave()
            throw error
        }
        leave()
        return nil
    }

    /// - Throws: ``KafkaError`` where there is nothing to acknowledge, or somebody else iterates already.
    private func start() async throws {
        if counting == .values, engine.options.acknowledgement == .explicit {
            throw KafkaError(
                code: .misuse,
                message: "This source was made with explicit acknowledgement, and plain values can't be acknowledged: "
                    + "iterate its 'records' or 'batches', or make it without 'acknowledgement: .explicit'.")
        }
        if isMain {
            try await engine.start(.merged, for: ObjectIdentifier(self))
        } else if !channel.claim() {
            throw KafkaError(
                code: .alreadyIterated,
                message:
                    "A partition can be iterated once, by one task, since it remembers what was processed. It comes "
                    + "again as a new one after a rebalance.")
        }
    }

    private func leave() {
        guard !isEnded else { return }
        isEnded = true
        hand.finishAllButLast()
        engine.hostLeft(ObjectIdentifier(self), endsSource: isMain && isStarted)
    }
}
