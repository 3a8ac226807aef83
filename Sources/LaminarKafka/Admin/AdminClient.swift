internal import CRdKafka
import LaminarCore
import Synchronization

/// The client behind an admin: asks, waits in bounds, and says why no answer came. Its calls block.
final class AdminClient: Sendable {
    private let handle: ClientHandle
    private let watch: AdminWatch

    /// After a fault that names its cause, the other brokers get that long to do better.
    private static let grace = Duration.seconds(2)
    private static let slice: Int32 = 50

    init(_ properties: ClientProperties, log: any LogSink) throws(KafkaError) {
        watch = AdminWatch()
        handle = try ClientHandle(
            .consumer, properties: properties, callbacks: ClientCallbacks(log: log, delegate: watch))
    }

    var client: OpaquePointer { handle.client }
    /// Whether its certificates have changed since, so that the next call wants another one.
    var isStale: Bool { watch.isStale.load(ordering: .acquiring) }

    // MARK: Metadata

    /// What the brokers tell of themselves and, where asked for, of all topics.
    func metadata(allTopics: Bool, _ call: AdminCall) throws(KafkaError) -> ClusterSnapshot {
        let begun = ContinuousClock.now
        var patience: Int32 = 1_000
        while true {
            var found: UnsafePointer<rd_kafka_metadata>?
            let response = rd_kafka_metadata(
                client, allTopics ? 1 : 0, nil, &found, min(patience, call.milliseconds))
            if response == RD_KAFKA_RESP_ERR_NO_ERROR, let found {
                defer { rd_kafka_metadata_destroy(found) }
                return ClusterSnapshot(found.pointee, client)
            }
            patience = min(patience * 2, 16_000)
            rd_kafka_poll(client, Self.slice)
            try giveUpWhereHopeless(call, since: begun, "Asking for the cluster's brokers", response)
        }
    }

    // MARK: Requests

    /// Sends requests, each of which is answered by one event, and hands the events over as they come. One that met what
    /// passes is sent again for a while.
    ///
    /// A request's own time is short at first: librdkafka 2.0.2 that is told, by a cluster that has just started, of no
    /// coordinator yet waits for a broker to come or go before it asks again.
    ///
    /// - Parameters:
    ///   - what: begins the sentence of an error.
    ///   - send: sends one of the requests with the options and to the queue that it is given.
    ///   - receive: gets the number of a request and its event, keeps what it says, and returns the error that it met; nil
    ///     for none.
    func ask(
        _ what: String, requests count: Int = 1, _ call: AdminCall,
        send: (Int, _ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
        receive: (Int, _ event: OpaquePointer) -> rd_kafka_resp_err_t?
    ) throws(KafkaError) {
        // Where there is no broker it is better to say so than to wait for each request's own end.
        _ = try metadata(allTopics: false, call)
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        var open = Array(0..<count)
        var patience: Int32 = 2_000
        while !open.isEmpty {
            let options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY)
            defer { rd_kafka_AdminOptions_destroy(options) }
            rd_kafka_AdminOptions_set_request_timeout(options, min(patience, call.milliseconds), nil, 0)
            for number in open {
                // From 1: null is no number.
                rd_kafka_AdminOptions_set_opaque(options, UnsafeMutableRawPointer(bitPattern: number + 1))
                send(number, options, queue)
            }
            open = try events(open.count, on: queue, what, call) { number, event in
                receive(number, event).map(Self.passing.contains) ?? false
            }
            guard !open.isEmpty, call.mayRetry else { return }
            patience = min(patience * 2, 30_000)
            WakeSignal().wait(.milliseconds(100))
        }
    }

    /// What is over in a moment: a group's coordinator that is being chosen or moves, a connection that broke.
    static let passing: Set<rd_kafka_resp_err_t> = [
        RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT,
        RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
    ]

    /// - Returns: the numbers of the requests that `isPassing` says should be sent again.
    private func events(
        _ count: Int, on queue: OpaquePointer?, _ what: String, _ call: AdminCall,
        isPassing: (Int, OpaquePointer) -> Bool
    ) throws(KafkaError) -> [Int] {
        let begun = ContinuousClock.now
        var outstanding = count
        var again: [Int] = []
        while outstanding > 0 {
            guard let event = rd_kafka_queue_poll(queue, Self.slice) else {
                rd_kafka_poll(client, 0)
                try giveUpWhereHopeless(call, since: begun, what, RD_KAFKA_RESP_ERR__TIMED_OUT)
                continue
            }
            outstanding -= 1
            let number = Int(bitPattern: rd_kafka_event_opaque(event)) - 1
            if number >= 0, isPassing(number, event) { again.append(number) }
            rd_kafka_event_destroy(event)
        }
        return again
    }

    private func giveUpWhereHopeless(
        _ call: AdminCall, since begun: ContinuousClock.Instant, _ what: String, _ response: rd_kafka_resp_err_t
    ) throws(KafkaError) {
        let trouble = watch.trouble(since: begun)
        let isRefused = trouble.map { $0.fault.stage == .tls || $0.fault.stage == .sasl } ?? false
        let isAwaitingToken = handle.renewal?.tokens?.tokenState == .awaited
        let isHopeless = isRefused && !isAwaitingToken && trouble.map { .now - $0.first >= Self.grace } == true
        guard call.isOver || isHopeless else { return }
        if call.isCancelled { throw KafkaError(code: .closed, message: "\(what): nobody waits for it any more.") }
        if let trouble {
            throw KafkaError(
                code: KafkaError.Code(trouble.fault.response), message: trouble.fault.sentence + ".",
                clientCode: trouble.fault.response.rawValue)
        }
        throw KafkaError(response, what)
    }
}

/// What goes wrong with the connections.
private final class AdminWatch: ClientDelegate {
    struct Trouble {
        let fault: ConnectionFault
        /// When this stage was come to first, and the last time.
        let first: ContinuousClock.Instant
        let last: ContinuousClock.Instant
    }
    private let state = Mutex<Trouble?>(nil)
    let isStale = Atomic<Bool>(false)

    /// Of a time that matters still: what was said long before a call, and wasn't since, may be mended.
    func trouble(since begun: ContinuousClock.Instant) -> Trouble? {
        state.withLock { trouble in trouble.flatMap { $0.last >= begun - .seconds(10) ? $0 : nil } }
    }

    func connectionFailed(_ fault: ConnectionFault) {
        state.withLock { state in
            // A cause that is named counts for more than that a connection broke.
            if let known = state, known.fault.stage != .metadata, fault.stage == .metadata { return }
            let isSame = state?.fault.stage == fault.stage && state.map { .now - $0.last < .seconds(30) } == true
            state = Trouble(fault: fault, first: isSame ? state?.first ?? .now : .now, last: .now)
        }
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}
    func rebalance(
        _ response: rd_kafka_resp_err_t, _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {}
    func clientIsStale(_ changes: ClientProperties) { isStale.store(true, ordering: .releasing) }
}
