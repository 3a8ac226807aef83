internal import CRdKafka
import LaminarCore
import Synchronization

/// Counts a producer's records on their way, makes callers wait for room, and hands out the broker's reports.
final class Outbox: ClientDelegate {
    /// Below librdkafka's own 100,000, which counts a record until after its report, by more than ``ArenaRun`` has.
    private static let mostRecords = 80_000
    private static let mostBytes = 64 << 20

    /// What a caller waits for.
    fileprivate enum Wish {
        case room
        /// That librdkafka may be given a record.
        case turn
        /// That no move is under way.
        case settled
        case report
        case emptiness
    }

    fileprivate struct Waiter {
        let wish: Wish
        let continuation: CheckedContinuation<Void, Never>
    }

    fileprivate struct State {
        var records = 0
        var bytes = 0
        /// In order of arrival.
        var waiters: [(id: Int, waiter: Waiter)] = []
        var nextWaiter = 0
        var failure: KafkaError?
        /// Records that librdkafka has, which it will report on.
        var accepted = 0
        var reports = 0
        /// Whether there was one since the waiters were looked at.
        var hasNewReport = false
        /// What was reported and isn't counted yet.
        var reported = SinkMeters.Reported()
        /// Whether the records go from one client to the next: librdkafka is given none meanwhile.
        var isMoving = false
        /// Whether what the old client gives up is kept for the next one.
        var takesBack = false
        /// In the order in which they were given up; they count as on their way.
        var takenBack: [TakenBackRecord] = []
        var isClosing = false
        var isClosed = false

        var hasRoom: Bool { records < Outbox.mostRecords && bytes < Outbox.mostBytes }
        var isEmpty: Bool { accepted == 0 && takenBack.isEmpty }
    }

    private let state = Mutex(State())
    private let log: any LogSink
    private let meters: SinkMeters?
    /// Told of errors that no record's report carries: a fatal one.
    private let onFatal: @Sendable (KafkaError) -> Void
    /// Told when certificates or keys have changed, which only a new client uses.
    private let onStale: @Sendable () -> Void
    private let changes = Mutex<ClientProperties?>(nil)

    init(
        log: any LogSink, meters: SinkMeters? = nil, onFatal: @escaping @Sendable (KafkaError) -> Void = { _ in },
        onStale: @escaping @Sendable () -> Void = {}
    ) {
        self.meters = meters
        self.log = log
        self.onFatal = onFatal
        self.onStale = onStale
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    static let closedError = KafkaError(code: .closed, message: "This producer was closed: make a new one.")

    // MARK: Room

    /// Takes room for one record where there is some.
    ///
    /// - Throws: ``KafkaError`` with code `closed`.
    func takeRoom(bytes: Int) throws(KafkaError) -> Bool { try takeRoom(1, bytes, accepting: false) }

    /// Takes room for some records, which librdkafka is about to be given, where there is room for one: they are few enough.
    ///
    /// - Throws: ``KafkaError`` with code `closed`.
    func takeRoom(forAll records: Int, bytes: Int) throws(KafkaError) -> Bool {
        try takeRoom(records, bytes, accepting: true)
    }

    private func takeRoom(_ records: Int, _ bytes: Int, accepting: Bool) throws(KafkaError) -> Bool {
        let taken: Bool? = state.withLock { state in
            guard !state.isClosing else { return nil }
            guard state.hasRoom, !(accepting && state.isMoving) else { return false }
            state.records += records
            state.bytes += bytes
            if accepting { state.accepted += records }
            return true
        }
        guard let taken else { throw Self.closedError }
        return taken
    }

    /// Librdkafka has refused some of them, which are no longer on their way.
    func refuse(_ records: Int, bytes: Int) {
        guard records > 0 else { return }
        wake { state in
            state.records -= records
            state.bytes -= bytes
            state.accepted -= records
        }
    }

    /// Waits for room and takes it for one record.
    ///
    /// - Throws: ``KafkaError`` with code `closed`; `CancellationError` when the task is cancelled while it waits.
    func waitForRoom(bytes: Int) async throws {
        while try !takeRoom(bytes: bytes) {
            try await wait(for: .room) { $0.hasRoom || $0.isClosing }
        }
    }

    /// A record is no longer on its way.
    func refund(bytes: Int) {
        wake { state in
            state.records -= 1
            state.bytes -= bytes
        }
    }

    // MARK: Reports

    /// How many records have been reported on.
    var reportCount: Int { state.withLock { $0.reports } }

    /// Waits until there were more reports than `reports`.
    ///
    /// - Returns: false where none will come, since librdkafka has no record.
    /// - Throws: `CancellationError`.
    func waitForReport(after reports: Int) async throws -> Bool {
        guard state.withLock({ $0.accepted > 0 || $0.reports != reports }) else { return false }
        try await wait(for: .report) { $0.reports != reports || $0.accepted == 0 || $0.isClosed }
        return true
    }

    /// Waits until every record has been reported on.
    ///
    /// - Throws: `CancellationError`.
    func waitUntilEmpty() async throws {
        try await wait(for: .emptiness) { $0.isEmpty || $0.isClosed }
    }

    /// The same in a task that was cancelled too.
    func waitUntilEmptyInAnyCase() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.isEmpty || state.isClosed { return true }
                state.waiters.append((0, Waiter(wish: .emptiness, continuation: continuation)))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Librdkafka is about to be given a record; waits while records go from one client to the next.
    ///
    /// - Throws: ``KafkaError`` with code `closed`; `CancellationError` when the task is cancelled while it waits.
    func accept() async throws {
        while true {
            let accepted: Bool? = state.withLock { state in
                guard !state.isClosing else { return nil }
                guard !state.isMoving else { return false }
                state.accepted += 1
                return true
            }
            guard let accepted else { throw Self.closedError }
            if accepted { return }
            try await wait(for: .turn) { !$0.isMoving || $0.isClosing }
        }
    }

    /// Librdkafka didn't take it.
    func refuse() { wake { $0.accepted -= 1 } }

    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
        guard let opaque = message.pointee._private else { return }
        let response = message.pointee.err
        if Self.wasGivenUp(response), takeBack(message, opaque) { return }
        let tag = DeliveryTag(opaque)
        var error: KafkaError?
        if response != RD_KAFKA_RESP_ERR_NO_ERROR { error = Self.error(of: message) }
        let bytes: Int
        switch tag {
        case .counted(let count):
            bytes = count
            if let error { note(error) }
        case .receipt(let receipt):
            bytes = receipt.bytes ?? (message.pointee.len + message.pointee.key_len)
            receipt.resolve(message, error)
        }
        wake { state in
            state.accepted -= 1
            state.reports += 1
            state.hasNewReport = true
            state.records -= 1
            state.bytes -= bytes
            if response == RD_KAFKA_RESP_ERR_NO_ERROR {
                state.reported.records += 1
                state.reported.bytes += bytes
            } else {
                state.reported.failures += 1
            }
        }
    }

    /// Reports of records that nobody waits for, all at once.
    func delivered(_ count: ReportTally.Count) {
        guard count.records > 0 else { return }
        wake { state in
            state.accepted -= count.records
            state.reports += count.records
            state.hasNewReport = true
            state.records -= count.records
            state.bytes -= count.bytes
            state.reported.records += count.records
            state.reported.bytes += count.bytes
        }
    }

    /// Brings the reports since the last time to the counters: once a turn of the client's thread.
    func countReports() {
        guard let meters else { return }
        let reported = state.withLock { state in
            defer { state.reported = SinkMeters.Reported() }
            return state.reported
        }
        meters.note(reported)
    }

    private static func error(of message: UnsafePointer<rd_kafka_message_t>) -> KafkaError {
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        let error = KafkaError(message.pointee.err, "Writing to topic \(topic)")
        return KafkaError(
            code: .delivery, message: error.message, clientCode: error.clientCode, underlying: error)
    }

    // MARK: Failures

    func note(_ failure: KafkaError) {
        state.withLock { $0.failure = $0.failure ?? failure }
    }

    /// The first failure since the last call, once.
    func takeFailure() -> KafkaError? { state.withLock { $0.failure.take() } }

    /// The first failure since the last call, once.
    func throwFailure() throws(KafkaError) {
        if let failure = takeFailure() { throw failure }
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Kafka producer", detail: reason)
        log.log(.info, ["component": "producer"], error.message)
        guard error.code == .fatal else { return }
        note(error)
        onFatal(error)
    }

    // MARK: From one client to the next

    func clientIsStale(_ changes: ClientProperties) {
        self.changes.withLock { $0 = changes }
        onStale()
    }

    /// Whether only a new client would use certificates or keys that have changed.
    var isStale: Bool { changes.withLock { $0 != nil } }

    /// What a new client is made with; once.
    func takeChanges() -> ClientProperties? { changes.withLock { $0.take() } }

    /// How many records the client has.
    var acceptedCount: Int { state.withLock { $0.accepted } }

    /// From now on librdkafka is given no record.
    func beginMove() { state.withLock { $0.isMoving = true } }

    /// What the old client gives up from now on is kept.
    func beginTakingBack() { state.withLock { $0.takesBack = true } }

    private static func wasGivenUp(_ response: rd_kafka_resp_err_t) -> Bool {
        response == RD_KAFKA_RESP_ERR__PURGE_QUEUE || response == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT
    }

    /// - Returns: whether the record was kept.
    private func takeBack(
        _ message: UnsafePointer<rd_kafka_message_t>, _ opaque: UnsafeMutableRawPointer
    ) -> Bool {
        guard state.withLock({ $0.takesBack }) else { return false }
        let record = TakenBackRecord(message, opaque: opaque)
        wake { state in
            state.takenBack.append(record)
            state.accepted -= 1
        }
        return true
    }

    /// What was kept, for the new client, which is about to be given each of them.
    func takeTakenBack() -> [TakenBackRecord] {
        state.withLock { state in
            state.takesBack = false
            state.accepted += state.takenBack.count
            defer { state.takenBack = [] }
            return state.takenBack
        }
    }

    /// The new client refuses a record that was kept.
    func refuse(_ record: TakenBackRecord, _ error: KafkaError) {
        let tag = DeliveryTag(record.opaque)
        let bytes: Int
        switch tag {
        case .counted(let count):
            bytes = count
            note(error)
        case .receipt(let receipt):
            bytes = receipt.bytes ?? record.byteCount
            receipt.fail(error)
        }
        wake { state in
            state.accepted -= 1
            state.reports += 1
            state.hasNewReport = true
            state.records -= 1
            state.bytes -= bytes
        }
    }

    /// Whoever waited goes on, with the client that is there now.
    func endMove() { wake { $0.isMoving = false } }

    /// Waits until no move is under way.
    func waitUntilMoved() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if !state.isMoving { return true }
                state.waiters.append((0, Waiter(wish: .settled, continuation: continuation)))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    // MARK: Closing

    /// - Returns: whether this is the first close.
    func beginClose() -> Bool {
        var isFirst = false
        wake { state in
            isFirst = !state.isClosing
            state.isClosing = true
        }
        return isFirst
    }

    func close() {
        wake { state in
            state.isClosing = true
            state.isClosed = true
        }
    }

    // MARK: Waiting

    /// Suspends until `isReady`, which is looked at whenever something changed that the wish names.
    private func wait(for wish: Wish, until isReady: @Sendable (State) -> Bool) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if isReady(state) || Task.isCancelled { return true }
                    state.waiters.append((id, Waiter(wish: wish, continuation: continuation)))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index).waiter
            }
            waiter?.continuation.resume()
        }
        if state.withLock({ !isReady($0) }) { try Task.checkCancellation() }
    }

    /// Changes the state and lets those go on who may: everybody who waits for room where there is some, since each looks
    /// again.
    private func wake(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            return state.takeWaiters()
        }
        for waiter in woken { waiter.continuation.resume() }
    }
}

extension Outbox: MetricReader {
    func read(into readings: inout MetricReadings) {
        let (records, bytes) = state.withLock { ($0.records, $0.bytes) }
        meters?.read(records: records, bytes: bytes, into: &readings)
    }
}

extension Outbox.State {
    fileprivate mutating func takeWaiters() -> [Outbox.Waiter] {
        defer { hasNewReport = false }
        // The common case, once a record at most, allocates nothing.
        if waiters.isEmpty { return [] }
        let woken = waiters.filter { mayGoOn($0.waiter.wish) }
        if !woken.isEmpty { waiters.removeAll { entry in woken.contains { $0.id == entry.id } } }
        return woken.map(\.waiter)
    }

    private func mayGoOn(_ wish: Outbox.Wish) -> Bool {
        switch wish {
        case .room: hasRoom || isClosing
        case .turn: !isMoving || isClosing
        case .settled: !isMoving
        case .report: hasNewReport || accepted == 0 || isClosed
        case .emptiness: isEmpty || isClosed
        }
    }
}
