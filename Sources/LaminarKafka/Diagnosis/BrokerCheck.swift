internal import CRdKafka
import LaminarCore
import Synchronization

/// The stages that Kafka's own client goes through: tls, sasl, metadata, topic. Blocks; made for one run.
struct BrokerCheck: Sendable {
    let target: ConnectionTest.Target
    let properties: ClientProperties
    let log: any LogSink
    let deadline: ContinuousClock.Instant

    /// After a fault that names its cause, the other brokers get that long to do better.
    private static let grace = Duration.seconds(2)

    func run() -> [ConnectionReport.Check] {
        let watch = ConnectionWatch()
        var properties = properties
        // A member of that name may be at work, and this one only looks.
        properties.remove("group.instance.id")
        // Why a listener hung up is said by these lines alone.
        properties.set("log.connection.close", "true")
        let kind: ClientHandle.Kind
        switch target {
        case .source:
            kind = .consumer
            properties.set("enable.partition.eof", "true")
        case .sink:
            kind = .producer
            WriteProbe.prepare(&properties, timeout: 5_000)
        }
        do throws(KafkaError) {
            let handle = try ClientHandle(
                kind, properties: properties, callbacks: ClientCallbacks(log: log, delegate: watch), observers: [watch])
            let reader = ReadProbe(client: handle.client)
            let topics = try awaitBrokers(handle, kind, watch, reader)
            return stages(watch, topics.count, handle) + [checkTopics(handle, watch, reader)]
        } catch {
            return [failure(error, watch)]
        }
    }

    // MARK: tls, sasl, metadata

    /// - Returns: the names of all topics that this user may see.
    private func awaitBrokers(
        _ handle: ClientHandle, _ kind: ClientHandle.Kind, _ watch: ConnectionWatch, _ reader: ReadProbe
    ) throws(KafkaError) -> [String] {
        var giveUp = deadline
        while true {
            do throws(KafkaError) { return try ClusterMetadata.topics(client: handle.client, timeout: 500) } catch {
                switch kind {
                case .consumer: reader.serve(50)
                case .producer: rd_kafka_poll(handle.client, 50)
                }
                let now = ContinuousClock.now
                let isAwaitingToken = handle.renewal?.tokens?.tokenState == .awaited
                if watch.fault.map({ $0.stage == .tls || $0.stage == .sasl }) == true, !isAwaitingToken {
                    giveUp = min(giveUp, watch.faultTime(now) + Self.grace)
                }
                guard now < giveUp else { throw error }
            }
        }
    }

    private func failure(_ error: KafkaError, _ watch: ConnectionWatch) -> ConnectionReport.Check {
        if error.code == .tls { return ConnectionTest.check(.tls, .failed, error.message, .zero) }
        guard let fault = watch.fault else {
            return ConnectionTest.check(watch.stage, .failed, error.message, watch.age)
        }
        let stage: ConnectionReport.Stage =
            switch fault.stage {
            case .dns: .dns
            case .tcp: .tcp
            case .tls: .tls
            case .sasl: .sasl
            case .metadata: watch.stage
            }
        // Names and addresses were fine: a broker told of one that isn't.
        let isAdvertised = stage == .dns || stage == .tcp
        return ConnectionTest.check(isAdvertised ? .metadata : stage, .failed, fault.sentence + ".", watch.age)
    }

    private func stages(
        _ watch: ConnectionWatch, _ topics: Int, _ handle: ClientHandle
    ) -> [ConnectionReport.Check] {
        let tls = properties["security.protocol"]?.hasSuffix("SSL") == true
        let mechanism = properties.identity?.mechanism
        return [
            ConnectionTest.check(
                .tls, tls ? .passed : .notNeeded, tls ? "" : "The connection isn't encrypted.",
                watch.duration(from: "SSL_HANDSHAKE", to: "APIVERSION_QUERY")),
            ConnectionTest.check(
                .sasl, mechanism == nil ? .notNeeded : .passed, mechanism.map { "Logged in by \($0)." } ?? "",
                watch.duration(from: "AUTH_HANDSHAKE", to: "UP")),
            ConnectionTest.check(
                .metadata, .passed, "\(topics) topics can be seen.", watch.durationSinceUp),
        ]
    }

    // MARK: topic

    private func checkTopics(
        _ handle: ClientHandle, _ watch: ConnectionWatch, _ reader: ReadProbe
    ) -> ConnectionReport.Check {
        let started = ContinuousClock.now
        do throws(KafkaError) {
            let message: String
            switch target {
            case .sink(let sink):
                try exists(sink.topic, handle)
                let probe = WriteProbe(client: handle.client, answer: watch.answer)
                try probe.ask(sink.topic, within: min(.seconds(6), deadline - .now))
                message = "Topic \(sink.topic) may be written to."
            case .source(let source): message = try checkReading(source, handle, reader)
            }
            return ConnectionTest.check(.topic, .passed, message, .now - started)
        } catch {
            return ConnectionTest.check(.topic, .failed, error.message, .now - started)
        }
    }

    private func checkReading(
        _ source: KafkaSourceConfiguration, _ handle: ClientHandle, _ reader: ReadProbe
    ) throws(KafkaError) -> String {
        let topics: [String]
        switch source.subscription {
        case .topics(let names): topics = names
        case .pattern:
            topics = try TopicMatch.topics(
                source.subscription, excluded: source.properties["topic.blacklist"], client: handle.client)
            guard !topics.isEmpty else {
                return "No topic that this user may see matches \(source.subscription.summary) yet."
            }
        }
        for topic in topics { try exists(topic, handle) }
        for topic in topics.prefix(8) { try reader.ask(topic, until: deadline) }
        try reader.askGroup(source.groupID, topics[0])
        let list = topics.count > 3 ? "\(topics.count) topics" : "Topic \(topics.joined(separator: ", "))"
        return "\(list) may be read, group \(source.groupID) may be used."
    }

    private func exists(_ topic: String, _ handle: ClientHandle) throws(KafkaError) {
        let partitions = try ClusterMetadata.partitions(of: topic, client: handle.client, timeout: 5_000)
        let orphans = partitions.filter { $0.leader < 0 }
        guard orphans.isEmpty else {
            throw KafkaError(
                code: .broker,
                message: "Topic \(topic) has partitions without a leader (\(orphans.count) of "
                    + "\(partitions.count)): see to "
                    + "its brokers.")
        }
    }
}

/// Notes how far connections come, and what goes wrong with them.
private final class ConnectionWatch: ClientDelegate, RequestObserver {
    private struct State {
        var fault: ConnectionFault?
        var faultTime: ContinuousClock.Instant?
        var first: [String: ContinuousClock.Instant] = [:]
    }
    private let state = Mutex(State())
    private let started = ContinuousClock.now
    let answer = WriteProbe.Answer()

    /// The furthest that a broker which named its cause let us come.
    var fault: ConnectionFault? { state.withLock { $0.fault } }
    var age: Duration { .now - started }

    func faultTime(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant { state.withLock { $0.faultTime } ?? now }

    /// How far any connection came.
    var stage: ConnectionReport.Stage {
        let first = state.withLock { $0.first }
        if first["UP"] != nil { return .metadata }
        if first["AUTH_HANDSHAKE"] != nil || first["AUTH_REQ"] != nil { return .sasl }
        if first["SSL_HANDSHAKE"] != nil { return .tls }
        return .metadata
    }

    func duration(from: String, to: String) -> Duration {
        let (from, to) = state.withLock { ($0.first[from], $0.first[to]) }
        guard let from, let to, to > from else { return .zero }
        return to - from
    }

    var durationSinceUp: Duration { state.withLock { $0.first["UP"] }.map { .now - $0 } ?? .zero }

    func connection(to broker: Int32, is state: String) {
        self.state.withLock { if $0.first[state] == nil { $0.first[state] = .now } }
    }

    func connectionFailed(_ fault: ConnectionFault) {
        state.withLock { state in
            // A cause that is named counts for more than that a connection broke, and a later stage for more.
            if let known = state.fault, known.stage != .metadata {
                guard fault.stage != .metadata, fault.stage.rawValue >= known.stage.rawValue else { return }
            }
            if state.fault?.stage != fault.stage { state.faultTime = .now }
            state.fault = fault
        }
    }

    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}

    func delivered(_ message: UnsafePointer<rd_kafka_message_t>) { answer.take(message.pointee.err) }
}
