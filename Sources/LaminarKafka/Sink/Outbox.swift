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
                if state.isClosed { throw KafkaError(code: .closed, message: "This producer was closed: make a new one.") }
                guard state.hasRoom else { return false }
                state.records += 1
                state.bytes += bytes
                return true
            }
            if taken { return }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.hasRoom || state.isClosed { return true }
                    state.roomWaiters.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Waits until one more record is off its way.
    func waitForReport() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                // The caller's own record is counted.
                if state.records <= 1 || state.isClosed { return true }
                state.reportWaiters.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.records == 0 || state.isClosed { return true }
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

    func close() {
        let waiters = state.withLock { state in
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
        if records == 0 || isClosed {
            waiters += emptyWaiters
            emptyWaiters = []
        }
        return waiters
    }
}
