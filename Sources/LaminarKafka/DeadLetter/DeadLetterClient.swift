internal import CRdKafka
import LaminarCore
import Synchronization

/// The client that writes dead letters: acknowledged by all in-sync replicas, in order, none doubled by a retry.
///
/// Used by one thread, which also serves the reports; key, value, headers and timestamp go from librdkafka's memory to
/// librdkafka's memory as they came.
struct DeadLetterClient {
    private var plan: DeadLetterPlan
    private var handle: ClientHandle
    private let reports: DeadLetterReports

    private static let slice: Int32 = 100
    /// How long letters may be on their way before the source's state says so.
    private static let patience = Duration.seconds(1)
    static let closed = KafkaError(
        code: .closed, message: "The source was closed before its dead letters were written.")

    init(_ plan: DeadLetterPlan) throws(KafkaError) {
        self.plan = plan
        reports = DeadLetterReports(plan)
        handle = try Self.makeHandle(plan, reports)
    }

    private static func makeHandle(
        _ plan: DeadLetterPlan, _ reports: DeadLetterReports
    ) throws(KafkaError) -> ClientHandle {
        try ClientHandle(
            .producer, properties: plan.properties, callbacks: ClientCallbacks(log: plan.log, delegate: reports))
    }

    /// Serves librdkafka's callbacks; to be called now and then while there is nothing to write.
    mutating func serve() throws(KafkaError) {
        rd_kafka_poll(handle.client, 0)
        try renewIfStale()
    }

    /// Goes on with a new client where certificates or keys have changed. Nothing may be on its way.
    private mutating func renewIfStale() throws(KafkaError) {
        guard let changes = reports.takeChanges() else { return }
        plan.properties.adopt(changes)
        handle = try Self.makeHandle(plan, reports)
    }

    /// Writes the letters of a batch and waits until the brokers have them all.
    ///
    /// - Throws: ``KafkaError`` with code `closed` when `isStopped` says so, else why the first could not be written.
    mutating func write(_ letters: [DeadLetter], of batch: MessageBatch, isStopped: () -> Bool) throws(KafkaError) {
        var isWaiting = false
        var left = Array(letters.indices)
        while !left.isEmpty {
            try renewIfStale()
            send(left, letters, batch, isStopped, &isWaiting)
            // Given up by a client that is renewed.
            left = reports.takeReturned()
        }
        let refused = reports.takeRefusal()
        if isStopped() { throw Self.closed }
        if let refused {
            let place = batch.run(ofOnly: letters[refused.letter].index)
            throw .deadLetter(
                "\(place.partition)@\(place.offsets.lowerBound)", plan, refused.response, underlying: reports.fatal)
        }
        if isWaiting { plan.report(.goingOn) }
    }

    /// Hands letters to the client and waits for its reports on them all.
    private func send(
        _ numbers: [Int], _ letters: [DeadLetter], _ batch: MessageBatch, _ isStopped: () -> Bool,
        _ isWaiting: inout Bool
    ) {
        let started = ContinuousClock.now
        var isPurged = false
        /// Takes reports for a moment; gives everything up where nobody waits for it any more, or a new client is to write.
        func takeReports() {
            rd_kafka_poll(handle.client, Self.slice)
            // The old client gets a moment for what it can still write.
            let givesWay = reports.isStale && ContinuousClock.now - started >= Self.patience
            if !isPurged, isStopped() || reports.fatal != nil || givesWay {
                isPurged = true
                if !isStopped(), reports.fatal == nil { reports.beginReturning() }
                rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            }
            if !isPurged, ContinuousClock.now - started >= Self.patience {
                isWaiting = true
                plan.report(.waiting("the dead letter topic \(plan.topic) takes no record"))
            }
        }
        for number in numbers {
            var response = produce(letters[number], batch, number)
            while response == RD_KAFKA_RESP_ERR__QUEUE_FULL, !isPurged {
                takeReports()
                response = produce(letters[number], batch, number)
            }
            guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
                reports.refuse(number, response)
                break
            }
        }
        // Everything that librdkafka took is reported on, a purge included, before the next letters come.
        while !reports.areComplete { takeReports() }
    }

    private func produce(_ letter: DeadLetter, _ batch: MessageBatch, _ number: Int) -> rd_kafka_resp_err_t {
        let message = batch[letter.index].pointee
        let headers = batch.copyHeaders(of: letter.index) ?? rd_kafka_headers_new(letter.headers.count)
        for header in letter.headers {
            _ = rd_kafka_header_add(headers, header.name, -1, header.value, header.value.utf8.count)
        }
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(batch[letter.index], &type)
        reports.expectOne()
        let response = laminar_produce(
            handle.client, plan.topic, Int32(RD_KAFKA_PARTITION_UA), message.key, message.key_len, message.payload,
            message.len, type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : max(0, timestamp), headers,
            // From 1: librdkafka's null is no number.
            UnsafeMutableRawPointer(bitPattern: number + 1))
        if response != RD_KAFKA_RESP_ERR_NO_ERROR {
            reports.expectOneLess()
            rd_kafka_headers_destroy(headers)
        }
        return response
    }
}

/// What the brokers said to the letters that are on their way.
private final class DeadLetterReports: ClientDelegate {
    private struct State {
        var outstanding = 0
        /// The first of the letters that was refused, and why.
        var refused: (letter: Int, response: rd_kafka_resp_err_t)?
        /// A client that is broken for good.
        var fatal: KafkaError?
        /// Whether a new client gets what this one gives up.
        var isReturning = false
        var returned: [Int] = []

        mutating func refuse(_ letter: Int, _ response: rd_kafka_resp_err_t) {
            if letter < refused?.letter ?? .max { refused = (letter, response) }
        }
    }
    private let state = Mutex(State())
    private let changes = Mutex<ClientProperties?>(nil)
    private let plan: DeadLetterPlan

    init(_ plan: DeadLetterPlan) { self.plan = plan }

    func clientIsStale(_ changes: ClientProperties) { self.changes.withLock { $0 = changes } }
    var isStale: Bool { changes.withLock { $0 != nil } }
    func takeChanges() -> ClientProperties? { changes.withLock { $0.take() } }
    func beginReturning() { state.withLock { $0.isReturning = true } }

    /// What the client has given up for the next one, in order.
    func takeReturned() -> [Int] {
        state.withLock { state in
            state.isReturning = false
            defer { state.returned = [] }
            return state.returned.sorted()
        }
    }

    var areComplete: Bool { state.withLock { $0.outstanding <= 0 } }
    var fatal: KafkaError? { state.withLock { $0.fatal } }

    func expectOne() { state.withLock { $0.outstanding += 1 } }
    func expectOneLess() { state.withLock { $0.outstanding -= 1 } }
    func refuse(_ letter: Int, _ response: rd_kafka_resp_err_t) { state.withLock { $0.refuse(letter, response) } }
    func takeRefusal() -> (letter: Int, response: rd_kafka_resp_err_t)? { state.withLock { $0.refused.take() } }

    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
        let letter = Int(bitPattern: message.pointee._private) - 1
        let response = message.pointee.err
        state.withLock { state in
            state.outstanding -= 1
            switch response {
            case RD_KAFKA_RESP_ERR_NO_ERROR: break
            case RD_KAFKA_RESP_ERR__PURGE_QUEUE where state.isReturning,
                RD_KAFKA_RESP_ERR__PURGE_INFLIGHT where state.isReturning:
                state.returned.append(letter)
            default: state.refuse(letter, response)
            }
        }
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {
        let error = KafkaError(response, "Writing to the dead letter topic \(plan.topic)", detail: reason)
        plan.log.log(.info, ["component": "dead letters"], error.message)
        if error.code == .fatal {
            state.withLock { $0.fatal = $0.fatal ?? error }
        } else {
            plan.report(.trouble(error))
        }
    }
}

extension KafkaError {
    /// Why a bad record could not be written to the dead letter topic, with the cure.
    static func deadLetter(
        _ place: String, _ plan: DeadLetterPlan, _ response: rd_kafka_resp_err_t, underlying: (any Error)? = nil
    ) -> KafkaError {
        let cause = KafkaError(response, "Writing to topic \(plan.topic)")
        let cure =
            switch response {
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
                "Raise 'max.message.bytes' of the topic above that of the topics that are read."
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED: "Allow Write on the topic."
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: "Create the topic."
            case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
                "It took none for \(plan.timeout) ('dlq_timeout_ms'): see to its brokers and in-sync replicas."
            default: "Mend what the reason names."
            }
        return KafkaError(
            code: .delivery,
            message: "The record at \(place), which can't be decoded, can't be written to the dead letter topic "
                + "\(plan.topic) either: \(cause.message) The source stops rather than lose it. \(cure) "
                + "A restart resumes before that record.",
            clientCode: response.rawValue, underlying: underlying ?? cause)
    }
}
