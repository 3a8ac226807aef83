internal import CRdKafka
import LaminarCore
import Synchronization

/// Counts a producer's records on their way, makes callers wait for room, and hands out the broker's reports.
final class Outbox: ClientDelegate {
    /// Below librdkafka's own 100,000, which counts a record until after its report.
    private static let mostRecords = 80_000
    private static let mostBytes = 64 << 20

    fileprivate struct State {
        var records = 0
        var bytes = 0
        var roomWaiters: [CheckedContinuation<Void, Never>] = []
        var emptyWaiters: [CheckedContinuation<Void, Never>] = []
        var reportWaiters: [CheckedContinuation<Void, Never>] = []
        var failure: KafkaError?
        /// Records that librdkafka has, which it will report on.
        var accepted = 0
        var reports = 0
        var isClosing = false
        var isClosed = false

        var hasRoom: Bool { records < Outbox.mostRecords && bytes < Outbox.mostBytes }
    }

    private let state = Mutex(State())
    private let log: any LogSink

    init(log: any LogSink) { self.log = log }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Waits for room and takes it for one record.
    ///
    /// - Throws: ``KafkaError`` with code `closed`.
    func waitForRoom(bytes: Int) async throws {
        while true {
            let taken: Bool = try state.withLock { state in
                if state.isClosing {
                    throw KafkaError(code: .closed, message: "This producer was closed: make a new one.")
                }
                guard state.hasRoom else { return false }
                state.records += 1
                state.bytes += bytes
                return true
            }
            if taken { return }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.hasRoom || state.isClosing { return true }
                    state.roomWaiters.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// How many records have been reported on.
    var reportCount: Int { state.withLock { $0.reports } }

    /// Waits until there were more reports than `reports`.
    ///
    /// - Returns: false where none will come, since librdkafka has no record.
    func waitForReport(after reports: Int) async -> Bool {
        guard state.withLock({ $0.accepted > 0 || $0.reports != reports }) else { return false }
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.reports != reports || state.accepted == 0 { return true }
                state.reportWaiters.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
        return true
    }

    /// Librdkafka is about to be given a record.
    ///
    /// - Returns: false once the producer closes.
    func accept() -> Bool {
        state.withLock { state in
            guard !state.isClosing else { return false }
            state.accepted += 1
            return true
        }
    }

    /// Librdkafka didn't take it.
    func refuse() { state.withLock { $0.accepted -= 1 } }

    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.accepted == 0 || state.isClosed { return true }
                state.emptyWaiters.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// A record is no longer on its way.
    func refund(bytes: Int) {
        let waiters = state.withLock { state in
            state.records -= 1
            state.bytes -= bytes
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    func note(_ failure: KafkaError) {
        state.withLock { $0.failure = $0.failure ?? failure }
    }

    /// The first failure since the last call, once.
    func throwFailure() throws {
        if let failure = state.withLock({ $0.failure.take() }) { throw failure }
    }

    /// - Returns: whether this is the first close.
    func beginClose() -> Bool {
        let (isFirst, waiters) = state.withLock { state in
            defer { state.isClosing = true }
            guard !state.isClosing else { return (false, [CheckedContinuation<Void, Never>]()) }
            defer { state.roomWaiters = [] }
            return (true, state.roomWaiters)
        }
        for waiter in waiters { waiter.resume() }
        return isFirst
    }

    func close() {
        let waiters = state.withLock { state in
            state.isClosing = true
            state.isClosed = true
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
        guard let opaque = message.pointee._private else { return }
        let receipt = Unmanaged<Receipt>.fromOpaque(opaque).takeRetainedValue()
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
            receipt.resolve(
                .success(
                    Delivery(
                        partition: TopicPartition(topic, message.pointee.partition), offset: message.pointee.offset)))
        } else {
            let error = KafkaError(message.pointee.err, "Writing to topic \(topic)")
            receipt.resolve(
                .failure(
                    KafkaError(
                        code: .delivery, message: error.message, clientCode: error.clientCode, underlying: error)))
        }
        state.withLock { state in
            state.accepted -= 1
            state.reports += 1
        }
        refund(bytes: receipt.bytes)
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Kafka producer", detail: reason)
        log.log(.info, ["component": "producer"], error.message)
        if error.code == .fatal { note(error) }
    }
}

extension Outbox.State {
    /// Those who may go on now: everybody who waits for room where there is some, since each looks again.
    fileprivate mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        var waiters = reportWaiters
        reportWaiters = []
        if hasRoom || isClosed {
            waiters += roomWaiters
            roomWaiters = []
        }
        if accepted == 0 || isClosed {
            waiters += emptyWaiters
            emptyWaiters = []
        }
        return waiters
    }
}
