internal import CRdKafka
import LaminarCore
import Synchronization

// What a transactor's own thread does: everything that blocks.
extension Transactor {
    func run() {
        initialise()
        while true {
            let (actions, due, isOver) = state.withLock { state in
                defer { state.actions = [] }
                return (state.actions, state.due, state.machine.state == .closed)
            }
            for action in actions { perform(action) }
            if isOver { break }
            guard actions.isEmpty else { continue }
            if client.outbox.isStale, state.withLock({ $0.machine.canAppend }) {
                handle(.renewing)
                continue
            }
            if let due, ContinuousClock.now >= due {
                state.withLock { $0.due = nil }
                handle(.commitDue)
                continue
            }
            wake.wait(due.map { $0 - .now } ?? .seconds(3600))
        }
        client.outbox.close()
        slot.release()
    }

    private func initialise() {
        let deadline = ContinuousClock.now + Self.startBound
        let what = "Starting transactions as \(slot)"
        while true {
            renewClient()
            switch Verdict(call(what, Self.askForEpoch), what) {
            case .done: return handle(.started)
            case .again(let error):
                guard ContinuousClock.now < deadline, !state.withLock({ $0.machine.isOver }) else { return fail(error) }
                log.log(.info, ["component": "transactions"], error.message)
            case .refused(let error), .fatal(let error): return fail(error)
            }
        }
    }

    private func perform(_ action: TransactionMachine.Action) {
        switch action {
        case .begin: begin()
        case .commit(let work): commit(work)
        case .abort: abort()
        case .rewind(let positions):
            let member = state.withLock { state in
                for (partition, _) in positions {
                    state.leastEpochs[partition] = (state.epochs[partition] ?? 0) + 1
                }
                return state.member
            }
            if let member, !positions.isEmpty { news.rewind(member, positions) }
        case .announce(let positions):
            state.withLock { $0.refusals = 0 }
            news.note(.committed(positions))
        case .fail: if let failure = state.withLock({ $0.failure }) { news.failed(failure) }
        case .release: break
        }
    }

    private func begin() {
        guard !renewClient() || startAnew() else { return }
        let what = "Beginning a transaction as \(slot)"
        switch Verdict(call(what) { rd_kafka_begin_transaction($0) }, what) {
        case .done: self.handle(.begun)
        case .again(let error), .refused(let error), .fatal(let error): fail(error)
        }
    }

    private func commit(_ work: TransactionMachine.Work) {
        guard let generation = generation() else {
            return refuse(KafkaError(code: .broker, message: "The consumer of \(slot) has no group any more."))
        }
        defer { rd_kafka_consumer_group_metadata_destroy(generation) }
        let list = PartitionList(work.next)
        let start = ContinuousClock.now
        let span = client.spans?.start(
            MessagingSpans.commit(Array(work.next.keys), group: state.withLock { $0.member }?.plan.group, parent: .none)
        )
        let isDone = commit(list, of: generation)
        span?.end(isDone ? nil : state.withLock { $0.cause ?? $0.failure })
        guard isDone else { return }
        client.meters.committed(since: start)
        handle(.committed)
    }

    /// - Returns: whether it is done; if not, the machine was told why.
    private func commit(_ list: borrowing PartitionList, of generation: OpaquePointer) -> Bool {
        let offsetList = list.list
        let offsets = attempt("Adding offsets to the transaction of \(slot)", givesWay: true) {
            rd_kafka_send_offsets_to_transaction($0, offsetList, generation, Self.slice)
        }
        switch offsets {
        case .done: break
        case .over: return false
        case .gaveWay:
            refuse(KafkaError(code: .unreachable, message: "The client of \(slot) is renewed."))
            return false
        }
        // Never given up for a new client: the outcome wouldn't be known.
        return attempt("Committing the transaction of \(slot)") { rd_kafka_commit_transaction($0, Self.slice) } == .done
    }

    /// The member's standing in its group. The consumer isn't held any longer, so that a call which is stuck doesn't keep it.
    private func generation() -> OpaquePointer? {
        let consumer = state.withLock { $0.member }?.groupClient
        return consumer.flatMap { rd_kafka_consumer_group_metadata($0.client) }
    }

    private func abort() {
        let cause = client.outbox.takeFailure() ?? state.withLock { $0.cause }
        guard endOpenTransaction() else { return }
        client.meters.aborted()
        // The reports of what was purged.
        _ = client.outbox.takeFailure()
        let refusals = state.withLock { state in
            state.cause = nil
            guard cause != nil else { return 0 }
            state.refusals += 1
            return state.refusals
        }
        if let cause {
            guard cause.mayPass || refusals < Self.mostRefusals else { return fail(cause) }
            news.note(.trouble(cause))
            log.log(.info, ["component": "transactions"], cause.message)
            if refusals > 1 { pause(refusals) }
        }
        handle(.aborted)
    }

    /// - Returns: whether it is done; if not, the machine was told why.
    private func endOpenTransaction() -> Bool {
        if !client.outbox.isStale {
            let abort = attempt("Aborting the transaction of \(slot)", givesWay: true, isAbort: true) {
                rd_kafka_abort_transaction($0, Self.slice)
            }
            if abort != .gaveWay { return abort == .done }
        }
        // What a client leaves open the broker aborts when the next one of its id begins.
        client.replaceClient(client.outbox.takeChanges() ?? ClientProperties(), giving: nil)
        return startAnew()
    }

    /// Goes on with a new client where certificates or keys have changed.
    ///
    /// - Returns: whether they had.
    @discardableResult
    private func renewClient() -> Bool {
        guard let changes = client.outbox.takeChanges() else { return false }
        client.replaceClient(changes, giving: nil)
        return true
    }

    /// Asks the broker for the id's next epoch.
    private static let askForEpoch: @Sendable (OpaquePointer) -> OpaquePointer? = {
        rd_kafka_init_transactions($0, slice)
    }

    /// - Returns: whether the new client may begin; if not, the machine was told why.
    private func startAnew() -> Bool {
        attempt("Starting transactions as \(slot)", refusalEnds: true, Self.askForEpoch) == .done
    }

    /// Waits longer from refusal to refusal, unless it is closed.
    private func pause(_ refusals: Int) {
        var backoff = Backoff(base: .milliseconds(100), cap: .seconds(10))
        var delay = backoff.next()
        for _ in 1..<min(refusals, 10) { delay = backoff.next() }
        let deadline = ContinuousClock.now + delay
        while ContinuousClock.now < deadline, !state.withLock({ $0.machine.isClosing }) {
            wake.wait(deadline - .now)
        }
    }

    private enum Ending {
        case done
        /// The machine was told why.
        case over
        /// A new client is to go on.
        case gaveWay
    }

    private func call(_ what: String, _ body: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        let handle = client.handle
        return calls.run(what, bound: callBound) { withExtendedLifetime(handle) { body(handle.client) } }
    }

    /// Calls until librdkafka has an answer that stands.
    ///
    /// - Parameters:
    ///   - givesWay: whether it ends without one where certificates or keys have changed.
    ///   - refusalEnds: whether there is no transaction to abort.
    ///   - isAbort: whether it ends without an answer too where the broker has nothing to abort: librdkafka's client is
    ///     of no use any more then. (One commits, the next one's first partition is refused since the broker isn't done with
    ///     that yet, and it is aborted at once.)
    private func attempt(
        _ what: String, givesWay: Bool = false, refusalEnds: Bool = false, isAbort: Bool = false,
        _ body: (OpaquePointer) -> OpaquePointer?
    ) -> Ending {
        var closing: ContinuousClock.Instant?
        // Given up, and come back after all: nothing more is done.
        while !state.withLock({ $0.machine.isOver }) {
            switch Verdict(call(what, body), what) {
            case .done: return .done
            case .again(let error):
                log.log(.info, ["component": "transactions"], error.message)
                if givesWay, client.outbox.isStale { return .gaveWay }
                // A broker that is away may come back; but a close doesn't wait for it for ever.
                if state.withLock({ $0.machine.isClosing }) { closing = closing ?? .now + Self.closeBound }
                if let closing, ContinuousClock.now > closing {
                    fail(error)
                    return .over
                }
                wake.wait(.milliseconds(20))
            case .refused(let error):
                if refusalEnds { fail(error) } else { refuse(error) }
                return .over
            case .fatal(let error):
                if isAbort, error.clientCode == RD_KAFKA_RESP_ERR_INVALID_TXN_STATE.rawValue {
                    log.log(.info, ["component": "transactions"], error.message)
                    return .gaveWay
                }
                fail(error)
                return .over
            }
        }
        return .over
    }
}
